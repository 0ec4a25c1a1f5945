#include <algorithm>

#include "broker/options/broker_options.h"
#include "common/base/check.h"
#include "common/config/option.h"

// What several keys say together.
namespace leat {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;

std::string protocol_of(const BrokerOptions& options, std::string_view name) {
  for (const std::string& part :
       config::internal::split_list(options.listener_security_protocol_map)) {
    const auto colon = part.find(':');
    if (std::string_view(part).substr(0, colon) == name) return part.substr(colon + 1);
  }
  return {};
}

Status check_protocols(const BrokerOptions& options) {
  for (const Listener& listener : listeners(options)) {
    const std::string protocol = protocol_of(options, listener.name);
    if (protocol.empty()) {
      return invalid_argument(
          "Error creating broker listeners: no security protocol defined for listener {}; add "
          "{}:PLAINTEXT to listener.security.protocol.map",
          listener.name, listener.name);
    }
    if (protocol != "PLAINTEXT") {
      return invalid_argument("listener {}: {} is not in this version; use PLAINTEXT",
                              to_string(listener), protocol);
    }
  }
  return Status();
}

std::vector<Listener> advertised(const BrokerOptions& options) {
  if (options.advertised_listeners == std::vector<std::string>{"auto"}) return {};
  auto parsed = parse_listeners(options.advertised_listeners);
  return parsed.ok() ? *std::move(parsed) : std::vector<Listener>{};
}

Status check_advertised_names(const BrokerOptions& options) {
  const auto bound = listeners(options);
  for (const Listener& told : advertised(options)) {
    const auto named = [&](const Listener& l) { return l.name == told.name; };
    if (std::none_of(bound.begin(), bound.end(), named)) {
      return invalid_argument(
          "advertised.listeners listener names must be equal to or a subset of the ones defined in "
          "listeners; {} is not among them",
          told.name);
    }
  }
  return Status();
}

}  // namespace

Status check_together(const BrokerOptions& options) {
  RETURN_IF_ERROR(check_protocols(options));
  RETURN_IF_ERROR(check_advertised_names(options));
  if (options.group_min_session_timeout_ms > options.group_max_session_timeout_ms) {
    return invalid_argument("group.min.session.timeout.ms ({}) > group.max.session.timeout.ms ({})",
                            options.group_min_session_timeout_ms,
                            options.group_max_session_timeout_ms);
  }
  return Status();
}

const std::string& data_directory(const BrokerOptions& options) {
  return options.log_dirs.value ? options.log_dirs.value->front() : options.log_dir.front();
}

std::int64_t default_retention_ms(const BrokerOptions& options) {
  std::int64_t ms = options.log_retention_hours * kHourMs;
  if (options.log_retention_minutes.value) ms = *options.log_retention_minutes.value * kMinuteMs;
  if (options.log_retention_ms.value) ms = *options.log_retention_ms.value;
  return ms < 0 ? -1 : ms;
}

std::int64_t default_segment_ms(const BrokerOptions& options) {
  return options.log_roll_ms.value.value_or(options.log_roll_hours * kHourMs);
}

std::int64_t default_segment_jitter_ms(const BrokerOptions& options) {
  return options.log_roll_jitter_ms.value.value_or(options.log_roll_jitter_hours * kHourMs);
}

std::vector<Listener> listeners(const BrokerOptions& options) {
  auto parsed = parse_listeners(options.listeners);
  LEAT_CHECK(parsed.ok(), "listeners were validated when they were set");
  return *std::move(parsed);
}

std::optional<HostPort> advertised_address(const BrokerOptions& options, std::string_view name) {
  for (Listener& told : advertised(options)) {
    if (told.name == name) return HostPort{std::move(told.host), told.port};
  }
  return std::nullopt;
}

}  // namespace leat
