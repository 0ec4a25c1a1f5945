// What Kafka answers to ListOffsets, OffsetForLeaderEpoch and DeleteRecords.
#include "common/protocol/messages/21_delete_records.h"
#include "common/protocol/messages/23_offset_for_leader_epoch.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;

struct Ready {
  BrokerFixture broker;
  WireClient client = broker.connect();
  TestTopic topic = create_topic(client, unique_name("offsets"));
  std::int32_t epoch = leader_epoch(client, topic);

  // Ten records with timestamps 1000, 1010, ... in two batches.
  void fill() {
    for (const int first : {0, 5}) {
      record::BatchBuilder builder;
      for (int i = first; i < first + 5; ++i) builder.add(1000 + 10 * i, {}, as_bytes("v"));
      REQUIRE(produce(client, topic, builder.build({})).error_code == 0);
    }
  }
  void check(std::int64_t wanted, std::int64_t offset, std::int64_t timestamp,
             std::int32_t leader_epoch) {
    INFO("timestamp " << wanted);
    const auto answer = list_offset(client, topic, wanted);
    CHECK(answer.error_code == 0);
    CHECK(answer.offset == offset);
    CHECK(answer.timestamp == timestamp);
    CHECK(answer.leader_epoch == leader_epoch);
  }
};

TEST_CASE("the special offsets of an empty partition", "[e2e]") {
  Ready t;
  t.check(-1, 0, -1, t.epoch);
  t.check(-2, 0, -1, t.epoch);
  t.check(-3, -1, -1, -1);
  t.check(-4, 0, -1, t.epoch);
  t.check(-5, -1, -1, -1);
  t.check(-6, -1, -1, -1);
  t.check(0, -1, -1, -1);
}

TEST_CASE("the special offsets of a partition with records", "[e2e]") {
  Ready t;
  t.fill();
  t.check(-1, 10, -1, t.epoch);
  t.check(-2, 0, -1, t.epoch);
  t.check(-3, 9, 1090, t.epoch);
  t.check(-4, 0, -1, t.epoch);
  t.check(-5, -1, -1, -1);
  t.check(-6, -1, -1, -1);
}

TEST_CASE("an offset by time is the first record at or after it, also inside a batch", "[e2e]") {
  Ready t;
  t.fill();
  t.check(0, 0, 1000, t.epoch);
  t.check(1000, 0, 1000, t.epoch);
  t.check(1021, 3, 1030, t.epoch);
  t.check(1070, 7, 1070, t.epoch);
  t.check(1090, 9, 1090, t.epoch);
  t.check(1091, -1, -1, -1);
}

TEST_CASE("a special offset before its version, and one that does not exist, is 35", "[e2e]") {
  Ready t;
  constexpr std::pair<std::int64_t, wire::Version> kSince[] = {{-3, 7}, {-4, 8}, {-5, 9}, {-6, 11}};
  for (const auto& [timestamp, since] : kSince) {
    INFO("timestamp " << timestamp);
    CHECK(list_offset(t.client, t.topic, timestamp, static_cast<wire::Version>(since - 1))
              .error_code == 35);
    CHECK(list_offset(t.client, t.topic, timestamp, since).error_code == 0);
  }
  CHECK(list_offset(t.client, t.topic, -7, 11).error_code == 35);
  CHECK(list_offset(t.client, t.topic, -1, 1).error_code == 0);
  CHECK(list_offset(t.client, t.topic, -2, 1).error_code == 0);
}

TEST_CASE("ListOffsets of an unknown topic or partition is 3 at once, of an epoch ahead 75",
          "[e2e]") {
  Ready t;
  CHECK(list_offset(t.client, {"unknown", {}}, -1).error_code == 3);
  CHECK(list_offset(t.client, t.topic, -1, 11, 1).error_code == 3);
  ListOffsetsRequest request;
  request.replica_id = -1;
  request.topics.push_back({t.topic.name, {{0, t.epoch + 1, -1}}});
  CHECK(t.client.call(request, 4).topics.at(0).partitions.at(0).error_code == 75);
}

OffsetForLeaderEpochResponse::Partition epoch_end(Ready& t, const std::string& topic,
                                                  std::int32_t epoch, std::int32_t current = -1,
                                                  wire::Version version = 4) {
  OffsetForLeaderEpochRequest request;
  request.replica_id = -1;
  if (version < 3) request.replica_id = -2;
  request.topics.push_back({topic, {{0, current, epoch}}});
  return t.client.call(request, version).topics.at(0).partitions.at(0);
}

TEST_CASE("OffsetForLeaderEpoch of the present epoch is the log end, of a future one -1, -1",
          "[e2e]") {
  Ready t;
  t.fill();
  for (wire::Version v = 2; v <= 4; ++v) {
    const auto now = epoch_end(t, t.topic.name, t.epoch, -1, v);
    CHECK(now.error_code == 0);
    CHECK(now.leader_epoch == t.epoch);
    CHECK(now.end_offset == 10);
    const auto future = epoch_end(t, t.topic.name, t.epoch + 1, -1, v);
    CHECK(future.error_code == 0);
    CHECK(future.leader_epoch == -1);
    CHECK(future.end_offset == -1);
  }
}

TEST_CASE("OffsetForLeaderEpoch of an unknown partition is 3, with an epoch ahead 75", "[e2e]") {
  Ready t;
  CHECK(epoch_end(t, "unknown", 0).error_code == 3);
  CHECK(epoch_end(t, t.topic.name, t.epoch, t.epoch + 1).error_code == 75);
}

TEST_CASE("the epoch before a restart ends where the new one begins", "[e2e]") {
  Ready t;
  if (t.broker.is_foreign()) return;
  t.fill();
  t.broker.restart();
  t.client = t.broker.connect();
  const std::int32_t now = leader_epoch(t.client, t.topic);
  CHECK(now > t.epoch);
  CHECK(epoch_end(t, t.topic.name, now).end_offset == 10);
  must_produce(t.client, t.topic, {"after"});
  const auto before = epoch_end(t, t.topic.name, t.epoch);
  CHECK(before.leader_epoch == t.epoch);
  CHECK(before.end_offset == 10);
  CHECK(epoch_end(t, t.topic.name, now).end_offset == 11);
  CHECK(epoch_end(t, t.topic.name, t.epoch, t.epoch).error_code == 74);
}

DeleteRecordsResponse::Partition delete_records(Ready& t, const std::string& topic,
                                                std::int64_t offset, wire::Version version = 2) {
  DeleteRecordsRequest request;
  request.timeout_ms = 30000;
  request.topics.push_back({topic, {{0, offset}}});
  return t.client.call(request, version).topics.at(0).partitions.at(0);
}

TEST_CASE("DeleteRecords raises the start; below it nothing changes; -1 is the high watermark",
          "[e2e]") {
  Ready t;
  t.fill();
  const auto raised = delete_records(t, t.topic.name, 7);
  CHECK(raised.error_code == 0);
  CHECK(raised.low_watermark == 7);
  CHECK(fetch(t.client, t.topic, 6).error_code == 1);
  CHECK(fetch(t.client, t.topic, 7).error_code == 0);
  t.check(-2, 7, -1, t.epoch);
  CHECK(delete_records(t, t.topic.name, 3, 0).low_watermark == 7);
  CHECK(delete_records(t, t.topic.name, -1, 1).low_watermark == 10);
  CHECK(fetch(t.client, t.topic, 10).log_start_offset == 10);
}

TEST_CASE("DeleteRecords beyond the high watermark or below -1 is 1", "[e2e]") {
  Ready t;
  t.fill();
  for (const std::int64_t offset : {std::int64_t{11}, std::int64_t{-2}}) {
    const auto refused = delete_records(t, t.topic.name, offset);
    CHECK(refused.error_code == 1);
    CHECK(refused.low_watermark == -1);
  }
}

TEST_CASE("DeleteRecords of an unknown topic is 3, of an internal one 17", "[e2e]") {
  Ready t;
  CHECK(delete_records(t, "unknown", 0).error_code == 3);
  topic_metadata(t.client, "__consumer_offsets", true);
  while (topic_metadata(t.client, "__consumer_offsets").error_code != 0) {
  }
  CHECK(delete_records(t, "__consumer_offsets", 0).error_code == 17);
}

TEST_CASE("what DeleteRecords removed stays away after a restart", "[e2e]") {
  Ready t;
  if (t.broker.is_foreign()) return;
  t.fill();
  CHECK(delete_records(t, t.topic.name, 5).low_watermark == 5);
  t.broker.restart();
  auto client = t.broker.connect();
  CHECK(list_offset(client, t.topic, -2).offset == 5);
  CHECK(list_offset(client, t.topic, -1).offset == 10);
}

}  // namespace
}  // namespace leat
