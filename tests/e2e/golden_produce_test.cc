// What Kafka answers to Produce.
#include "common/record/batch_format.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/group_calls.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;

void check_refused(const ProduceResponse::Partition& answer, std::int16_t code) {
  CHECK(answer.error_code == code);
  CHECK(answer.base_offset == -1);
  CHECK(answer.log_append_time_ms == -1);
}

struct Ready {
  BrokerFixture broker;
  WireClient client = broker.connect();
  TestTopic topic = create_topic(client, unique_name("produce"));
};

Bytes with_byte(Bytes batch, std::size_t at, std::uint8_t value) {
  batch[at] = std::byte{value};
  return batch;
}

TEST_CASE("Produce to an unknown, illegal or empty topic or partition is 3 and creates nothing",
          "[e2e]") {
  Ready t;
  const Bytes batch = make_batch({"v"});
  const auto version = static_cast<wire::Version>(GENERATE(3, 8, 12));
  for (const auto& name : {std::string("unknown-topic"), std::string("a/b"), std::string("")}) {
    const auto answer = produce(t.client, {name, {}}, batch, version);
    check_refused(answer, 3);
    CHECK(answer.log_start_offset == -1);
  }
  check_refused(produce(t.client, t.topic, batch, version, 1), 3);
  check_refused(produce(t.client, t.topic, batch, version, -1), 3);
  CHECK(topic_metadata(t.client, "unknown-topic").error_code == 3);
}

TEST_CASE("Produce v13 to an unknown topic id is 100", "[e2e]") {
  Ready t;
  TestTopic unknown;
  unknown.id.bytes.fill(9);
  check_refused(produce(t.client, unknown, make_batch({"v"}), 13), 100);
}

TEST_CASE("Produce works in every version", "[e2e]") {
  Ready t;
  for (wire::Version v = 3; v <= 13; ++v) {
    INFO("version " << v);
    const auto answer = produce(t.client, t.topic, make_batch({"v"}), v);
    CHECK(answer.error_code == 0);
    CHECK(answer.base_offset == v - 3);
    CHECK(answer.log_append_time_ms == -1);
    if (v >= 5) CHECK(answer.log_start_offset == 0);
  }
}

TEST_CASE("acks 2 is 21", "[e2e]") {
  Ready t;
  const Bytes batch = make_batch({"v"});
  const auto response = t.client.call(produce_request(t.topic, batch, 9, 2), 9);
  check_refused(response.responses.at(0).partition_responses.at(0), 21);
}

TEST_CASE("acks 0 is not answered; an error closes the connection", "[e2e]") {
  Ready t;
  const Bytes batch = make_batch({"v"});
  t.client.send(produce_request(t.topic, batch, 9, 0), 9);
  t.client.send(produce_request(t.topic, batch, 9, 0), 9);
  auto other = t.broker.connect();
  const auto deadline = std::chrono::steady_clock::now() + WireClient::kPatience;
  while (list_offset(other, t.topic, -1).offset < 2 && std::chrono::steady_clock::now() < deadline) {
  }
  CHECK(list_offset(other, t.topic, -1).offset == 2);
  CHECK(t.client.is_silent());
  t.client.send(produce_request({"unknown", {}}, batch, 9, 0), 9);
  CHECK(t.client.is_closed());
}

TEST_CASE("bytes that are not exactly one batch of magic 2 from offset 0 are 87", "[e2e]") {
  Ready t;
  const Bytes batch = make_batch({"v"});
  Bytes two = batch;
  append(two, batch);
  record::BuildOptions shifted;
  shifted.base_offset = Offset{5};
  check_refused(produce(t.client, t.topic, two), 87);
  check_refused(produce(t.client, t.topic, {}), 87);
  check_refused(produce(t.client, t.topic, ByteView(batch).first(3)), 87);
  check_refused(produce(t.client, t.topic, make_batch({"v"}, shifted)), 87);
  check_refused(produce(t.client, t.topic, with_byte(batch, record::kMagicAt, 1)), 87);
}

TEST_CASE("a bad CRC and a zeroed header are 2", "[e2e]") {
  Ready t;
  Bytes batch = make_batch({"value"});
  batch.back() ^= std::byte{1};
  check_refused(produce(t.client, t.topic, batch), 2);
  check_refused(produce(t.client, t.topic, Bytes(record::kBatchHeaderSize)), 2);
}

TEST_CASE("a batch over max.message.bytes, its overhead included, is 10", "[e2e]") {
  Ready t;
  const auto limited =
      create_topic(t.client, unique_name("limited"), 1, {{"max.message.bytes", "1000"}});
  const std::size_t overhead = make_batch({std::string(800, 'x')}).size() - 800;
  const auto fits = produce(t.client, limited, make_batch({std::string(1000 - overhead, 'x')}));
  CHECK(fits.error_code == 0);
  check_refused(produce(t.client, limited, make_batch({std::string(1001 - overhead, 'x')})), 10);
  check_refused(produce(t.client, t.topic, make_batch({std::string(1048588, 'x')})), 10);
}

TEST_CASE("zstd is 76 in Produce v3-6 and accepted from v7 on", "[e2e]") {
  Ready t;
  record::BuildOptions zstd;
  zstd.compression = record::Compression::kZstd;
  const Bytes batch = make_batch({std::string(100, 'z')}, zstd);
  const auto version = static_cast<wire::Version>(GENERATE(3, 6));
  check_refused(produce(t.client, t.topic, batch, version), 76);
  CHECK(produce(t.client, t.topic, batch, 7).error_code == 0);
}

TEST_CASE("a timestamp more than an hour ahead is 32 and names the record; 0 and -1 are accepted",
          "[e2e]") {
  Ready t;
  record::BatchBuilder builder;
  builder.add(now_ms(), {}, as_bytes("good"));
  builder.add(now_ms() + 2 * 3600 * 1000, {}, as_bytes("early"));
  const auto answer = produce(t.client, t.topic, builder.build({}));
  check_refused(answer, 32);
  CHECK(answer.error_message == "One or more records have been rejected due to invalid timestamp");
  REQUIRE(answer.record_errors.size() == 1);
  CHECK(answer.record_errors[0].batch_index == 1);
  CHECK(produce(t.client, t.topic, make_batch({"v"}, {}, 0)).error_code == 0);
  CHECK(produce(t.client, t.topic, make_batch({"v"}, {}, -1)).error_code == 0);
}

TEST_CASE("a LogAppendTime topic answers with the time and stores it", "[e2e]") {
  Ready t;
  const auto topic = create_topic(t.client, unique_name("append-time"), 1,
                                  {{"message.timestamp.type", "LogAppendTime"}});
  const std::int64_t before = now_ms();
  const auto answer = produce(t.client, topic, make_batch({"v"}, {}, 5));
  CHECK(answer.error_code == 0);
  CHECK(answer.log_append_time_ms >= before - 1000);
  const auto read = fetch(t.client, topic, 0);
  CHECK(record::load_header(*read.records.view()).max_timestamp == answer.log_append_time_ms);
}

TEST_CASE("min.insync.replicas above the number of replicas does not refuse acks -1", "[e2e]") {
  Ready t;
  const auto topic = create_topic(t.client, unique_name("isr"), 1, {{"min.insync.replicas", "2"}});
  CHECK(produce(t.client, topic, make_batch({"v"})).error_code == 0);
}

TEST_CASE("a partition twice in a Produce request has one answer, and its last entry is written",
          "[e2e]") {
  Ready t;
  const Bytes first = make_batch({"first"});
  const Bytes last = make_batch({"last"});
  auto request = produce_request(t.topic, first, 9);
  auto& entry = request.topic_data[0].partition_data.emplace_back();
  entry.records = wire::Records(ByteView(last));
  const auto response = t.client.call(request, 9);
  REQUIRE(response.responses.at(0).partition_responses.size() == 1);
  CHECK(response.responses[0].partition_responses[0].base_offset == 0);
  CHECK(values_in(fetch(t.client, t.topic, 0)) == std::vector<std::string>{"last"});
}

TEST_CASE("null records are 87", "[e2e]") {
  Ready t;
  if (t.broker.is_foreign()) return;  // Kafka never answers
  auto request = produce_request(t.topic, {}, 9);
  request.topic_data[0].partition_data[0].records = wire::Records();
  const auto response = t.client.call(request, 9);
  check_refused(response.responses.at(0).partition_responses.at(0), 87);
}

TEST_CASE("Produce to an internal topic is 17, but for the admin client", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  find_coordinator(client, unique_name("group"));
  const auto found = topic_metadata(client, "__consumer_offsets");
  const TestTopic offsets{"__consumer_offsets", found.topic_id};
  const Bytes batch = make_batch({"junk"});
  for (const auto v : std::vector<wire::Version>{3, 12, 13}) {
    INFO("version " << v);
    const auto refused = produce(client, offsets, batch, v);
    CHECK(refused.error_code == 17);
    CHECK(refused.base_offset == -1);
  }
  client.client_id = "__admin_client";
  // Partition 49 of 50 and a key of no known version: it means nothing to groups.
  if (!broker.is_foreign()) CHECK(produce(client, offsets, batch, 12, 49).error_code == 0);
}

}  // namespace
}  // namespace leat
