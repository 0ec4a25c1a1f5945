#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"

// Addresses as Kafka spells them: NAME://HOST:PORT, an IPv6 host in brackets, an empty host meaning
// every interface.
namespace leat {

struct Listener {
  std::string name;  // "PLAINTEXT", or a name that listener.security.protocol.map knows
  std::string host;  // without brackets; "" = every interface
  std::uint16_t port = 0;
  bool operator==(const Listener&) const = default;
};

StatusOr<Listener> parse_listener(std::string_view text);
StatusOr<std::vector<Listener>> parse_listeners(std::span<const std::string> texts);
std::string to_string(const Listener& listener);

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
// "HOST:PORT", "[V6]:PORT" or ":PORT".
StatusOr<HostPort> parse_host_port(std::string_view text);

}  // namespace leat
