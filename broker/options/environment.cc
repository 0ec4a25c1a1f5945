#include "broker/options/environment.h"

#include <algorithm>
#include <array>

namespace leat {
namespace {

constexpr std::string_view kPrefix = "LEAT_";
constexpr std::array<std::string_view, 2> kOfTheCli = {"LEAT_BROKERS", "LEAT_CONTEXT"};

// "LEAT_SSL_PROTOCOL" → "ssl.protocol"; exact only for keys without underscores, which are all.
std::string key_of(std::string_view name) {
  std::string key(name.substr(kPrefix.size()));
  for (char& c : key) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_') c = '.';
  }
  return key;
}

Status unknown_variable(std::string_view name) {
  const std::string_view reason = config::unsupported_reason(key_of(name));
  if (!reason.empty()) return invalid_argument("{} is not supported: {}", name, reason);
  std::vector<std::string> names;
  for (const config::Option* row : broker_option_set().rows()) {
    names.push_back(environment_name(row->key));
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = config::nearest_name(name, views);
  return near.empty()
             ? invalid_argument("unknown environment variable {}", name)
             : invalid_argument("unknown environment variable {}; did you mean {}?", name, near);
}

}  // namespace

std::string environment_name(std::string_view key) {
  std::string name(kPrefix);
  for (const char c : key) {
    name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

StatusOr<Settings> settings_from_environment(const char* const* env) {
  Settings settings;
  for (; env != nullptr && *env != nullptr; ++env) {
    const std::string_view entry(*env);
    const std::string_view name = entry.substr(0, entry.find('='));
    if (!name.starts_with(kPrefix) || name.size() == entry.size()) continue;
    if (std::find(kOfTheCli.begin(), kOfTheCli.end(), name) != kOfTheCli.end()) continue;
    const config::Option* row = broker_option_set().find(key_of(name));
    if (row == nullptr || environment_name(row->key) != name) return unknown_variable(name);
    settings[std::string(row->key)] = {std::string(entry.substr(name.size() + 1)),
                                       std::string(name)};
  }
  return settings;
}

}  // namespace leat
