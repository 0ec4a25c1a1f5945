#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "client/error.h"
#include "common/base/clock.h"

namespace leat {

// Where a broker listens.
class Endpoint {
 public:
  Endpoint() = default;
  Endpoint(std::string h, std::uint16_t p) : host(std::move(h)), port(p) {}
  bool operator==(const Endpoint&) const = default;

  std::string host;  // a name or an address, IPv6 without brackets
  std::uint16_t port = 9092;
};

// "host:9092", "[::1]:9092"
std::string to_string(const Endpoint& endpoint);

// "a:9092,b,[::1]:9093": at least one; the port is 9092 where none is given.
Result<std::vector<Endpoint>> parse_endpoints(std::string_view list);

class ClientOptions {
 public:
  ClientOptions() = default;

  std::vector<Endpoint> bootstrap;           // tried in order until one answers
  std::string client_id = "leat";
  Duration connect_timeout = std::chrono::seconds(5);    // per broker, ApiVersions included
  Duration request_timeout = std::chrono::seconds(30);   // for one answer
  Duration retry_backoff = std::chrono::milliseconds(100);
  Duration retry_backoff_max = std::chrono::seconds(1);
  // Topics in use are asked for again after this, so that new partitions are found.
  Duration metadata_max_age = std::chrono::minutes(5);
  std::size_t max_response_bytes = 128u << 20;
  // A larger one is refused before it is sent: a broker ends the connection over it without a word
  // (socket.request.max.bytes, whose default this is).
  std::size_t max_request_bytes = 100u << 20;
};

}  // namespace leat
