// What Kafka answers to CreateTopics, DeleteTopics and CreatePartitions.
#include <algorithm>

#include "common/protocol/messages/20_delete_topics.h"
#include "common/protocol/messages/35_describe_log_dirs.h"
#include "common/protocol/messages/37_create_partitions.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;

struct Ready {
  BrokerFixture broker;
  WireClient client = broker.connect();

  CreateTopicsResponse::Topic create(const CreateTopicsRequest& request, wire::Version v = 7) {
    const auto response = client.call(request, v);
    REQUIRE(response.topics.size() == 1);
    return response.topics[0];
  }
};

TEST_CASE("CreateTopics v5+ answers with counts and every config and its source", "[e2e]") {
  Ready t;
  const bool only_check = GENERATE(false, true);
  auto request = create_request(unique_name("made"), 3, {{"retention.ms", "1000"}});
  request.validate_only = only_check;
  const auto made = t.create(request);
  CHECK(made.error_code == 0);
  CHECK(made.num_partitions == 3);
  CHECK(made.replication_factor == 1);
  REQUIRE(made.configs.has_value());
  CHECK(made.configs->size() >= 33);
  for (const auto& config : *made.configs) {
    INFO(config.name);
    CHECK_FALSE(config.read_only);
    const bool ours = config.name == "retention.ms";
    CHECK((ours ? config.config_source == 1 : config.config_source > 1));
  }
  const auto known = topic_metadata(t.client, request.topics[0].name);
  if (only_check || !t.broker.is_foreign()) CHECK(known.error_code == (only_check ? 3 : 0));
}

TEST_CASE("CreateTopics works in every version", "[e2e]") {
  Ready t;
  for (wire::Version v = 2; v <= 7; ++v) {
    CHECK(t.create(create_request(unique_name("every")), v).error_code == 0);
  }
}

TEST_CASE("a topic that exists is 36", "[e2e]") {
  Ready t;
  const auto topic = create_topic(t.client, unique_name("twin"));
  const auto again = t.create(create_request(topic.name));
  CHECK(again.error_code == 36);
  CHECK(again.error_message == "Topic '" + topic.name + "' already exists.");
}

TEST_CASE("an unknown topic key and a bad value are 40 in Kafka's words", "[e2e]") {
  Ready t;
  const auto unknown = t.create(create_request(unique_name("key"), 1, {{"no.such.key", "1"}}));
  CHECK(unknown.error_code == 40);
  CHECK(unknown.error_message == "Unknown topic config name: no.such.key");
  const auto bad = t.create(create_request(unique_name("key"), 1, {{"retention.ms", "abc"}}));
  CHECK(bad.error_code == 40);
  CHECK(bad.error_message ==
        "Invalid value abc for configuration retention.ms: Not a number of type LONG");
  CHECK(t.create(create_request(unique_name("key"), 1, {{"remote.storage.enable", "true"}}))
            .error_code == 40);
  auto null = create_request(unique_name("key"));
  null.topics[0].configs.push_back({"retention.ms", std::nullopt});
  CHECK(t.create(null).error_code == 40);
}

TEST_CASE("an empty cleanup.policy is accepted", "[e2e]") {
  Ready t;
  CHECK(t.create(create_request(unique_name("policy"), 1, {{"cleanup.policy", ""}})).error_code ==
        0);
}

TEST_CASE("more replicas than brokers, none and fewer than -1 are 38", "[e2e]") {
  Ready t;
  auto request = create_request(unique_name("replicas"));
  request.topics[0].replication_factor = GENERATE(std::int16_t{3}, std::int16_t{0}, std::int16_t{-2});
  CHECK(t.create(request).error_code == 38);
}

TEST_CASE("no partitions and fewer than -1 are 37, 10001 are 44, -1 is the default", "[e2e]") {
  Ready t;
  const auto code = [&](std::int32_t partitions, wire::Version v = 7) {
    return t.create(create_request(unique_name("count"), partitions), v).error_code;
  };
  CHECK(code(0) == 37);
  CHECK(code(-2) == 37);
  CHECK(code(10001) == 44);
  for (wire::Version v = 2; v <= 7; ++v) CHECK(code(-1, v) == 0);
}

TEST_CASE("an illegal name and one that collides with another are 17", "[e2e]") {
  Ready t;
  for (const auto& name : {std::string(""), std::string("."), std::string("a/b"), std::string(250, 'x')}) {
    CHECK(t.create(create_request(name)).error_code == 17);
  }
  const std::string name = unique_name("colli.de");
  create_topic(t.client, name);
  std::string twin = name;
  std::replace(twin.begin(), twin.end(), '.', '_');
  CHECK(t.create(create_request(twin)).error_code == 17);
  CHECK(t.create(create_request("__cluster_metadata")).error_code == 42);
}

TEST_CASE("a replica assignment names known brokers once for partitions without a gap", "[e2e]") {
  Ready t;
  const std::int32_t node = topic_metadata(t.client, create_topic(t.client, unique_name("n")).name)
                                .partitions.at(0)
                                .leader_id;
  const auto code = [&](std::vector<CreateTopicsRequest::Assignment> assignments,
                        std::int32_t count = -1) {
    auto request = create_request(unique_name("assigned"), count);
    request.topics[0].replication_factor = -1;
    request.topics[0].assignments = std::move(assignments);
    return t.create(request).error_code;
  };
  CHECK(code({{0, {node}}, {1, {node}}}) == 0);
  CHECK(code({{0, {node + 76}}}) == 39);
  CHECK(code({{0, {node, node}}}) == 39);
  CHECK(code({{0, {node}}, {2, {node}}}) == 39);
  CHECK(code({{0, {node}}}, 1) == 42);
}

TEST_CASE("a topic twice in CreateTopics is 42 with one answer; timeout 0 is 7", "[e2e]") {
  Ready t;
  auto twice = create_request(unique_name("twice"));
  twice.topics.push_back(twice.topics[0]);
  CHECK(t.create(twice).error_code == 42);
  auto late = create_request(unique_name("late"));
  late.timeout_ms = 0;
  CHECK(t.create(late).error_code == 7);
}

TEST_CASE("DeleteTopics of an unknown or illegal name is 3, of an unknown id 100", "[e2e]") {
  Ready t;
  DeleteTopicsRequest by_name;
  by_name.timeout_ms = 30000;
  by_name.topic_names = {"unknown", "a/b"};
  for (const auto& answer : t.client.call(by_name, 4).responses) CHECK(answer.error_code == 3);
  DeleteTopicsRequest by_id;
  by_id.timeout_ms = 30000;
  Uuid id;
  id.bytes.fill(3);
  by_id.topics = {{std::nullopt, id}};
  CHECK(t.client.call(by_id, 6).responses.at(0).error_code == 100);
}

TEST_CASE("DeleteTopics with both name and id, neither, or a topic twice is 42", "[e2e]") {
  Ready t;
  const auto topic = create_topic(t.client, unique_name("victim"));
  const auto code = [&](std::vector<DeleteTopicsRequest::Topic> topics) {
    DeleteTopicsRequest request;
    request.timeout_ms = 30000;
    request.topics = std::move(topics);
    return t.client.call(request, 6).responses.at(0).error_code;
  };
  CHECK(code({{topic.name, topic.id}}) == 42);
  CHECK(code({{std::nullopt, {}}}) == 42);
  CHECK(code({{topic.name, {}}, {topic.name, {}}}) == 42);
  CHECK(code({{topic.name, {}}}) == 0);
  CHECK(topic_metadata(t.client, topic.name).error_code == 3);
}

TEST_CASE("a deleted topic's name is free at once and begins empty", "[e2e]") {
  Ready t;
  const auto topic = create_topic(t.client, unique_name("again"));
  must_produce(t.client, topic, {"old"});
  DeleteTopicsRequest request;
  request.timeout_ms = 30000;
  request.topics = {{std::nullopt, topic.id}};
  CHECK(t.client.call(request, 6).responses.at(0).error_code == 0);
  while (topic_metadata(t.client, topic.name).error_code == 0) {
  }
  const auto made = create_topic(t.client, topic.name);
  CHECK(made.id != topic.id);
  CHECK(list_offset(t.client, made, -1).offset == 0);
  CHECK(fetch(t.client, topic, 0, 13).error_code == 100);
}

CreatePartitionsResponse::Result grow(Ready& t, const std::string& name, std::int32_t count,
                                      wire::Version v = 3) {
  CreatePartitionsRequest request;
  request.timeout_ms = 30000;
  request.topics.push_back({name, count, std::nullopt});
  return t.client.call(request, v).results.at(0);
}

TEST_CASE("CreatePartitions adds partitions that can be written to", "[e2e]") {
  Ready t;
  const auto topic = create_topic(t.client, unique_name("grow"));
  for (wire::Version v = 0; v <= 3; ++v) CHECK(grow(t, topic.name, v + 2, v).error_code == 0);
  while (topic_metadata(t.client, topic.name).partitions.size() != 5) {
  }
  CHECK(produce(t.client, topic, make_batch({"v"}), 11, 4).error_code == 0);
}

TEST_CASE("CreatePartitions to no more than there are is 37 in Kafka's words", "[e2e]") {
  Ready t;
  const auto topic = create_topic(t.client, unique_name("grow"), 2);
  for (const std::int32_t count : {1, 0, -1}) {
    const auto refused = grow(t, topic.name, count);
    CHECK(refused.error_code == 37);
    CHECK(refused.error_message == "The topic " + topic.name + " currently has 2 partition(s); " +
                                       std::to_string(count) + " would not be an increase.");
  }
  const auto same = grow(t, topic.name, 2);
  CHECK(same.error_code == 37);
  CHECK(same.error_message == "Topic already has 2 partition(s).");
}

TEST_CASE("CreatePartitions: unknown topic 3, twice 42, bad assignment 39", "[e2e]") {
  Ready t;
  CHECK(grow(t, "unknown", 2).error_code == 3);
  const auto topic = create_topic(t.client, unique_name("grow"));
  CreatePartitionsRequest request;
  request.timeout_ms = 30000;
  request.topics.push_back({topic.name, 2, std::nullopt});
  request.topics.push_back(request.topics[0]);
  const auto twice = t.client.call(request, 3);
  REQUIRE(twice.results.size() == 1);
  CHECK(twice.results[0].error_code == 42);
  request.topics.pop_back();
  request.topics[0].assignments = {{{77}}};
  CHECK(t.client.call(request, 3).results.at(0).error_code == 39);
  request.topics[0].assignments->clear();
  CHECK(t.client.call(request, 3).results.at(0).error_code == 39);
}

TEST_CASE("DescribeLogDirs tells the bytes of each partition", "[e2e]") {
  Ready t;
  const auto topic = create_topic(t.client, unique_name("bytes"), 2);
  must_produce(t.client, topic, {std::string(1000, 'x')});
  DescribeLogDirsRequest request;
  request.topics = {{topic.name, {0, 1, 9}}, {"unknown", {0}}};
  for (wire::Version v = 1; v <= 5; ++v) {
    if (v == 5 && t.broker.is_foreign()) break;
    const auto response = t.client.call(request, v);
    REQUIRE(response.results.size() == 1);
    CHECK(response.results[0].error_code == 0);
    REQUIRE(response.results[0].topics.size() == 1);
    const auto& partitions = response.results[0].topics[0].partitions;
    REQUIRE(partitions.size() == 2);
    CHECK(partitions[0].partition_size > 1000);
    CHECK(partitions[1].partition_size == 0);
    if (v >= 4) CHECK(response.results[0].usable_bytes > 0);
  }
  request.topics.reset();
  CHECK_FALSE(t.client.call(request, 4).results.at(0).topics.empty());
}

}  // namespace
}  // namespace leat
