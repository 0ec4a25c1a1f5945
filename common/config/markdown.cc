#include "common/config/markdown.h"

#include <algorithm>

namespace leat::config {
namespace {

std::string lower_type(const Option& row) {
  std::string name(type_name(row.ops->type));
  for (char& c : name) c = static_cast<char>(c - 'A' + 'a');
  return row.unit.empty() ? name : fmt::format("{}, {}", name, row.unit);
}

std::string code(const std::optional<std::string>& value) {
  if (!value) return "unset";
  return value->empty() ? "empty" : fmt::format("`{}`", *value);
}

std::string accepted(const OptionSet& set, const Option& row) {
  if (row.also == "*") return "every valid value";
  std::string out = code(set.default_text(row));
  for (std::string_view rest = row.also; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    out += fmt::format(", `{}`", word);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  return out;
}

}  // namespace

std::string markdown(const OptionSet& set, RowFilter filter) {
  std::string out = "| key | type | default | live | meaning |\n|---|---|---|---|---|\n";
  for (const Option* row : set.rows_by_name()) {
    if (!filter(*row)) continue;
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", row->key, lower_type(*row),
                       code(set.default_text(*row)), row->read_only() ? "" : "live", row->doc);
  }
  return out;
}

std::string markdown_inert(const OptionSet& set, RowFilter filter) {
  std::string out = "| key | type | accepted | why |\n|---|---|---|---|\n";
  for (const Option* row : set.rows_by_name()) {
    if (!filter(*row)) continue;
    out += fmt::format("| `{}` | {} | {} | {} |\n", row->key, lower_type(*row), accepted(set, *row),
                       row->inert);
  }
  return out;
}

}  // namespace leat::config
