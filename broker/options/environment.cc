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

// LEAT_SERVICE_HOST, LEAT_PORT=tcp://10.0.0.1:9092, LEAT_PORT_9092_TCP_ADDR, LEAT_0_SERVICE_PORT, …
bool describes_a_service(std::string_view name, std::string_view value) {
  constexpr std::string_view kPort = "_PORT";
  if (name.find("_SERVICE_HOST") != name.npos || name.find("_SERVICE_PORT") != name.npos) return true;
  if (name.ends_with("_PORT")) return value.find("://") != value.npos;
  const auto at = name.find("_PORT_");
  if (at == name.npos) return false;
  const std::string_view number = name.substr(at + kPort.size() + 1);
  return !number.empty() && number.front() >= '0' && number.front() <= '9';
}

// An error when it is nearly a key: a typing error must not look like success.
Status check_unknown(std::string_view name) {
  const std::string_view reason = config::unsupported_reason(key_of(name));
  if (!reason.empty()) return invalid_argument("{} is not supported: {}", name, reason);
  std::vector<std::string> names;
  for (const config::Option* row : broker_option_set().rows()) {
    names.push_back(environment_name(row->key));
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  // In capitals, so that LEAT_log_dirs is near too.
  const std::string_view near = config::nearest_name(environment_name(key_of(name)), views);
  return near.empty()
             ? Status()
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

StatusOr<Environment> read_environment(const char* const* env) {
  Environment found;
  for (; env != nullptr && *env != nullptr; ++env) {
    const std::string_view entry(*env);
    const std::string_view name = entry.substr(0, entry.find('='));
    if (!name.starts_with(kPrefix) || name.size() == entry.size()) continue;
    if (std::find(kOfTheCli.begin(), kOfTheCli.end(), name) != kOfTheCli.end()) continue;
    const config::Option* row = broker_option_set().find(key_of(name));
    const std::string_view value = entry.substr(name.size() + 1);
    if (row != nullptr && environment_name(row->key) == name) {
      found.settings[std::string(row->key)] = {std::string(value), std::string(name)};
    } else if (!describes_a_service(name, value)) {
      RETURN_IF_ERROR(check_unknown(name));
      found.unknown.emplace_back(name);
    }
  }
  return found;
}

}  // namespace leat
