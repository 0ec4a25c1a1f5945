#include "client/error.h"

#include "tests/support/catch.h"

using namespace leat;

TEST_CASE("an error from a broker has Kafka's name and somebody's sentence", "[unit]") {
  const Error own = Error::kafka(wire_code(ErrorCode::kTopicAlreadyExists), "Topic 'a' exists.");
  CHECK(own.describe() == "Topic 'a' exists (TOPIC_ALREADY_EXISTS)");
  CHECK_FALSE(own.retriable());
  CHECK(own.from_broker());
  const Error known = Error::kafka(wire_code(ErrorCode::kNotLeaderOrFollower));
  CHECK_FALSE(known.text().empty());
  CHECK(known.retriable());
  CHECK(Error::kafka(0).ok());
}

TEST_CASE("an error of the client says so, and keeps its code through a context", "[unit]") {
  const Error error = Error::make(ClientCode::kDisconnected, "gone").with_context("a:1");
  CHECK(error.describe() == "a:1: gone (DISCONNECTED)");
  CHECK(error.is(ClientCode::kDisconnected));
  CHECK(error.retriable());
  CHECK_FALSE(error.from_broker());
}
