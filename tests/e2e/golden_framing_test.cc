// Frames that Kafka does not answer, and odd ones that it does.
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;

Bytes sized(std::int32_t size, std::string_view rest = "") {
  Bytes out;
  append_be(out, size);
  append(out, as_bytes(rest));
  return out;
}

TEST_CASE("a controller-only, removed or unknown API closes the connection", "[e2e]") {
  BrokerFixture broker;
  for (const int key :
       {4, 5, 6, 7, 52, 53, 54, 56, 58, 59, 62, 63, 67, 70, 73, 82, 95, 999, -1}) {
    INFO("key " << key);
    auto client = broker.connect();
    client.send_bytes(raw_request(static_cast<std::int16_t>(key), 0, 1));
    CHECK(client.is_closed());
  }
}

TEST_CASE("an unsupported version closes the connection", "[e2e]") {
  BrokerFixture broker;
  constexpr std::pair<std::int16_t, std::int16_t> kUnsupported[] = {
      {0, 2}, {1, 3}, {2, 0}, {3, 99}, {0, 14}, {1, 19}, {19, 1}, {20, 0}, {3, -1}, {23, 1}};
  for (const auto& [key, version] : kUnsupported) {
    INFO("key " << key << " version " << version);
    auto client = broker.connect();
    client.send_bytes(raw_request(key, version, 1));
    CHECK(client.is_closed());
  }
}

TEST_CASE("a body that is too short or an array longer than the frame closes the connection",
          "[e2e]") {
  BrokerFixture broker;
  Bytes body = GENERATE(Bytes{}, Bytes(2), Bytes{std::byte{0}, std::byte{0}, std::byte{0x7f}, std::byte{0xff}});
  auto client = broker.connect();
  client.send_bytes(raw_request(3, 1, 1, body));
  CHECK(client.is_closed());
}

TEST_CASE("a frame size of 0, below 0 or above the limit, and HTTP, close the connection at once",
          "[e2e]") {
  BrokerFixture broker;
  const Bytes frame = GENERATE(sized(0), sized(-1), sized(INT32_MIN), sized(104857601),
                               sized(INT32_MAX, "xxxx"));
  auto client = broker.connect();
  client.send_bytes(frame);
  CHECK(client.is_closed());
  auto browser = broker.connect();
  browser.send_text("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(browser.is_closed());
}

TEST_CASE("bytes after the body are accepted", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  Bytes body;
  append_be(body, std::int32_t{0});
  append(body, as_bytes("and more"));
  client.send_bytes(raw_request(3, 1, 1, body));
  CHECK(client.receive<MetadataResponse>(1).brokers.size() == 1);
}

TEST_CASE("a null client id is accepted", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  client.client_id.reset();
  CHECK(client.call(MetadataRequest{}, 9).brokers.size() == 1);
}

TEST_CASE("an array length of -2 is null where null is legal", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  create_topic(client, unique_name("null-array"));
  Bytes body;
  append_be(body, std::int32_t{-2});
  auto other = broker.connect();
  other.send_bytes(raw_request(3, 1, 1, body));
  CHECK_FALSE(other.receive<MetadataResponse>(1).topics.empty());
}

}  // namespace
}  // namespace leat
