#include "common/protocol/codec.h"
#include "common/protocol/dump.h"
#include "common/protocol/messages/00_produce.h"
#include "common/protocol/messages/01_fetch.h"
#include "common/protocol/messages/03_metadata.h"
#include "common/protocol/messages/08_offset_commit.h"
#include "common/protocol/messages/11_join_group.h"
#include "common/protocol/messages/36_sasl_authenticate.h"
#include "common/protocol/records/consumer_protocol.h"
#include "tests/common/protocol/wire_support.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::wire;

namespace {

template <class M>
std::string refusal(const M& m, Version v) {
  Encoder out;
  const Status s = encode(m, v, out);
  CHECK(s.code() == StatusCode::kInvalidArgument);
  return std::string(message(s));
}

Payload payload_of(std::string_view text) {
  Payload payload;
  payload.append(SharedBytes(Bytes(as_bytes(text).begin(), as_bytes(text).end())));
  return payload;
}

}  // namespace

TEST_CASE("a set field that the version lacks is refused unless it is ignorable", "[unit]") {
  FetchResponse response;
  response.session_id = 5;  // since version 7
  CHECK(encode_bytes(response, 7).ok());
  CHECK_THAT(refusal(response, 6), ContainsSubstring("SessionId is set, and this version has no"));
  FetchRequest request;
  request.session_id = 5;  // since version 7, ignorable
  CHECK(encode_bytes(request, 6).ok());
}

TEST_CASE("a set tagged field that the version lacks is refused", "[unit]") {
  FetchResponse response;
  response.responses.emplace_back().partitions.emplace_back().current_leader.leader_id = 3;
  CHECK(encode_bytes(response, 12).ok());
  CHECK_THAT(refusal(response, 11), ContainsSubstring("Responses.Partitions.CurrentLeader is set"));
}

TEST_CASE("null is refused in a version that has no null", "[unit]") {
  MetadataRequest request;
  request.topics.reset();
  CHECK(encode_bytes(request, 1).ok());
  CHECK_THAT(refusal(request, 0), ContainsSubstring("Topics is null, and may not be"));
}

TEST_CASE("a string that no length can tell is refused", "[unit]") {
  JoinGroupRequest request;
  request.group_id = std::string(32'768, 'g');
  CHECK_THAT(refusal(request, 0), ContainsSubstring("GroupId is too long"));
  CHECK_THAT(refusal(request, 9), ContainsSubstring("GroupId is too long"));
  request.group_id.pop_back();
  CHECK(encode_bytes(request, 9).ok());
}

TEST_CASE("a payload is spliced between the bytes around it without being copied", "[unit]") {
  FetchResponse response;
  auto& partitions = response.responses.emplace_back().partitions;
  const Payload first = payload_of("first");
  partitions.emplace_back().records = Records(first);
  partitions.emplace_back().records = Records(payload_of("second"));
  partitions.emplace_back().records = Records(as_bytes("borrowed"));
  Encoder out;
  REQUIRE(encode(response, 4, out).ok());
  const std::uint64_t size = out.size();
  const Payload whole = out.take();
  CHECK(whole.size() == size);
  REQUIRE(whole.pieces().size() == 5);
  CHECK(std::get<SharedBytes>(whole.pieces()[1]).view().data() ==
        std::get<SharedBytes>(first.pieces()[0]).view().data());
  const Bytes flat = flatten(whole);
  CHECK(flat == *encode_bytes(response, 4));
  const auto decoded = decode<FetchResponse>(flat, 4);
  REQUIRE(decoded.ok());
  CHECK(equal(*decoded, response));
}

TEST_CASE("a file range counts with its size", "[unit]") {
  FetchResponse response;
  Payload range;
  range.append(FileRange{.keep_open = nullptr, .fd = 3, .position = 10, .size = 100});
  response.responses.emplace_back().partitions.emplace_back().records = Records(range);
  Encoder out;
  REQUIRE(encode(response, 4, out).ok());
  const Payload whole = out.take();
  REQUIRE(whole.pieces().size() == 2);
  CHECK(std::get<FileRange>(whole.pieces()[1]).position == 10);
  CHECK(load_be<std::int32_t>(&std::get<SharedBytes>(whole.pieces()[0]).view().last(4)[0]) == 100);
}

TEST_CASE("records are null, empty or some, and stay so", "[unit]") {
  ProduceRequest request;
  auto& partitions = request.topic_data.emplace_back().partition_data;
  partitions.resize(3);
  partitions[1].records = Records(ByteView{});
  partitions[2].records = Records(as_bytes("x"));
  for (const Version v : {Version{3}, Version{13}}) {
    const Bytes body = *encode_bytes(request, v);
    const auto decoded = decode<ProduceRequest>(body, v);
    REQUIRE(decoded.ok());
    const auto& got = decoded->topic_data[0].partition_data;
    CHECK(got[0].records.is_null());
    CHECK_FALSE(got[1].records.is_null());
    CHECK(got[1].records.size() == 0);
    CHECK(got[2].records.size() == 1);
  }
}

TEST_CASE("an encoder that was emptied starts again from nothing", "[unit]") {
  Encoder out;
  out.int32(1);
  out.splice(payload_of("abc"));
  CHECK(out.take().size() == 7);
  out.int16(2);
  CHECK(hex(out.take_bytes()) == "0002");
}

TEST_CASE("a tagged field longer than 127 bytes gets a longer size in front", "[unit]") {
  FetchRequest request;
  request.cluster_id = std::string(300, 'c');
  const Bytes body = *encode_bytes(request, 12);
  const auto decoded = decode<FetchRequest>(body, 12);
  REQUIRE(decoded.ok());
  CHECK(decoded->cluster_id == request.cluster_id);
}

TEST_CASE("a message carries its own version in front where the format says so", "[unit]") {
  ConsumerProtocolSubscription subscription;
  subscription.topics = {"t"};
  Bytes bytes = *encode_versioned(subscription, 1);
  CHECK(hex(bytes) ==
        "0001"
        "00000001000174"
        "ffffffff"
        "00000000");
  CHECK(decode_versioned<ConsumerProtocolSubscription>(bytes)->topics == subscription.topics);
  CHECK_FALSE(decode_versioned<ConsumerProtocolSubscription>(ByteView(bytes).first(1)).ok());
}

TEST_CASE("a newer subscription is read as the newest known one when asked to", "[unit]") {
  ConsumerProtocolSubscription subscription;
  subscription.rack_id = "r";
  Bytes bytes = *encode_versioned(subscription, 3);
  bytes[1] = std::byte{9};
  append(bytes, as_bytes("of a later version"));
  CHECK(decode_versioned<ConsumerProtocolSubscription>(bytes, true)->rack_id == "r");
  CHECK_FALSE(decode_versioned<ConsumerProtocolSubscription>(bytes).ok());
}

TEST_CASE("a dump names the fields of the version and masks secrets", "[unit]") {
  SaslAuthenticateRequest sasl;
  sasl.auth_bytes = Bytes(7);
  CHECK(dump(sasl, 0) == "SaslAuthenticateRequest v0 {AuthBytes: ****}");
  OffsetCommitRequest commit;
  commit.group_id = "a\"b\n";
  const std::string text = dump(commit, 2);
  CHECK_THAT(text, ContainsSubstring(R"(GroupId: "a\"b\x0a")"));
  CHECK_THAT(text, !ContainsSubstring("GroupInstanceId"));
  CHECK_THAT(dump(commit, 7), ContainsSubstring("GroupInstanceId: null"));
}
