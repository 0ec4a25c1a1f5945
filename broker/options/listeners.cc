#include "broker/options/listeners.h"

#include <charconv>

namespace leat {
namespace {

bool is_name(std::string_view name) {
  constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
  return !name.empty() && name.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

StatusOr<HostPort> parse_host_port(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return invalid_argument("'{}' is not HOST:PORT", text);
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
    return invalid_argument("'{}' is not a port (0 to 65535)", digits);
  }
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find(':') != std::string_view::npos) {
    return invalid_argument("put brackets around the IPv6 address: [{}]:{}", host, port);
  }
  if (host.find_first_of("[]/ \t") != std::string_view::npos || (bracketed && host.empty())) {
    return invalid_argument("'{}' is not a host", host);
  }
  return HostPort{std::string(host), port};
}

StatusOr<Listener> parse_listener(std::string_view text) {
  const auto slashes = text.find("://");
  if (slashes == std::string_view::npos || !is_name(text.substr(0, slashes))) {
    return invalid_argument("'{}' is not NAME://HOST:PORT", text);
  }
  ASSIGN_OR_RETURN(HostPort address, parse_host_port(text.substr(slashes + 3)));
  return Listener{std::string(text.substr(0, slashes)), std::move(address.host), address.port};
}

StatusOr<std::vector<Listener>> parse_listeners(std::span<const std::string> texts) {
  std::vector<Listener> listeners;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(Listener listener, parse_listener(text));
    for (const Listener& other : listeners) {
      const bool same_place = other.host == listener.host && other.port == listener.port;
      if (same_place && listener.port != 0) {
        return invalid_argument("{} and {} are the same address", to_string(other), text);
      }
    }
    listeners.push_back(std::move(listener));
  }
  return listeners;
}

std::string to_string(const Listener& listener) {
  const bool v6 = listener.host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", listener.name, v6 ? "[" : "", listener.host, v6 ? "]" : "",
                     listener.port);
}

}  // namespace leat
