#include "common/protocol/header.h"

#include "common/protocol/messages/12_heartbeat.h"
#include "common/protocol/messages/17_sasl_handshake.h"
#include "common/protocol/messages/18_api_versions.h"
#include "tests/common/protocol/wire_support.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::wire;

namespace {

std::string hex(const Payload& payload) {
  return wire::hex(flatten(payload));
}

}  // namespace

TEST_CASE("a request header is version 2 where the body is flexible, else 1", "[unit]") {
  CHECK(hex(*encode_request(HeartbeatRequest{}, 3, 7, "me")) ==
        "00000016"
        "000c0003"
        "00000007"
        "00026d65"
        "0000"
        "00000000"
        "0000"
        "ffff");
  CHECK(hex(*encode_request(HeartbeatRequest{}, 4, 7, std::nullopt)) ==
        "00000013"
        "000c0004"
        "00000007"
        "ffff"
        "00"
        "01"
        "00000000"
        "01"
        "00"
        "00");
}

TEST_CASE("a request header gives back what was put in", "[unit]") {
  for (const Version v : {Version{3}, Version{4}}) {
    const Bytes frame = from_hex(hex(*encode_request(HeartbeatRequest{}, v, 7, "me")).substr(8));
    const auto header = decode_request_header(frame);
    REQUIRE(header.ok());
    CHECK(header->api_key == ApiKey::kHeartbeat);
    CHECK(header->version == v);
    CHECK(header->correlation_id == 7);
    CHECK(header->client_id == "me");
    CHECK(header->servable == Servable::kYes);
    CHECK(decode<HeartbeatRequest>(ByteView(frame).subspan(header->body_offset), v).ok());
  }
}

TEST_CASE("unknown tagged fields in a header are skipped", "[unit]") {
  const Bytes frame = from_hex("000c0004 00000007 ffff 01 05 02 abcd 01 00000000 01 00 00");
  const auto header = decode_request_header(frame);
  REQUIRE(header.ok());
  CHECK_FALSE(header->client_id.has_value());
  CHECK(header->body_offset == 15);
}

TEST_CASE("a header cut off at any byte is refused", "[unit]") {
  const Bytes frame = from_hex("000c0004 00000007 0002 6d65 01 05 02 abcd");
  for (std::size_t size = 0; size < frame.size(); ++size) {
    CHECK(is_corruption(decode_request_header(
                            Bytes(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size)))
                            .status()));
  }
}

TEST_CASE("an unknown key and an unknown version are told apart", "[unit]") {
  const auto key = decode_request_header(from_hex("03e80000 00000009"));
  REQUIRE(key.ok());
  CHECK(key->servable == Servable::kUnknownKey);
  CHECK(decode_request_header(from_hex("ffff0000 00000009"))->servable == Servable::kUnknownKey);
  CHECK(decode_request_header(from_hex("00040000 00000009"))->servable == Servable::kUnknownKey);
  const auto version = decode_request_header(from_hex("00120063 00000009"));
  REQUIRE(version.ok());
  CHECK(version->servable == Servable::kUnknownVersion);
  CHECK(version->api_key == ApiKey::kApiVersions);
  CHECK(version->correlation_id == 9);
  CHECK(decode_request_header(from_hex("00000002 00000009"))->servable ==
        Servable::kUnknownVersion);
}

TEST_CASE("the header of an ApiVersions response is never flexible", "[unit]") {
  CHECK(hex(*encode_response(ApiVersionsResponse{}, 3, 7)) ==
        "0000000c"
        "00000007"
        "0000"
        "01"
        "00000000"
        "00");
  const auto header = decode_response_header(from_hex("00000007"), ApiKey::kApiVersions, 4);
  REQUIRE(header.ok());
  CHECK(header->body_offset == 4);
}

TEST_CASE("SaslHandshake is never flexible", "[unit]") {
  CHECK(hex(*encode_response(SaslHandshakeResponse{}, 1, 7)) ==
        "0000000a"
        "00000007"
        "0000"
        "00000000");
}

TEST_CASE("a response header is version 1 where the body is flexible", "[unit]") {
  CHECK(hex(*encode_response(HeartbeatResponse{}, 4, 7)) ==
        "0000000c"
        "00000007"
        "00"
        "00000000"
        "0000"
        "00");
  const auto header = decode_response_header(from_hex("00000007 00"), ApiKey::kHeartbeat, 4);
  REQUIRE(header.ok());
  CHECK(header->correlation_id == 7);
  CHECK(header->body_offset == 5);
}
