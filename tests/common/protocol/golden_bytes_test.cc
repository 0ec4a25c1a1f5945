#include "common/protocol/codec.h"
#include "common/protocol/messages/00_produce.h"
#include "common/protocol/messages/01_fetch.h"
#include "common/protocol/messages/03_metadata.h"
#include "common/protocol/messages/18_api_versions.h"
#include "common/protocol/records/consumer_group_member_metadata.h"
#include "common/protocol/records/consumer_protocol.h"
#include "common/protocol/records/offset_commit.h"
#include "common/protocol/records/streams_group_metadata.h"
#include "tests/common/protocol/wire_support.h"
#include "tests/support/catch.h"

// The hex is what Kafka 4.3.1's own classes write for these values.

using namespace leat;
using namespace leat::wire;

namespace {

const Uuid kId{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

// `m` encodes to these bytes, and they decode to `m`.
template <class M>
void agrees(const M& m, Version v, std::string_view bytes) {
  INFO(M::schema().name << " v" << v);
  CHECK(hex(*encode_bytes(m, v)) == bytes);
  const Bytes body = from_hex(bytes);
  const auto decoded = decode<M>(body, v);
  REQUIRE(decoded.ok());
  CHECK(hex(*encode_bytes(*decoded, v)) == bytes);
}

}  // namespace

TEST_CASE("produce requests are Kafka's bytes", "[unit]") {
  ProduceRequest request;
  request.transactional_id = "tx";
  request.acks = -1;
  request.timeout_ms = 30'000;
  auto& topic = request.topic_data.emplace_back();
  topic.name = "t";
  topic.topic_id = kId;
  topic.partition_data.resize(2);
  topic.partition_data[0].index = 7;
  topic.partition_data[0].records = Records(as_bytes("batch"));
  topic.partition_data[1].index = 8;
  agrees(request, 3,
         "00027478ffff0000753000000001000174000000020000000700000005626174636800000008ffffffff");
  agrees(request, 9, "037478ffff000075300202740300000007066261746368000000000800000000");
  agrees(request, 13,
         "037478ffff00007530020102030405060708090a0b0c0d0e0f10030000000706626174636800000000080000"
         "0000");
}

TEST_CASE("fetch responses are Kafka's bytes", "[unit]") {
  FetchResponse response;
  response.throttle_time_ms = 1;
  response.session_id = 5;
  auto& topic = response.responses.emplace_back();
  topic.topic = "t";
  topic.topic_id = kId;
  auto& partition = topic.partitions.emplace_back();
  partition.partition_index = 2;
  partition.error_code = 6;
  partition.high_watermark = 100;
  partition.last_stable_offset = 90;
  partition.log_start_offset = 10;
  partition.aborted_transactions.reset();
  partition.records = Records(as_bytes("batch"));
  partition.current_leader = {.leader_id = 3, .leader_epoch = 4};
  agrees(response, 12,
         "00000001000000000005020274020000000200060000000000000064000000000000005a0000000000"
         "00000a00ffffffff0662617463680101090000000300000004000000");
  response.node_endpoints.push_back({.node_id = 3, .host = "h", .port = 9092, .rack = {}});
  agrees(response, 16,
         "00000001000000000005020102030405060708090a0b0c0d0e0f10020000000200060000000000000064"
         "000000000000005a000000000000000a00ffffffff06626174636801010900000003000000040000"
         "01000d02000000030268000023840000");
}

TEST_CASE("a metadata request for all topics is Kafka's bytes", "[unit]") {
  MetadataRequest request;
  request.topics.reset();
  agrees(request, 1, "ffffffff");
  agrees(request, 13, "00010000");
}

TEST_CASE("an ApiVersions response with features is Kafka's bytes", "[unit]") {
  ApiVersionsResponse response;
  response.api_keys.push_back({.api_key = 0, .min_version = 0, .max_version = 13});
  response.finalized_features_epoch = 2;
  response.finalized_features.push_back(
      {.name = "f", .max_version_level = 2, .min_version_level = 1});
  agrees(response, 0, "00000000000100000000000d");
  agrees(response, 3, "00000200000000000d0000000000020108000000000000000202080202660002000100");
}

TEST_CASE("a subscription is Kafka's bytes in all its versions", "[unit]") {
  ConsumerProtocolSubscription subscription;
  subscription.topics = {"t"};
  subscription.owned_partitions.push_back({.topic = "t", .partitions = {1, 2}});
  subscription.generation_id = 4;
  subscription.rack_id = "r";
  const std::string v0 = "00000001000174ffffffff";
  const std::string v1 = v0 + "00000001000174000000020000000100000002";
  agrees(subscription, 0, v0);
  agrees(subscription, 1, v1);
  agrees(subscription, 2, v1 + "00000004");
  agrees(subscription, 3, v1 + "00000004" + "000172");
}

TEST_CASE("a committed offset is Kafka's bytes", "[unit]") {
  agrees(OffsetCommitKey{.group = "g", .topic = "t", .partition = 5}, 0, "00016700017400000005");
  OffsetCommitValue value;
  value.offset = 42;
  value.leader_epoch = 3;
  value.metadata = "m";
  value.commit_timestamp = 1000;
  value.topic_id = kId;
  agrees(value, 3, "000000000000002a0000000300016d00000000000003e8");
  agrees(value, 4,
         "000000000000002a00000003026d00000000000003e80100100102030405060708090a0b0c0d0e0f10");
}

TEST_CASE("a tagged struct that is null, default or set is Kafka's bytes", "[unit]") {
  ConsumerGroupMemberMetadataValue value;
  agrees(value, 0, "010101010101ffffffff0100");
  value.classic_member_metadata->session_timeout_ms = 5;
  agrees(value, 0, "010101010101ffffffff0101000701000000050100");
  StreamsGroupMetadataValue streams;
  agrees(streams, 0, "00000000000000000000000000");
  streams.last_assignment_configs.reset();
  agrees(streams, 0, "00000000000000000000000001010100");
}
