#include "broker/options/listeners.h"

#include "broker/options/broker_config.h"
#include "tests/support/catch.h"

using namespace leat;

namespace {
BrokerConfig with(const char* listeners, const char* advertised,
                  const char* map = "PLAINTEXT:PLAINTEXT") {
  return BrokerConfig::make({{"listeners", {listeners, "t"}},
                             {"advertised.listeners", {advertised, "t"}},
                             {"listener.security.protocol.map", {map, "t"}}})
      .value();
}
bool refused(const char* listeners, const char* advertised,
             const char* map = "PLAINTEXT:PLAINTEXT") {
  return !BrokerConfig::make({{"listeners", {listeners, "t"}},
                              {"advertised.listeners", {advertised, "t"}},
                              {"listener.security.protocol.map", {map, "t"}}})
              .ok();
}
}  // namespace

TEST_CASE("an address reads back as it is written", "[unit]") {
  for (const char* text : {"PLAINTEXT://127.0.0.1:9092", "PLAINTEXT://[::1]:0", "INSIDE://:9092",
                           "A_b-c.d://host.example:65535"}) {
    INFO(text);
    CHECK(to_string(parse_listener(text).value()) == text);
  }
  CHECK(parse_listener("PLAINTEXT://[::1]:9092").value().host == "::1");
}

TEST_CASE("what is no address is refused", "[unit]") {
  for (const char* text : {"", "127.0.0.1:9092", "PLAINTEXT://", "PLAINTEXT://host",
                           "PLAINTEXT://host:", "PLAINTEXT://host:65536", "PLAINTEXT://host:-1",
                           "PLAINTEXT://::1:9092", "PLAINTEXT://[]:1", "://host:1", "A B://host:1",
                           "X://a/b:1", "X://h:1x"}) {
    INFO(text);
    CHECK_FALSE(parse_listener(text).ok());
  }
}

TEST_CASE("one address may be listened on once, port 0 as often as wanted", "[unit]") {
  CHECK(refused("A://h:1,B://h:1", "auto", "A:PLAINTEXT,B:PLAINTEXT"));
  CHECK_FALSE(refused("PLAINTEXT://127.0.0.1:0,PLAINTEXT://[::1]:0", "auto"));
  CHECK(refused("", "auto"));
}

TEST_CASE("a listener's name must map to a protocol of this version", "[unit]") {
  CHECK(refused("INSIDE://:9092", "auto"));
  CHECK_FALSE(refused("INSIDE://:9092", "auto", "INSIDE:PLAINTEXT"));
  CHECK(refused("SSL://:9092", "auto", "SSL:SSL"));
  CHECK(refused("PLAINTEXT://:9092", "auto", "nonsense"));
}

TEST_CASE("an advertised address answers for its listener and no other", "[unit]") {
  const auto config =
      with("IN://:9092,OUT://:9093", "OUT://example.org:443", "IN:PLAINTEXT,OUT:PLAINTEXT");
  const auto out = advertised_address(config.options(), "OUT");
  REQUIRE(out.has_value());
  CHECK(out->host == "example.org");
  CHECK(out->port == 443);
  CHECK_FALSE(advertised_address(config.options(), "IN").has_value());
}

TEST_CASE("an address that no client could use is not advertised", "[unit]") {
  CHECK(refused("PLAINTEXT://:9092", "PLAINTEXT://0.0.0.0:9092"));
  CHECK(refused("PLAINTEXT://:9092", "PLAINTEXT://:9092"));
  CHECK(refused("PLAINTEXT://:9092", "PLAINTEXT://host:0"));
  CHECK(refused("PLAINTEXT://:9092", "OTHER://host:1"));
  CHECK(refused("PLAINTEXT://:9092", ""));
}
