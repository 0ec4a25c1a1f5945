// What Kafka answers to Fetch.
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;
using Values = std::vector<std::string>;

struct Ready {
  BrokerFixture broker;
  WireClient client = broker.connect();
  TestTopic topic = create_topic(client, unique_name("fetch"));
};

void check_refused(const FetchResponse::Partition& answer, std::int16_t code) {
  CHECK(answer.error_code == code);
  CHECK(answer.high_watermark == -1);
  CHECK(answer.last_stable_offset == -1);
  CHECK(answer.log_start_offset == -1);
}

TEST_CASE("Fetch works in every version", "[e2e]") {
  Ready t;
  must_produce(t.client, t.topic, {"a", "b"});
  for (wire::Version v = 4; v <= 18; ++v) {
    INFO("version " << v);
    const auto answer = fetch(t.client, t.topic, 0, v);
    CHECK(answer.error_code == 0);
    CHECK(answer.high_watermark == 2);
    CHECK(answer.last_stable_offset == 2);
    CHECK(values_in(answer) == Values{"a", "b"});
  }
}

TEST_CASE("Fetch from an offset outside the log is 1 with all ends -1", "[e2e]") {
  Ready t;
  must_produce(t.client, t.topic, {"a"});
  check_refused(fetch(t.client, t.topic, 2), 1);
  check_refused(fetch(t.client, t.topic, -1), 1);
}

TEST_CASE("Fetch from the end is empty, at once without a wait", "[e2e]") {
  Ready t;
  must_produce(t.client, t.topic, {"a"});
  const auto answer = fetch(t.client, t.topic, 1);
  CHECK(answer.error_code == 0);
  CHECK(answer.records.size() == 0);
  CHECK_FALSE(answer.records.is_null());
}

TEST_CASE("Fetch from the end waits its time out, or until there is something", "[e2e]") {
  Ready t;
  const auto begin = std::chrono::steady_clock::now();
  const auto empty = only_partition(t.client.call(fetch_request(t.topic, 0, 12, 300), 12));
  CHECK(empty.records.size() == 0);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(290));
  t.client.send(fetch_request(t.topic, 0, 12, 20000), 12);
  auto producer = t.broker.connect();
  must_produce(producer, t.topic, {"new"});
  CHECK(values_in(only_partition(t.client.receive<FetchResponse>(12))) == Values{"new"});
}

TEST_CASE("Fetch waits for min bytes also where it first has to read the disk", "[e2e]") {
  Ready t;
  if (t.broker.is_foreign()) return;
  must_produce(t.client, t.topic, {"a"});
  must_produce(t.client, t.topic, {"b"});
  t.broker.restart();
  auto client = t.broker.connect();
  auto request = fetch_request(t.topic, 1, 12, 20000);
  request.min_bytes = static_cast<std::int32_t>(make_batch({"b"}).size()) + 1;
  client.send(request, 12);
  auto producer = t.broker.connect();
  must_produce(producer, t.topic, {"c"});
  CHECK(values_in(only_partition(client.receive<FetchResponse>(12))) == Values{"b", "c"});
}

TEST_CASE("Fetch of an unknown topic, partition or topic id is answered at once", "[e2e]") {
  Ready t;
  const auto unknown = [&](const TestTopic& topic, std::int32_t partition, wire::Version v) {
    auto request = fetch_request(topic, 0, v, 20000);
    request.topics[0].partitions[0].partition = partition;
    return only_partition(t.client.call(request, v)).error_code;
  };
  CHECK(unknown({"unknown", {}}, 0, 4) == 3);
  CHECK(unknown({"unknown", {}}, 0, 12) == 3);
  CHECK(unknown(t.topic, 1, 12) == 3);
  TestTopic other;
  other.id.bytes.fill(5);
  CHECK(unknown(other, 0, 13) == 100);
}

TEST_CASE("Fetch with a leader epoch ahead is 75, with an unknown last epoch 1", "[e2e]") {
  Ready t;
  must_produce(t.client, t.topic, {"a"});
  auto request = fetch_request(t.topic, 0, 12);
  request.topics[0].partitions[0].current_leader_epoch = leader_epoch(t.client, t.topic) + 1;
  CHECK(only_partition(t.client.call(request, 12)).error_code == 75);
  request = fetch_request(t.topic, 0, 12);
  request.topics[0].partitions[0].last_fetched_epoch = leader_epoch(t.client, t.topic) + 7;
  CHECK(only_partition(t.client.call(request, 12)).error_code == 1);
  request.topics[0].partitions[0].last_fetched_epoch = leader_epoch(t.client, t.topic);
  CHECK(only_partition(t.client.call(request, 12)).error_code == 0);
}

TEST_CASE("an unknown fetch session is 70, a wrong epoch 71, both without partitions", "[e2e]") {
  Ready t;
  auto request = fetch_request(t.topic, 0, 12);
  const auto refused = [&](std::int32_t id, std::int32_t epoch) {
    request.session_id = id;
    request.session_epoch = epoch;
    const auto response = t.client.call(request, 12);
    CHECK(response.session_id == 0);
    CHECK(response.responses.empty());
    return response.error_code;
  };
  CHECK(refused(12345, 3) == 70);
  CHECK(refused(0, 1) == 70);
  request.session_id = 0;
  request.session_epoch = 0;
  const auto opened = t.client.call(request, 12);
  REQUIRE(opened.session_id > 0);
  CHECK(refused(opened.session_id, 5) == 71);
}

TEST_CASE("a fetch session answers what is new and nothing else", "[e2e]") {
  Ready t;
  must_produce(t.client, t.topic, {"a"});
  auto request = fetch_request(t.topic, 0, 12);
  request.session_epoch = 0;
  const auto opened = t.client.call(request, 12);
  CHECK(opened.session_id > 0);
  CHECK(values_in(only_partition(opened)) == Values{"a"});
  request.session_id = opened.session_id;
  request.session_epoch = 1;
  request.topics[0].partitions[0].fetch_offset = 1;
  CHECK(t.client.call(request, 12).responses.empty());
  must_produce(t.client, t.topic, {"b"});
  request.session_epoch = 2;
  request.topics.clear();
  CHECK(values_in(only_partition(t.client.call(request, 12))) == Values{"b"});
  auto last = fetch_request(t.topic, 0, 12);
  last.session_id = opened.session_id;
  last.session_epoch = -1;
  const auto closed = t.client.call(last, 12);
  CHECK(closed.session_id == 0);
  CHECK(values_in(only_partition(closed)) == Values{"a", "b"});
}

TEST_CASE("limits of 0 or 1 byte still give the first batch whole", "[e2e]") {
  Ready t;
  const std::string value(5000, 'x');
  must_produce(t.client, t.topic, {value});
  must_produce(t.client, t.topic, {value});
  auto request = fetch_request(t.topic, 0, 12);
  request.max_bytes = GENERATE(0, 1);
  request.topics[0].partitions[0].partition_max_bytes = request.max_bytes;
  const auto answer = only_partition(t.client.call(request, 12));
  CHECK(values_in(answer).size() == 1);
}

TEST_CASE("a fetch from inside a batch gives the whole batch", "[e2e]") {
  Ready t;
  must_produce(t.client, t.topic, {"a", "b", "c"});
  CHECK(values_in(fetch(t.client, t.topic, 2)) == Values{"a", "b", "c"});
}

TEST_CASE("aborted transactions are null for read_uncommitted and a list for read_committed",
          "[e2e]") {
  Ready t;
  must_produce(t.client, t.topic, {"a"});
  CHECK_FALSE(fetch(t.client, t.topic, 0).aborted_transactions.has_value());
  auto request = fetch_request(t.topic, 0, 12);
  request.isolation_level = 1;
  const auto answer = only_partition(t.client.call(request, 12));
  REQUIRE(answer.aborted_transactions.has_value());
  CHECK(answer.aborted_transactions->empty());
  CHECK(values_in(answer) == Values{"a"});
}

}  // namespace
}  // namespace leat
