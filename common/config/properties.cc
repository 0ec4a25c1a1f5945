#include <fstream>
#include <iterator>

#include "common/config/option_set.h"

namespace leat::config {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;

StatusOr<FileLine> parse_line(std::string_view text, std::string_view name, int number) {
  const auto equals = text.find('=');
  const std::string_view key = trim(text.substr(0, equals));
  if (equals == std::string_view::npos || key.empty()) {
    return invalid_argument("{}:{}: expected 'key = value', found '{}'", name, number, text);
  }
  if (text.ends_with('\\')) {
    return invalid_argument("{}:{}: a value ends on its line; remove the '\\'", name, number);
  }
  return FileLine{std::string(key), std::string(trim(text.substr(equals + 1))), number};
}

}  // namespace

StatusOr<std::vector<FileLine>> parse_properties(std::string_view text, std::string_view name) {
  std::vector<FileLine> lines;
  StringMap<int> first_seen;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string_view line = trim(raw);
    if (line.empty() || line[0] == '#' || line[0] == '!') continue;
    ASSIGN_OR_RETURN(FileLine parsed, parse_line(line, name, number));
    const auto [seen, fresh] = first_seen.emplace(parsed.key, number);
    if (!fresh) {
      return invalid_argument("{}:{}: {} is set a second time; it was set at line {}", name, number,
                              parsed.key, seen->second);
    }
    lines.push_back(std::move(parsed));
  }
  return lines;
}

StatusOr<std::vector<FileLine>> read_properties(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kLargestFile + 1, '\0');
  if (!file) return not_found("cannot read the configuration file {}", path);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return io_error("cannot read the configuration file {}", path);
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kLargestFile) {
    return invalid_argument("{} is larger than 1 MiB: not a configuration file", path);
  }
  return parse_properties(text, path);
}

}  // namespace leat::config
