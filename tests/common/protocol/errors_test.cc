#include "common/protocol/errors.h"

#include "common/protocol/api_keys.h"
#include "tests/support/catch.h"

using namespace leat;

TEST_CASE("error codes have Kafka's numbers, names and retriability", "[unit]") {
  CHECK(wire_code(ErrorCode::kNone) == 0);
  CHECK(wire_code(ErrorCode::kUnknownServerError) == -1);
  CHECK(wire_code(ErrorCode::kOutOfOrderSequenceNumber) == 45);
  CHECK(wire_code(ErrorCode::kControllerIdNotRegistered) == 136);
  CHECK(name(ErrorCode::kNotLeaderOrFollower) == "NOT_LEADER_OR_FOLLOWER");
  CHECK(is_retriable(ErrorCode::kNotLeaderOrFollower));
  CHECK_FALSE(is_retriable(ErrorCode::kOffsetOutOfRange));
  CHECK_FALSE(is_retriable(ErrorCode::kRebalanceInProgress));
}

TEST_CASE("every error code but none says what it means", "[unit]") {
  for (std::int16_t code = -1; code <= 136; ++code) {
    CHECK(description(ErrorCode{code}).empty() == (code == 0));
    CHECK(name(ErrorCode{code}) != "UNKNOWN_ERROR_CODE");
  }
}

TEST_CASE("a code that is not in the list has a name and is not retriable", "[unit]") {
  for (const std::int16_t code : {std::int16_t{-2}, std::int16_t{137}, std::int16_t{32'767}}) {
    CHECK(name(ErrorCode{code}) == "UNKNOWN_ERROR_CODE");
    CHECK_FALSE(is_retriable(ErrorCode{code}));
  }
}

TEST_CASE("API keys have Kafka's numbers and names", "[unit]") {
  CHECK(name(ApiKey::kProduce) == "Produce");
  CHECK(static_cast<int>(ApiKey::kShareAcknowledge) == 79);
  CHECK(name(ApiKey::kDescribeGroupLag) == "DescribeGroupLag");
  CHECK(static_cast<int>(ApiKey::kDescribeGroupLag) == 20'000);
  CHECK(name(ApiKey{30'000}) == "Unknown");
  CHECK(wire::find_request_spec(ApiKey::kVote) == nullptr);
}
