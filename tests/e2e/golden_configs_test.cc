// What Kafka answers to DescribeConfigs, IncrementalAlterConfigs, AlterConfigs and
// ListConfigResources.
#include <algorithm>

#include "common/protocol/messages/32_describe_configs.h"
#include "common/protocol/messages/33_alter_configs.h"
#include "common/protocol/messages/44_incremental_alter_configs.h"
#include "common/protocol/messages/74_list_config_resources.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/group_calls.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;

constexpr std::int8_t kTopic = 2, kBroker = 4;
constexpr std::int8_t kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3;
using Change = IncrementalAlterConfigsRequest::Config;
using Described = DescribeConfigsResponse::Result;

struct Ready {
  BrokerFixture broker;
  WireClient client = broker.connect();
  TestTopic topic = create_topic(client, unique_name("configs"));
  std::string node =
      std::to_string(topic_metadata(client, topic.name).partitions.at(0).leader_id);

  Described describe(std::int8_t type, const std::string& name,
                     std::optional<std::vector<std::string>> keys = std::nullopt,
                     wire::Version version = 4) {
    DescribeConfigsRequest request;
    request.resources.push_back({type, name, std::move(keys)});
    request.include_synonyms = true;
    request.include_documentation = version >= 3;
    return client.call(request, version).results.at(0);
  }
  IncrementalAlterConfigsResponse::Resource alter(std::int8_t type, const std::string& name,
                                                  std::vector<Change> changes,
                                                  bool validate_only = false) {
    IncrementalAlterConfigsRequest request;
    request.resources.push_back({type, name, std::move(changes)});
    request.validate_only = validate_only;
    return client.call(request, 1).responses.at(0);
  }
  std::int16_t alter_topic(std::vector<Change> changes) {
    return alter(kTopic, topic.name, std::move(changes)).error_code;
  }
  // Once it is what it should be; Kafka's brokers learn of a change after the answer.
  DescribeConfigsResponse::Config value(std::int8_t type, const std::string& name,
                                        const std::string& key, const std::string& awaited) {
    while (true) {
      const auto described = describe(type, name, {{key}});
      REQUIRE(described.configs.size() == 1);
      if (described.configs[0].value == awaited || !broker.is_foreign()) return described.configs[0];
    }
  }
};

struct TopicKey {
  std::string_view name;
  std::int8_t type;
  std::string_view value;
  std::string_view synonym;  // "" = none until set
};
constexpr std::string_view kMax = "9223372036854775807";
constexpr std::int8_t kBool = 1, kString = 2, kInt = 3, kLong = 5, kDouble = 6, kList = 7;
constexpr TopicKey kTopicKeys[] = {
    {"cleanup.policy", kList, "delete", "log.cleanup.policy"},
    {"compression.gzip.level", kInt, "-1", "compression.gzip.level"},
    {"compression.lz4.level", kInt, "9", "compression.lz4.level"},
    {"compression.type", kString, "producer", "compression.type"},
    {"compression.zstd.level", kInt, "3", "compression.zstd.level"},
    {"delete.retention.ms", kLong, "86400000", "log.cleaner.delete.retention.ms"},
    {"file.delete.delay.ms", kLong, "60000", "log.segment.delete.delay.ms"},
    {"flush.messages", kLong, kMax, "log.flush.interval.messages"},
    {"flush.ms", kLong, kMax, ""},
    {"follower.replication.throttled.replicas", kList, "", ""},
    {"index.interval.bytes", kInt, "4096", "log.index.interval.bytes"},
    {"leader.replication.throttled.replicas", kList, "", ""},
    {"local.retention.bytes", kLong, "-2", "log.local.retention.bytes"},
    {"local.retention.ms", kLong, "-2", "log.local.retention.ms"},
    {"max.compaction.lag.ms", kLong, kMax, "log.cleaner.max.compaction.lag.ms"},
    {"max.message.bytes", kInt, "1048588", "message.max.bytes"},
    {"message.timestamp.after.max.ms", kLong, "3600000", "log.message.timestamp.after.max.ms"},
    {"message.timestamp.before.max.ms", kLong, kMax, "log.message.timestamp.before.max.ms"},
    {"message.timestamp.type", kString, "CreateTime", "log.message.timestamp.type"},
    {"min.cleanable.dirty.ratio", kDouble, "0.5", "log.cleaner.min.cleanable.ratio"},
    {"min.compaction.lag.ms", kLong, "0", "log.cleaner.min.compaction.lag.ms"},
    {"min.insync.replicas", kInt, "1", "min.insync.replicas"},
    {"preallocate", kBool, "false", "log.preallocate"},
    {"remote.log.copy.disable", kBool, "false", ""},
    {"remote.log.delete.on.disable", kBool, "false", ""},
    {"remote.storage.enable", kBool, "false", ""},
    {"retention.bytes", kLong, "-1", "log.retention.bytes"},
    {"retention.ms", kLong, "604800000", ""},
    {"segment.bytes", kInt, "1073741824", "log.segment.bytes"},
    {"segment.index.bytes", kInt, "10485760", "log.index.size.max.bytes"},
    {"segment.jitter.ms", kLong, "0", ""},
    {"segment.ms", kLong, "604800000", ""},
    {"unclean.leader.election.enable", kBool, "false", "unclean.leader.election.enable"},
};

TEST_CASE("DescribeConfigs of a topic: Kafka's 33 keys with type, default and synonym", "[e2e]") {
  Ready t;
  const auto described = t.describe(kTopic, t.topic.name);
  CHECK(described.error_code == 0);
  CHECK(described.error_message == "");
  for (const TopicKey& key : kTopicKeys) {
    INFO(key.name);
    const auto row = std::find_if(described.configs.begin(), described.configs.end(),
                                  [&](const auto& c) { return c.name == key.name; });
    REQUIRE(row != described.configs.end());
    CHECK(row->value == std::string(key.value));
    CHECK(row->config_type == key.type);
    CHECK_FALSE(row->read_only);
    CHECK_FALSE(row->is_sensitive);
    if (key.name != "min.insync.replicas") CHECK(row->config_source == 5);
    CHECK_FALSE(row->documentation.value_or("").empty());
    if (key.synonym.empty()) CHECK(row->synonyms.empty());
    if (!key.synonym.empty() && key.name != "min.insync.replicas") {
      REQUIRE(row->synonyms.size() == 1);
      CHECK(row->synonyms[0].name == key.synonym);
      CHECK(row->synonyms[0].source == 5);
      CHECK(row->synonyms[0].value == std::string(key.value));
    }
  }
}

TEST_CASE("DescribeConfigs works in every version", "[e2e]") {
  Ready t;
  for (wire::Version v = 1; v <= 4; ++v) {
    CHECK(t.describe(kTopic, t.topic.name, std::nullopt, v).configs.size() >= 33);
  }
}

TEST_CASE("DescribeConfigs of an unknown topic is 3, of an illegal name 17", "[e2e]") {
  Ready t;
  CHECK(t.describe(kTopic, "unknown").error_code == 3);
  CHECK(t.describe(kTopic, "a/b").error_code == 17);
}

TEST_CASE("DescribeConfigs of another broker or of text is 42; of all brokers what was altered",
          "[e2e]") {
  Ready t;
  CHECK(t.describe(kBroker, "7777").error_code == 42);
  CHECK(t.describe(kBroker, "abc").error_code == 42);
  const auto all = t.describe(kBroker, "");
  CHECK(all.error_code == 0);
  if (!t.broker.is_foreign()) CHECK(all.configs.empty());
  CHECK(t.alter(kBroker, "", {{"log.retention.bytes", kSet, "123456"}}).error_code == 0);
  const auto set = t.value(kBroker, "", "log.retention.bytes", "123456");
  CHECK(set.config_source == 3);
  CHECK(t.alter(kBroker, "", {{"log.retention.bytes", kDelete, std::nullopt}}).error_code == 0);
}

TEST_CASE("an unknown resource type is 42", "[e2e]") {
  Ready t;
  for (const int type : {0, 1, 99}) {
    CHECK(t.describe(static_cast<std::int8_t>(type), "x").error_code == 42);
  }
}

TEST_CASE("a keys filter leaves out unknown keys; an empty one means all", "[e2e]") {
  Ready t;
  CHECK(t.describe(kTopic, t.topic.name, {{"retention.ms", "no.such.key"}}).configs.size() == 1);
  CHECK(t.describe(kTopic, t.topic.name, std::vector<std::string>{}).configs.size() >= 33);
}

TEST_CASE("DescribeConfigs of the broker names Kafka's keys, and its own number as set", "[e2e]") {
  Ready t;
  const auto described = t.describe(kBroker, t.node);
  CHECK(described.error_code == 0);
  for (const std::string_view key : {"node.id", "log.dirs", "listeners", "num.partitions",
                                     "message.max.bytes", "auto.create.topics.enable"}) {
    INFO(key);
    CHECK(std::any_of(described.configs.begin(), described.configs.end(),
                      [&](const auto& c) { return c.name == key; }));
  }
}

TEST_CASE("an altered topic key shows source 1 above its default, and acts at once", "[e2e]") {
  Ready t;
  CHECK(t.alter_topic({{"max.message.bytes", kSet, "1000"}}) == 0);
  const auto set = t.value(kTopic, t.topic.name, "max.message.bytes", "1000");
  CHECK(set.config_source == 1);
  REQUIRE(set.synonyms.size() == 2);
  CHECK(set.synonyms[0].source == 1);
  CHECK(set.synonyms[1].source == 5);
  CHECK(produce(t.client, t.topic, make_batch({std::string(2000, 'x')})).error_code == 10);
  CHECK(t.alter_topic({{"max.message.bytes", kDelete, std::nullopt}}) == 0);
  CHECK(t.value(kTopic, t.topic.name, "max.message.bytes", "1048588").config_source == 5);
  CHECK(produce(t.client, t.topic, make_batch({std::string(2000, 'x')})).error_code == 0);
}

TEST_CASE("alterations survive a restart", "[e2e]") {
  Ready t;
  if (t.broker.is_foreign()) return;
  CHECK(t.alter_topic({{"retention.ms", kSet, "77777"}}) == 0);
  CHECK(t.alter(kBroker, t.node, {{"log.retention.bytes", kSet, "88888"}}).error_code == 0);
  t.broker.restart();
  auto client = t.broker.connect();
  DescribeConfigsRequest request;
  request.resources.push_back({kTopic, t.topic.name, {{"retention.ms", "retention.bytes"}}});
  const auto configs = client.call(request, 4).results.at(0).configs;
  REQUIRE(configs.size() == 2);
  CHECK(configs[0].value == "88888");
  CHECK(configs[0].config_source == 2);
  CHECK(configs[1].value == "77777");
  CHECK(configs[1].config_source == 1);
}

TEST_CASE("validate_only checks and changes nothing", "[e2e]") {
  Ready t;
  CHECK(t.alter(kTopic, t.topic.name, {{"retention.ms", kSet, "1"}}, true).error_code == 0);
  CHECK(t.alter(kTopic, t.topic.name, {{"retention.ms", kSet, "x"}}, true).error_code == 40);
  CHECK(t.describe(kTopic, t.topic.name, {{"retention.ms"}}).configs.at(0).value == "604800000");
}

TEST_CASE("IncrementalAlterConfigs appends to lists and subtracts from them", "[e2e]") {
  Ready t;
  CHECK(t.alter_topic({{"cleanup.policy", kSubtract, "delete"}}) == 0);
  CHECK(t.value(kTopic, t.topic.name, "cleanup.policy", "").value == "");
  CHECK(t.alter_topic({{"cleanup.policy", kAppend, "delete"}}) == 0);
  CHECK(t.value(kTopic, t.topic.name, "cleanup.policy", "delete").value == "delete");
}

TEST_CASE("IncrementalAlterConfigs: unknown key, bad value, APPEND to no list 40; topic 3",
          "[e2e]") {
  Ready t;
  CHECK(t.alter_topic({{"no.such.key", kSet, "1"}}) == 40);
  CHECK(t.alter_topic({{"retention.ms", kSet, "abc"}}) == 40);
  CHECK(t.alter_topic({{"retention.ms", kAppend, "1"}}) == 40);
  CHECK(t.alter(kTopic, "unknown", {{"retention.ms", kSet, "1"}}).error_code == 3);
}

TEST_CASE("a key or resource twice, SET null and topic \"\" are 42; DELETE of an unset key is 0",
          "[e2e]") {
  Ready t;
  CHECK(t.alter_topic({{"retention.ms", kSet, "1"}, {"retention.ms", kSet, "2"}}) == 42);
  CHECK(t.alter_topic({{"retention.ms", kSet, std::nullopt}}) == 42);
  CHECK(t.alter_topic({{"retention.ms", kDelete, std::nullopt}}) == 0);
  CHECK(t.alter(kTopic, "", {{"retention.ms", kSet, "1"}}).error_code == 42);
  IncrementalAlterConfigsRequest twice;
  twice.resources.push_back({kTopic, t.topic.name, {{"retention.ms", kSet, "1"}}});
  twice.resources.push_back(twice.resources[0]);
  for (const auto& answer : t.client.call(twice, 1).responses) CHECK(answer.error_code == 42);
}

TEST_CASE("altering a broker: fixed key, bad value and another id are 42", "[e2e]") {
  Ready t;
  const auto fixed = t.alter(kBroker, t.node, {{"node.id", kSet, "9"}});
  CHECK(fixed.error_code == 42);
  CHECK(fixed.error_message == "Cannot update these configs dynamically: [node.id]");
  CHECK(t.alter(kBroker, t.node, {{"log.retention.bytes", kSet, "abc"}}).error_code == 42);
  CHECK(t.alter(kBroker, "7777", {{"log.retention.bytes", kSet, "1"}}).error_code == 42);
}

TEST_CASE("min.insync.replicas of one broker is 40", "[e2e]") {
  Ready t;
  CHECK(t.alter(kBroker, t.node, {{"min.insync.replicas", kSet, "1"}}).error_code == 40);
}

TEST_CASE("a broker's altered default reaches topics that do not set it", "[e2e]") {
  Ready t;
  CHECK(t.alter(kBroker, "", {{"message.max.bytes", kSet, "1000"}}).error_code == 0);
  CHECK(t.value(kTopic, t.topic.name, "max.message.bytes", "1000").config_source == 3);
  CHECK(produce(t.client, t.topic, make_batch({std::string(2000, 'x')})).error_code == 10);
  CHECK(t.alter(kBroker, "", {{"message.max.bytes", kDelete, std::nullopt}}).error_code == 0);
}

TEST_CASE("AlterConfigs replaces every key that was set", "[e2e]") {
  Ready t;
  CHECK(t.alter_topic({{"retention.ms", kSet, "1"}, {"segment.ms", kSet, "2"}}) == 0);
  AlterConfigsRequest request;
  request.resources.push_back({kTopic, t.topic.name, {{"retention.ms", "5"}}});
  const auto version = static_cast<wire::Version>(GENERATE(0, 1, 2));
  CHECK(t.client.call(request, version).responses.at(0).error_code == 0);
  CHECK(t.value(kTopic, t.topic.name, "retention.ms", "5").value == "5");
  CHECK(t.value(kTopic, t.topic.name, "segment.ms", "604800000").config_source == 5);
}

TEST_CASE("a topic that becomes durable is synced before the answer", "[e2e]") {
  Ready t;
  if (t.broker.is_foreign()) return;
  const auto topic =
      create_topic(t.client, unique_name("relaxed"), 1, {{"leat.durability", "relaxed"}});
  must_produce(t.client, topic, {"a", "b"});
  CHECK(t.alter(kTopic, topic.name, {{"leat.durability", kSet, "commit"}}).error_code == 0);
  CHECK(fetch(t.client, topic, 0).high_watermark == 2);
  must_produce(t.client, topic, {"c"});
  CHECK(fetch(t.client, topic, 0).high_watermark == 3);
}

TEST_CASE("the offsets topic keeps what holds committed offsets, however it came about", "[e2e]") {
  Ready t;
  if (t.broker.is_foreign()) return;
  const std::string offsets = "__consumer_offsets";
  const bool by_hand = GENERATE(false, true);
  if (by_hand) {
    CreateTopicsRequest bad = create_request(offsets, 3, {{"cleanup.policy", "delete"}});
    CHECK(t.client.call(bad, 7).topics.at(0).error_code == 40);
    create_topic(t.client, offsets, 3, {{"retention.ms", "1000"}});
  } else {
    find_coordinator(t.client, "g");
  }
  const auto is = [&](const std::string& key) {
    return t.describe(kTopic, offsets, {{key}}).configs.at(0).value;
  };
  const auto holds = [&] {
    CHECK(is("cleanup.policy") == "compact");
    CHECK(is("leat.durability") == "commit");
  };
  holds();
  CHECK(is("segment.bytes") == "104857600");
  CHECK(t.alter(kTopic, offsets, {{"cleanup.policy", kSet, "delete"}}).error_code == 40);
  CHECK(t.alter(kTopic, offsets, {{"cleanup.policy", kAppend, "delete"}}).error_code == 40);
  CHECK(t.alter(kTopic, offsets, {{"leat.durability", kSet, "relaxed"}}).error_code == 40);
  CHECK(t.alter(kTopic, offsets, {{"cleanup.policy", kDelete, {}}}).error_code == 0);
  AlterConfigsRequest all;
  all.resources.push_back({kTopic, offsets, {{"segment.ms", "5"}}});
  CHECK(t.client.call(all, 2).responses.at(0).error_code == 0);
  CHECK(t.alter(kBroker, "", {{"log.cleanup.policy", kSet, ""}}).error_code == 0);
  holds();
  find_coordinator(t.client, "g");
  CHECK(commit(t.client, "g", t.topic.name, 0, 1) == 0);
}

TEST_CASE("ListConfigResources names topics and the broker; an unknown type is 35", "[e2e]") {
  Ready t;
  ListConfigResourcesRequest request;
  const auto all = t.client.call(request, 1);
  const auto has = [&](const ListConfigResourcesResponse& response, std::int8_t type,
                       const std::string& name) {
    return std::any_of(
        response.config_resources.begin(), response.config_resources.end(),
        [&](const auto& r) { return r.resource_type == type && r.resource_name == name; });
  };
  CHECK(has(all, kTopic, t.topic.name));
  CHECK(has(all, kBroker, t.node));
  request.resource_types = {kBroker};
  CHECK_FALSE(has(t.client.call(request, 1), kTopic, t.topic.name));
  request.resource_types = {99};
  CHECK(t.client.call(request, 1).error_code == 35);
  CHECK(t.client.call(ListConfigResourcesRequest{}, 0).config_resources.empty());
}

}  // namespace
}  // namespace leat
