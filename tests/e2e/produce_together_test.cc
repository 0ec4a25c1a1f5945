// Produce requests that arrive together are appended together; each connection sees them done in
// its order all the same.
#include "common/protocol/errors.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

using namespace leat;
using namespace leat::test;

namespace {

// More than the broker handles one by one before it looks for more.
constexpr int kMany = 400;

ProduceResponse::Partition only(const ProduceResponse& response) {
  return response.responses.at(0).partition_responses.at(0);
}

// Now and then one that fills a good part of what a connection reads into.
std::string value_of(const std::string& name, int i) {
  return fmt::format("{}-{}", name, i) + std::string(i % 7 == 0 ? 20'000 : 0, '.');
}

// `requests` produce requests with one record each.
Bytes produces(WireClient& client, const TestTopic& topic, const std::string& name, int requests,
               std::int16_t acks) {
  Bytes all;
  for (int i = 0; i < requests; ++i) {
    const Bytes batch = make_batch({value_of(name, i)});
    append(all, client.encode(produce_request(topic, batch, 11, acks), 11));
  }
  return all;
}

std::vector<std::string> all_values(WireClient& client, const TestTopic& topic, std::size_t count) {
  std::vector<std::string> values;
  while (values.size() < count) {
    const auto part = fetch(client, topic, static_cast<std::int64_t>(values.size()));
    REQUIRE(part.error_code == 0);
    const auto more = values_in(part);
    REQUIRE_FALSE(more.empty());
    values.insert(values.end(), more.begin(), more.end());
  }
  return values;
}

}  // namespace

TEST_CASE("what follows pipelined produces on a connection finds them done", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto topic =
      create_topic(client, unique_name("followed"), 1, {{"leat.durability", "relaxed"}});
  // A few fit into what is read at once, many do not.
  const int burst = GENERATE(2, 5, 20, kMany);
  std::int64_t end = 0;
  for (int round = 0; round < 20; ++round) {
    Bytes requests = produces(client, topic, "x", burst, 1);
    ListOffsetsRequest latest;
    auto& wanted = latest.topics.emplace_back();
    wanted.name = topic.name;
    wanted.partitions.emplace_back().timestamp = -1;
    append(requests, client.encode(latest, 7));
    client.send_bytes(requests);
    for (int i = 0; i < burst; ++i)
      CHECK(only(client.receive<ProduceResponse>(11)).base_offset == end++);
    CHECK(client.receive<ListOffsetsResponse>(7).topics.at(0).partitions.at(0).offset == end);
  }
}

TEST_CASE("a pipelining idempotent producer has its batches in order, each once", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("sequence"));
  Bytes requests;
  const auto add = [&](std::int32_t sequence) {
    const Bytes batch = make_batch({std::to_string(sequence)}, sequenced(5000, 0, sequence));
    append(requests, client.encode(produce_request(topic, batch, 11), 11));
  };
  for (const int sequence : {0, 1, 2, 1, 4, 3}) add(sequence);
  client.send_bytes(requests);
  const auto result = [&] { return only(client.receive<ProduceResponse>(11)); };
  for (int i = 0; i < 3; ++i) CHECK(result().base_offset == i);
  CHECK(result().base_offset == 1);
  CHECK(result().error_code == wire_code(ErrorCode::kOutOfOrderSequenceNumber));
  CHECK(result().base_offset == 3);
  CHECK(all_values(client, topic, 4) == std::vector<std::string>{"0", "1", "2", "3"});
}

TEST_CASE("requests of many connections that are appended together are each answered rightly",
          "[e2e]") {
  BrokerFixture broker;
  auto admin = broker.connect();
  const std::int16_t acks = GENERATE(std::int16_t{1}, std::int16_t{-1});
  const auto topic = create_topic(admin, unique_name("crowd"));
  constexpr int kClients = 20;
  std::vector<WireClient> clients;
  for (int c = 0; c < kClients; ++c) clients.push_back(broker.connect());
  for (int c = 0; c < kClients; ++c)
    clients[static_cast<std::size_t>(c)].send_bytes(
        produces(clients[static_cast<std::size_t>(c)], topic, std::to_string(c), kMany, acks));
  std::map<std::int64_t, std::string> answered;
  for (int c = 0; c < kClients; ++c) {
    std::int64_t before = -1;
    for (int i = 0; i < kMany; ++i) {
      const auto result = only(clients[static_cast<std::size_t>(c)].receive<ProduceResponse>(11));
      REQUIRE(result.error_code == 0);
      CHECK(result.base_offset > before);
      before = result.base_offset;
      answered[before] = value_of(std::to_string(c), i);
    }
  }
  REQUIRE(answered.size() == std::size_t{kClients * kMany});
  const auto values = all_values(admin, topic, answered.size());
  for (const auto& [offset, value] : answered)
    CHECK(values[static_cast<std::size_t>(offset)] == value);
}

TEST_CASE("behind a refused acks=0 produce nothing of its connection is done", "[e2e]") {
  BrokerFixture broker;
  auto good = broker.connect();
  const auto topic = create_topic(good, unique_name("beside"));
  std::size_t stored = 0;
  for (int round = 0; round < 20; ++round) {
    auto bad = broker.connect();
    Bytes requests = produces(bad, topic, "before", 3, 0);
    Bytes broken = make_batch({"broken"});
    broken.back() ^= std::byte{1};
    append(requests, bad.encode(produce_request(topic, broken, 11, 0), 11));
    append(requests, produces(bad, topic, "behind", 3, round % 2 == 0 ? 0 : 1));
    good.send_bytes(produces(good, topic, "good", 50, 1));
    bad.send_bytes(requests);
    CHECK(bad.is_closed());
    for (int i = 0; i < 50; ++i) CHECK(only(good.receive<ProduceResponse>(11)).error_code == 0);
    stored += 53;
  }
  must_produce(good, topic, {"last"});
  const auto values = all_values(good, topic, stored + 1);
  CHECK(values.back() == "last");
  for (const auto& value : values) CHECK_FALSE(value.starts_with("behind"));
}
