#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "broker/options/broker_config.h"
#include "broker/options/reference.h"
#include "tests/support/catch.h"

using namespace leat;

namespace {

std::string path_of(const std::string& name) {
  return LEAT_SOURCE_DIR "/config/" + name;
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Rewrites the file when asked to, so that the comparison after it holds.
void rewrite_if_asked(const std::string& path, const std::string& text) {
  if (std::getenv("LEAT_UPDATE_DOCS") != nullptr) std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("config/reference.md says what the option tables say", "[style]") {
  rewrite_if_asked(path_of("reference.md"), reference_page());
  INFO("out of date: run this test with LEAT_UPDATE_DOCS=1, or config_doc");
  CHECK((content(path_of("reference.md")) == reference_page()));
}

TEST_CASE("config/leatd.conf says what the option tables say", "[style]") {
  rewrite_if_asked(path_of("leatd.conf"), sample_file());
  INFO("out of date: run this test with LEAT_UPDATE_DOCS=1, or config_doc");
  CHECK((content(path_of("leatd.conf")) == sample_file()));
}

TEST_CASE("the sample file with every # taken away is a file that leatd accepts", "[style]") {
  std::string text;
  const std::string sample = sample_file();
  for (std::string_view rest = sample; !rest.empty();) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const bool is_setting = line.starts_with('#') && !line.starts_with("# ") && line != "#";
    if (!is_setting) continue;
    line.remove_prefix(1);
    if (line.ends_with('=')) continue;  // unset, or empty
    text += std::string(line) + "\n";
  }
  Settings settings;
  const auto lines = config::parse_properties(text, "leatd.conf").value();
  for (const auto& line : lines) {
    settings[line.key] = {line.value, "leatd.conf"};
  }
  CHECK(settings.size() > 40);
  const auto config = BrokerConfig::make(settings);
  INFO(describe(config.status()));
  CHECK(config.ok());
}
