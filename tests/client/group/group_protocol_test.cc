#include "client/group/group_protocol.h"

#include "tests/support/catch.h"

using namespace leat;

namespace {

Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (const int value : values) out.push_back(static_cast<std::byte>(value));
  return out;
}

SubscribedMember orders_reader() {
  SubscribedMember member;
  member.topics = {"t"};
  member.owned = {{"t", 1}, {"t", 0}};
  member.generation = 7;
  return member;
}

}  // namespace

// Written by hand after ConsumerProtocolSubscription.json and ConsumerProtocolAssignment.json.

TEST_CASE("a subscription is Kafka's version 3: topics, user data, owned, generation, no rack",
          "[unit]") {
  CHECK(encode_subscription(orders_reader(), Assignor::kRange) ==
        bytes({0, 3, 0, 0, 0, 1, 0, 1, 't', 0xff, 0xff, 0xff, 0xff,           // no user data
               0, 0, 0, 1, 0, 1, 't', 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1,     // owned
               0, 0, 0, 7, 0xff, 0xff}));
}

TEST_CASE("cooperative-sticky repeats the generation in its user data, as the Java client does",
          "[unit]") {
  SubscribedMember member = orders_reader();
  member.owned.clear();
  CHECK(encode_subscription(member, Assignor::kCooperativeSticky) ==
        bytes({0, 3, 0, 0, 0, 1, 0, 1, 't', 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 7, 0xff,
               0xff}));
}

TEST_CASE("subscriptions of every version are read, and of one that is not known yet", "[unit]") {
  const auto decoded = [](const Bytes& b) { return *decode_subscription("m", std::nullopt, b); };
  const SubscribedMember v0 = decoded(bytes({0, 0, 0, 0, 0, 1, 0, 1, 't', 0xff, 0xff, 0xff, 0xff}));
  CHECK(v0.topics == std::vector<std::string>{"t"});
  CHECK(v0.generation == -1);
  const SubscribedMember v1 = decoded(bytes({0, 1, 0, 0, 0, 1, 0, 1, 't', 0, 0, 0, 4, 0, 0, 0, 9,
                                             0, 0, 0, 1, 0, 1, 't', 0, 0, 0, 1, 0, 0, 0, 5}));
  CHECK(v1.owned == TopicPartitions{{"t", 5}});
  CHECK(v1.generation == 9);
  Bytes v9 = encode_subscription(orders_reader(), Assignor::kRange);
  v9[1] = std::byte{9};
  v9.push_back(std::byte{1});
  CHECK(decoded(v9).generation == 7);
  CHECK(decode_subscription("m", std::nullopt, bytes({0, 3, 0, 0, 0, 5})).error().is(
      ClientCode::kBadAnswer));
}

TEST_CASE("assignments go by topic and come back sorted; no bytes are no partitions", "[unit]") {
  const TopicPartitions partitions{{"b", 2}, {"a", 1}, {"a", 0}};
  const Bytes encoded = encode_assignment(partitions);
  CHECK(encoded == bytes({0, 3, 0, 0, 0, 2, 0, 1, 'a', 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1,
                          0, 1, 'b', 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff}));
  CHECK(*decode_assignment(encoded) == TopicPartitions{{"a", 0}, {"a", 1}, {"b", 2}});
  CHECK(decode_assignment({})->empty());
  CHECK_FALSE(decode_assignment(bytes({0, 1, 0})).ok());
}
