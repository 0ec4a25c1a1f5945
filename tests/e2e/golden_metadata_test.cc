// What Kafka answers to Metadata, DescribeTopicPartitions and DescribeCluster.
#include <algorithm>

#include "common/protocol/messages/60_describe_cluster.h"
#include "common/protocol/messages/75_describe_topic_partitions.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;

constexpr std::int32_t kNotAsked = INT32_MIN;

MetadataRequest about(std::vector<std::string> names, bool may_create = false) {
  MetadataRequest request;
  for (auto& name : names) request.topics->push_back({{}, std::move(name)});
  request.allow_auto_topic_creation = may_create;
  return request;
}

TEST_CASE("Metadata of an unknown topic without auto-creation is 3 without partitions or id",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto topic = client.call(about({unique_name("nowhere")}), 12).topics.at(0);
  CHECK(topic.error_code == 3);
  CHECK(topic.partitions.empty());
  CHECK(topic.topic_id.is_zero());
}

TEST_CASE("Metadata of an unknown topic with auto-creation is 3 at first, and creates it behind",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto version = static_cast<wire::Version>(GENERATE(0, 3, 4, 13));
  const std::string name = unique_name("auto");
  CHECK(client.call(about({name}, true), version).topics.at(0).error_code == 3);
  const auto deadline = std::chrono::steady_clock::now() + WireClient::kPatience;
  auto topic = topic_metadata(client, name);
  while (topic.error_code == 3 && std::chrono::steady_clock::now() < deadline) {
    topic = topic_metadata(client, name);
  }
  CHECK(topic.error_code == 0);
  CHECK(topic.partitions.size() == 1);
}

TEST_CASE("auto-creation that is off creates nothing", "[e2e]") {
  BrokerFixture broker({{"auto.create.topics.enable", "false"}});
  if (broker.is_foreign()) return;
  auto client = broker.connect();
  const std::string name = unique_name("auto");
  CHECK(client.call(about({name}, true), 4).topics.at(0).error_code == 3);
  CHECK(client.call(about({name}, true), 4).topics.at(0).error_code == 3);
}

TEST_CASE("a missing internal topic is 3 with isInternal, then it is created", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto first = topic_metadata(client, "__consumer_offsets", true);
  CHECK(first.is_internal);
  if (!broker.is_foreign()) CHECK(first.error_code == 3);
  const auto deadline = std::chrono::steady_clock::now() + WireClient::kPatience;
  auto topic = first;
  while (topic.error_code != 0 && std::chrono::steady_clock::now() < deadline) {
    topic = topic_metadata(client, "__consumer_offsets");
  }
  CHECK(topic.partitions.size() == 50);
  CHECK(topic.is_internal);
}

TEST_CASE("Metadata of an illegal topic name is 17 and never creates it", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  for (const auto& name : {std::string(""), std::string("."), std::string(".."), std::string("a/b"),
                           std::string("a b"), std::string(250, 'x')}) {
    INFO("name '" << name << "'");
    CHECK(client.call(about({name}, true), 9).topics.at(0).error_code == 17);
  }
  CHECK(client.call(about({std::string(249, 'x')}), 9).topics.at(0).error_code == 3);
}

TEST_CASE("Metadata of an unknown topic id is 100 with a null name", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  MetadataRequest request;
  Uuid id;
  id.bytes.fill(7);
  request.topics->push_back({id, std::nullopt});
  const auto topic = client.call(request, 12).topics.at(0);
  CHECK(topic.error_code == 100);
  CHECK_FALSE(topic.name.has_value());
}

TEST_CASE("a topic id in Metadata v10-11 is 42 without brokers", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  MetadataRequest request;
  Uuid id;
  id.bytes.fill(7);
  request.topics->push_back({id, "x"});
  const auto response = client.call(request, static_cast<wire::Version>(GENERATE(10, 11)));
  CHECK(response.brokers.empty());
  CHECK(response.topics.at(0).error_code == 42);
}

TEST_CASE("Metadata without topics: all in v0, none in v1+; null: all; a name twice: once",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("listed"));
  MetadataRequest none;
  CHECK_FALSE(client.call(none, 0).topics.empty());
  CHECK(client.call(none, 1).topics.empty());
  CHECK(client.call(none, 13).topics.empty());
  MetadataRequest all;
  all.topics.reset();
  const auto listed = client.call(all, 1).topics;
  CHECK(std::any_of(listed.begin(), listed.end(), [&](auto& t) { return t.name == topic.name; }));
  CHECK(client.call(about({topic.name, topic.name}), 9).topics.size() == 1);
}

TEST_CASE("authorized operations without an authorizer are all, and only told when asked",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("operations"));
  auto request = about({topic.name});
  const auto silent = client.call(request, 10);
  CHECK(silent.cluster_authorized_operations == kNotAsked);
  CHECK(silent.topics.at(0).topic_authorized_operations == kNotAsked);
  request.include_cluster_authorized_operations = true;
  request.include_topic_authorized_operations = true;
  const auto told = client.call(request, 10);
  CHECK(told.cluster_authorized_operations == 8096);
  CHECK(told.topics.at(0).topic_authorized_operations == 3576);
}

DescribeTopicPartitionsRequest describe(std::vector<std::string> names, std::int32_t limit = 2000) {
  DescribeTopicPartitionsRequest request;
  for (auto& name : names) request.topics.push_back({std::move(name)});
  request.response_partition_limit = limit;
  return request;
}

TEST_CASE("DescribeTopicPartitions sorts by name, has empty elr lists and 3 for unknown topics",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto b = create_topic(client, unique_name("b"), 2);
  const auto a = create_topic(client, unique_name("a"));
  const auto response = client.call(describe({b.name, "zz-unknown", a.name, b.name}), 0);
  REQUIRE(response.topics.size() == 3);
  CHECK(response.topics[0].name == a.name);
  CHECK(response.topics[0].topic_id == a.id);
  CHECK(response.topics[1].name == b.name);
  REQUIRE(response.topics[1].partitions.size() == 2);
  const auto& partition = response.topics[1].partitions[1];
  CHECK(partition.partition_index == 1);
  CHECK(partition.eligible_leader_replicas == std::vector<std::int32_t>{});
  CHECK(partition.last_known_elr == std::vector<std::int32_t>{});
  CHECK(partition.isr_nodes.size() == 1);
  CHECK(response.topics[1].topic_authorized_operations == 3576);
  CHECK(response.topics[2].error_code == 3);
  CHECK_FALSE(response.next_cursor.has_value());
}

TEST_CASE("DescribeTopicPartitions gives pages that together name every partition once",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto a = create_topic(client, unique_name("page-a"), 3);
  const auto b = create_topic(client, unique_name("page-b"), 4);
  auto request = describe({a.name, b.name}, 2);
  std::vector<std::pair<std::string, std::int32_t>> seen;
  for (int page = 0; page < 10; ++page) {
    const auto response = client.call(request, 0);
    std::size_t on_page = 0;
    for (const auto& topic : response.topics) {
      for (const auto& p : topic.partitions) seen.emplace_back(*topic.name, p.partition_index);
      on_page += topic.partitions.size();
    }
    CHECK(on_page <= 2);
    if (!response.next_cursor) break;
    request.cursor = {response.next_cursor->topic_name, response.next_cursor->partition_index};
  }
  CHECK(seen == std::vector<std::pair<std::string, std::int32_t>>{
                    {a.name, 0}, {a.name, 1}, {a.name, 2},
                    {b.name, 0}, {b.name, 1}, {b.name, 2}, {b.name, 3}});
}

TEST_CASE("DescribeTopicPartitions never gives more than max.request.partition.size.limit",
          "[e2e]") {
  BrokerFixture broker({{"max.request.partition.size.limit", "3"}});
  if (broker.is_foreign()) return;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("limit"), 5);
  const auto response = client.call(describe({topic.name}), 0);
  CHECK(response.topics.at(0).partitions.size() == 3);
  REQUIRE(response.next_cursor.has_value());
  CHECK(response.next_cursor->partition_index == 3);
}

TEST_CASE("DescribeCluster names this broker, and is 114 for controllers", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  DescribeClusterRequest request;
  request.include_cluster_authorized_operations = true;
  for (wire::Version v = 0; v <= 2; ++v) {
    const auto response = client.call(request, v);
    CHECK(response.error_code == 0);
    REQUIRE(response.brokers.size() == 1);
    CHECK(response.brokers[0].port == broker.port());
    CHECK(response.brokers[0].broker_id == response.controller_id);
    CHECK(response.cluster_authorized_operations == 8096);
    CHECK_FALSE(response.cluster_id.empty());
  }
  request.endpoint_type = 2;
  CHECK(client.call(request, 1).error_code == 114);
  request.endpoint_type = 9;
  CHECK(client.call(request, 1).error_code == 115);
}

}  // namespace
}  // namespace leat
