#include "client/client_options.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace leat {
namespace {

constexpr std::uint16_t kDefaultPort = 9092;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) return std::nullopt;
  return port;
}

// Splits "host:port" or "[address]:port"; an address with several colons needs the brackets.
std::optional<Endpoint> parse_endpoint(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && rest.front() != ':') return std::nullopt;
    has_port = !rest.empty();
    if (has_port) port = rest.substr(1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
    has_port = true;
  }
  if (host.empty()) return std::nullopt;
  const auto number = has_port ? parse_port(port) : std::optional(kDefaultPort);
  if (!number) return std::nullopt;
  return Endpoint(std::string(host), *number);
}

}  // namespace

std::string to_string(const Endpoint& endpoint) {
  if (endpoint.host.find(':') != std::string::npos)
    return fmt::format("[{}]:{}", endpoint.host, endpoint.port);
  return fmt::format("{}:{}", endpoint.host, endpoint.port);
}

Result<std::vector<Endpoint>> parse_endpoints(std::string_view list) {
  std::vector<Endpoint> endpoints;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string_view one = list.substr(begin, end - begin);
    const auto endpoint = parse_endpoint(one);
    if (!endpoint)
      return Error::make(ClientCode::kInvalidInput,
                         "'{}' is not a broker address; write HOST:PORT, several with commas", one);
    endpoints.push_back(*endpoint);
    begin = end + 1;
  }
  return endpoints;
}

}  // namespace leat
