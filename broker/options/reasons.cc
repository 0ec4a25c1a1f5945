#include "broker/options/reasons.h"

#include <charconv>

#include "broker/options/listeners.h"
#include "common/config/option.h"

namespace leat {
namespace {

std::vector<std::string> parts_of(std::string_view list) {
  return config::internal::split_list(list);
}

// Canonical texts of integers only.
std::int64_t number(std::string_view canonical) {
  std::int64_t value = 0;
  std::from_chars(canonical.data(), canonical.data() + canonical.size(), value);
  return value;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::string check_cleanup_policy(std::string_view policies) {
  for (const std::string& policy : parts_of(policies)) {
    if (policy != "compact" && policy != "delete") return "String must be one of: compact, delete";
  }
  return {};
}

std::string check_gzip_level(std::string_view level) {
  const std::int64_t value = number(level);
  const bool fits = value == -1 || (value >= 1 && value <= 9);
  return fits ? "" : "Value must be between 1 and 9 or equal to -1";
}

std::string check_retention_time(std::string_view time) {
  return number(time) != 0 ? "" : "it must be unlimited (-1) or at least 1";
}

std::string check_offsets_retention(std::string_view minutes) {
  const std::int64_t value = number(minutes);
  return value == -1 || value >= 1 ? "" : "it must be for ever (-1) or at least 1";
}

std::string check_one_directory(std::string_view directories) {
  return parts_of(directories).size() == 1 ? "" : "there is one data directory; name exactly one";
}

std::string check_listeners(std::string_view listeners) {
  const auto parsed = parse_listeners(parts_of(listeners));
  if (!parsed.ok()) return std::string(message(parsed.status()));
  return parsed->empty() ? "there must be at least one listener" : "";
}

std::string check_advertised(std::string_view listeners) {
  if (listeners == "auto") return {};
  const auto parsed = parse_listeners(parts_of(listeners));
  if (!parsed.ok()) return std::string(message(parsed.status()));
  if (parsed->empty()) return "say auto, or NAME://HOST:PORT";
  for (const Listener& listener : *parsed) {
    if (listener.host.empty() || listener.host == "0.0.0.0" || listener.host == "::") {
      return "clients cannot connect to every interface; name an address, or say auto";
    }
    if (listener.port == 0) return "clients cannot connect to port 0; name the port, or say auto";
  }
  return {};
}

std::string check_protocol_map(std::string_view map) {
  for (const std::string& part : parts_of(map)) {
    const auto colon = part.find(':');
    if (colon == 0 || colon == std::string::npos || colon + 1 == part.size()) {
      return "expected NAME:PROTOCOL, comma separated";
    }
  }
  return {};
}

std::string check_throttled_replicas(std::string_view replicas) {
  if (replicas == "*") return {};
  for (const std::string& part : parts_of(replicas)) {
    const auto colon = part.find(':');
    const std::string_view text(part);
    if (colon == std::string::npos || !is_number(text.substr(0, colon)) ||
        !is_number(text.substr(colon + 1))) {
      return "it must be the literal '*' or a list of replicas in the following format: "
             "[partitionId]:[brokerId],[partitionId]:[brokerId],...";
    }
  }
  return {};
}

}  // namespace leat
