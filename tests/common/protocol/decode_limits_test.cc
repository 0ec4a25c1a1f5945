#include "common/protocol/codec.h"
#include "common/protocol/messages/00_produce.h"
#include "common/protocol/messages/01_fetch.h"
#include "common/protocol/messages/03_metadata.h"
#include "common/protocol/messages/09_offset_fetch.h"
#include "common/protocol/messages/11_join_group.h"
#include "common/protocol/messages/18_api_versions.h"
#include "common/protocol/messages/75_describe_topic_partitions.h"
#include "tests/common/protocol/wire_support.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::wire;

namespace {

template <class M>
std::string refusal(ByteView body, Version v) {
  const Status s = decode<M>(body, v).status();
  CHECK(is_corruption(s));
  return std::string(message(s));
}

// An ApiVersionsRequest v3 with these tagged fields: count, then tag, size, bytes of each.
Bytes with_tags(std::uint32_t count, ByteView fields) {
  Encoder out;
  out.uvarint(1);  // ClientSoftwareName ""
  out.uvarint(1);  // ClientSoftwareVersion ""
  out.uvarint(count);
  out.raw(fields);
  return out.take_bytes();
}

}  // namespace

TEST_CASE("an array longer than the bytes that are left is refused", "[unit]") {
  CHECK_THAT(refusal<MetadataRequest>(from_hex("7fffffff 0001"), 1),
             ContainsSubstring("Topics has more elements"));
  CHECK_THAT(refusal<MetadataRequest>(from_hex("00000003 0001"), 1),
             ContainsSubstring("Topics is longer"));
}

TEST_CASE("an array of more than a million elements is refused", "[unit]") {
  Encoder out;
  out.int32(1'000'001);
  out.raw(Bytes(4'000'000));
  CHECK_THAT(refusal<MetadataRequest>(out.take_bytes(), 1), ContainsSubstring("more elements"));
}

TEST_CASE("a small frame that would become a large object is refused", "[unit]") {
  // An empty group takes four bytes on the wire and more than a hundred in memory.
  Encoder out;
  out.uvarint(500'001);
  for (int i = 0; i < 500'000; ++i) out.int32(0x01000100);
  out.raw(from_hex("00 00"));
  CHECK_THAT(refusal<OffsetFetchRequest>(out.take_bytes(), 9),
             ContainsSubstring("Groups decodes to more memory"));
}

TEST_CASE("a frame of small arrays inside small arrays is held to the same budget", "[unit]") {
  Encoder out;
  out.uvarint(2);  // one group
  out.raw(from_hex("01 00 00000000"));
  out.uvarint(100'001);
  for (int i = 0; i < 100'000; ++i) out.raw(from_hex("01 01 00"));
  out.raw(from_hex("00 00 00"));
  CHECK_THAT(refusal<OffsetFetchRequest>(out.take_bytes(), 9),
             ContainsSubstring("decodes to more memory"));
}

TEST_CASE("a large but honest request is within the budget", "[unit]") {
  MetadataRequest request;
  request.topics.emplace();
  for (int i = 0; i < 100'000; ++i) {
    MetadataRequest::Topic topic;
    topic.name = fmt::format("topic-{}", i);
    request.topics->push_back(topic);
  }
  const Bytes body = *encode_bytes(request, 9);
  const auto decoded = decode<MetadataRequest>(body, 9);
  REQUIRE(decoded.ok());
  CHECK(decoded->topics->size() == 100'000);
}

TEST_CASE("unknown tagged fields are skipped, up to ten thousand", "[unit]") {
  Encoder fields;
  for (std::uint32_t tag = 0; tag < 10'000; ++tag) {
    fields.uvarint(tag + 100);
    fields.uvarint(1);
    fields.int8(7);
  }
  const Bytes bytes = fields.take_bytes();
  CHECK(decode<ApiVersionsRequest>(with_tags(10'000, bytes), 3).ok());
  Bytes more = bytes;
  append(more, from_hex("ffff0f 01 07"));
  CHECK_THAT(refusal<ApiVersionsRequest>(with_tags(10'001, more), 3),
             ContainsSubstring("too many tagged fields"));
  CHECK_THAT(refusal<ApiVersionsRequest>(with_tags(0xffffffffu, bytes), 3),
             ContainsSubstring("too many tagged fields"));
}

TEST_CASE("tags that repeat or descend are refused", "[unit]") {
  CHECK(decode<ApiVersionsRequest>(with_tags(2, from_hex("07 00 08 00")), 3).ok());
  CHECK_THAT(refusal<ApiVersionsRequest>(with_tags(2, from_hex("07 00 07 00")), 3),
             ContainsSubstring("do not ascend"));
  CHECK_THAT(refusal<ApiVersionsRequest>(with_tags(2, from_hex("08 00 07 00")), 3),
             ContainsSubstring("do not ascend"));
}

TEST_CASE("a tagged field longer than the bytes that are left is refused", "[unit]") {
  CHECK_THAT(refusal<ApiVersionsRequest>(with_tags(1, from_hex("07 ffffffff0f 00")), 3),
             ContainsSubstring("longer than the bytes that are left"));
}

TEST_CASE("a known tagged field fills its size exactly and is of the version", "[unit]") {
  // FetchRequest v12: ReplicaId to ForgottenTopics, RackId, then the tags; ClusterId is tag 0.
  const std::string head = "ffffffff 00000000 00000000 00000000 00 00000000 00000000 01 01 01";
  const auto cluster = decode<FetchRequest>(from_hex(head + "01 00 03 0361 62"), 12);
  REQUIRE(cluster.ok());
  CHECK(cluster->cluster_id == "ab");
  CHECK_THAT(refusal<FetchRequest>(from_hex(head + "01 00 04 0361 62 00"), 12),
             ContainsSubstring("ClusterId is shorter than its tag says"));
  CHECK_THAT(refusal<FetchRequest>(from_hex(head + "01 00 02 0361 62"), 12),
             ContainsSubstring("ClusterId is longer than the bytes that are left"));
  // ReplicaState, tag 1, came with version 15.
  CHECK_THAT(refusal<FetchRequest>(from_hex(head + "01 01 01 00"), 12),
             ContainsSubstring("ReplicaState is tagged in a version without it"));
}

TEST_CASE("any negative length is null where null is allowed, and refused elsewhere", "[unit]") {
  for (const char* length : {"ffffffff", "fffffffe", "80000000"}) {
    const auto all = decode<MetadataRequest>(from_hex(length), 1);
    REQUIRE(all.ok());
    CHECK_FALSE(all->topics.has_value());
    CHECK_THAT(refusal<MetadataRequest>(from_hex(length), 0),
               ContainsSubstring("Topics is null, and may not be"));
  }
  CHECK_THAT(refusal<JoinGroupRequest>(from_hex("fffe"), 0),
             ContainsSubstring("GroupId is null, and may not be"));
  CHECK_THAT(refusal<ApiVersionsRequest>(from_hex("00 01 00"), 3),
             ContainsSubstring("ClientSoftwareName is null"));
}

TEST_CASE("a string of more than 32767 bytes is refused in compact form too", "[unit]") {
  Encoder out;
  out.uvarint(32'769);
  out.raw(Bytes(32'768, std::byte{'a'}));
  out.raw(from_hex("01 00"));
  CHECK_THAT(refusal<ApiVersionsRequest>(out.take_bytes(), 3),
             ContainsSubstring("longer than a string may be"));
}

TEST_CASE("a compact length of more than 32 bits is refused", "[unit]") {
  CHECK_THAT(refusal<ApiVersionsRequest>(from_hex("ffffffff7f 01 00"), 3),
             ContainsSubstring("more than 32 bits"));
  CHECK_THAT(refusal<ApiVersionsRequest>(from_hex("808080808001 01 00"), 3),
             ContainsSubstring("more than 32 bits"));
}

TEST_CASE("a struct that may be null is told by a byte in front", "[unit]") {
  const auto none = decode<DescribeTopicPartitionsRequest>(from_hex("01 000007d0 ff 00"), 0);
  REQUIRE(none.ok());
  CHECK_FALSE(none->cursor.has_value());
  const auto some =
      decode<DescribeTopicPartitionsRequest>(from_hex("01 000007d0 01 0274 00000001 00 00"), 0);
  REQUIRE(some.ok());
  CHECK(some->cursor->topic_name == "t");
}

TEST_CASE("decoded records are a view into the frame", "[unit]") {
  const Bytes body = from_hex("00 ffff 00007530 02 0274 02 00000007 06 6261746368 00 00 00");
  const auto request = decode<ProduceRequest>(body, 9);
  REQUIRE(request.ok());
  const auto records = request->topic_data[0].partition_data[0].records.view();
  REQUIRE(records.has_value());
  CHECK(as_text(*records) == "batch");
  CHECK(records->data() > body.data());
  CHECK(records->data() < body.data() + body.size());
}
