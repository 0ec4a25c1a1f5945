#include "broker/options/reference.h"

#include <algorithm>

#include "broker/options/topic_options.h"
#include "common/config/markdown.h"

namespace leat {
namespace {

constexpr std::string_view kWritten =
    "Written by `config_doc` from the tables in `broker/options/`; a test fails when it is out of "
    "date\n(`LEAT_UPDATE_DOCS=1` in its environment rewrites it).\n";

constexpr std::string_view kIntroduction = R"(# Settings

Names and defaults are Kafka's where the meaning does not say otherwise; keys that begin with `leat.`
are ours. A broker key is given, first wins, as a flag (`--log.dirs DIR`), an environment variable
(`LEAT_LOG_DIRS`: `LEAT_`, the key in capitals, dots as underscores) or a line of the file named by
`--config` (`log.dirs = DIR`). An unknown key is an error. `leatd --check-config` checks all of it,
`leatd --print-config` shows each value with where it came from. *Live* keys can be altered while the
broker runs, by Kafka's tools or `leat`.

)";

bool acts(const config::Option& row) {
  return row.inert.empty();
}
bool is_inert(const config::Option& row) {
  return !row.inert.empty();
}

std::string unsupported_table() {
  std::string out = "| key | why |\n|---|---|\n";
  for (const auto& row : config::unsupported_keys()) {
    out += fmt::format("| `{}` | {} |\n", row.key, row.reason);
  }
  return out;
}

std::string comment(std::string_view text) {
  constexpr std::size_t kWidth = 98;
  std::string out = "#";
  std::size_t column = 1;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (column + 1 + word.size() > kWidth) {
      out += "\n#";
      column = 1;
    }
    out += fmt::format(" {}", word);
    column += word.size() + 1;
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return out + "\n";
}

}  // namespace

std::string reference_page() {
  const auto& broker = broker_option_set();
  const auto& topic = topic_option_set();
  std::string out(kIntroduction);
  out += kWritten;
  out += "\n## Broker keys\n\n" + config::markdown(broker, &acts);
  out +=
      "\n## Topic keys\n\nSet when a topic is created or altered; unset ones follow the broker "
      "key.\n\n" +
      config::markdown(topic, &acts);
  out +=
      "\n## Keys without effect\n\nKeys of Kafka's that change nothing here. They are listed for "
      "the "
      "tools that look for them, and\naccept only what promises nothing.\n\n### Of the broker\n\n" +
      config::markdown_inert(broker, &is_inert) + "\n### Of topics\n\n" +
      config::markdown_inert(topic, &is_inert);
  out += "\n## Keys that are refused\n\nA trailing `*` stands for any ending.\n\n" +
         unsupported_table();
  return out;
}

std::string sample_file() {
  std::string out =
      "# Settings of leatd (leatd --config leatd.conf). Every key is shown with its default; take\n"
      "# the # away to change one. Written by config_doc from the table in broker/options/.\n";
  const auto& set = broker_option_set();
  for (const config::Option* row : set.rows()) {
    if (!acts(*row)) continue;
    const auto value = set.default_text(*row);
    out += "\n" + comment(row->doc);
    out += fmt::format("#{} ={}{}\n", row->key, !value || value->empty() ? "" : " ",
                       value.value_or(""));
  }
  return out;
}

}  // namespace leat
