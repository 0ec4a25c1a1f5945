#include "broker/options/alter_configs.h"

#include "tests/support/catch.h"

using namespace leat;

namespace {

constexpr std::int8_t kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3;

struct Topic {
  TopicOverrides overrides;
  TopicKind kind = TopicKind::kUser;
  AlterResult alter(const std::vector<ConfigChange>& changes) {
    return alter_topic(changes, BrokerOptions{}, kind, overrides);
  }
};

std::string answer(const AlterResult& r) {
  return fmt::format("{} {}", r.error_code, r.message);
}

std::string broker_answer(BrokerConfig& broker, const std::vector<ConfigChange>& changes,
                          BrokerScope scope = BrokerScope::kThisBroker) {
  return answer(alter_broker(changes, scope, broker));
}

}  // namespace

TEST_CASE("a topic key is set, deleted, and deleted again without error", "[unit]") {
  Topic topic;
  CHECK(topic.alter({{"retention.ms", kSet, " 77 "}}).ok());
  CHECK(topic.overrides == TopicOverrides{{"retention.ms", "77"}});
  CHECK(topic.alter({{"retention.ms", kDelete, "5"}}).ok());
  CHECK(topic.overrides.empty());
  CHECK(topic.alter({{"retention.ms", kDelete, {}}, {"nope", kDelete, {}}}).ok());
}

TEST_CASE("an alteration that is refused answers Kafka's code and text and changes nothing",
          "[unit]") {
  Topic topic;
  topic.overrides = {{"retention.ms", "1"}};
  const auto check = [&](const std::vector<ConfigChange>& changes, std::string_view expected) {
    CHECK(answer(topic.alter(changes)) == expected);
    CHECK(topic.overrides == TopicOverrides{{"retention.ms", "1"}});
  };
  check({{"retention.ms", kSet, "2"}, {"segment.ms", kSet, "abc"}},
        "40 Invalid value abc for configuration segment.ms: Not a number of type LONG");
  check({{"retention.ms", kSet, ""}},
        "40 Invalid value  for configuration retention.ms: Not a number of type LONG");
  check({{"nope", kSet, "1"}}, "40 Unknown topic config name: nope");
  check({{"retention.ms", kAppend, "1"}},
        "40 Can't APPEND to key retention.ms because its type is not LIST.");
  check({{"nope", kSubtract, "1"}}, "40 Can't SUBTRACT to key nope because its type is not LIST.");
  check({{"retention.ms", kSet, "5"}, {"retention.ms", kSet, "6"}},
        "42 Error due to duplicate config keys");
  check({{"retention.ms", kSet, {}}}, "42 Null value not supported for : retention.ms");
  check({{"cleanup.policy", kAppend, {}}}, "42 Null value not supported for : cleanup.policy");
  check({{"retention.ms", 9, "1"}}, "42 Unknown operation type 9");
}

TEST_CASE("a list is edited from its value in force, each element once", "[unit]") {
  Topic topic;
  const char* key = "leader.replication.throttled.replicas";
  CHECK(topic.alter({{key, kAppend, "0:1"}}).ok());
  CHECK(topic.alter({{key, kAppend, "1:1"}}).ok());
  CHECK(topic.overrides[key] == "0:1,1:1");
  CHECK(topic.alter({{key, kAppend, "0:1, 1:1"}}).ok());
  CHECK(topic.overrides[key] == "0:1,1:1");
  CHECK(topic.alter({{key, kSubtract, "0:1"}}).ok());
  CHECK(topic.overrides[key] == "1:1");
  CHECK(topic.alter({{key, kSubtract, "9:9"}}).ok());
  CHECK(topic.alter({{key, kSubtract, "1:1"}}).ok());
  CHECK(topic.overrides[key] == "");
  CHECK(topic.alter({{"cleanup.policy", kSubtract, "delete"}}).ok());
  CHECK(topic.overrides["cleanup.policy"] == "");
  CHECK(answer(topic.alter({{"cleanup.policy", kAppend, "foo"}})) ==
        "40 Invalid value foo for configuration cleanup.policy: String must be one of: compact, "
        "delete");
}

TEST_CASE("an internal topic's policy and durability cannot be altered away", "[unit]") {
  const TopicOverrides held = {{"cleanup.policy", "compact"}, {"leat.durability", "commit"}};
  Topic topic{.overrides = held, .kind = TopicKind::kInternal};
  for (const ConfigChange& change : {ConfigChange{"cleanup.policy", kSet, "delete"},
                                     ConfigChange{"cleanup.policy", kAppend, "delete"},
                                     ConfigChange{"cleanup.policy", kSubtract, "compact"},
                                     ConfigChange{"leat.durability", kSet, "relaxed"}}) {
    CHECK(topic.alter({change}).error_code == 40);
    CHECK(topic.overrides == held);
  }
  CHECK(topic.alter({{"cleanup.policy", kDelete, {}}, {"leat.durability", kDelete, {}}}).ok());
  CHECK(topic.overrides == held);
  CHECK(replace_topic(std::vector<ConfigValue>{{"segment.ms", "3"}}, {}, topic.kind,
                      topic.overrides).ok());
  CHECK(topic.overrides.at("cleanup.policy") == "compact");
  CHECK(topic.overrides.at("segment.ms") == "3");
}

TEST_CASE("a user's topic becomes compacted by appending", "[unit]") {
  Topic topic;
  CHECK(topic.alter({{"cleanup.policy", kAppend, "compact"}}).ok());
  CHECK(topic.overrides["cleanup.policy"] == "delete,compact");
}

TEST_CASE("the older call replaces all that was set on a topic", "[unit]") {
  TopicOverrides overrides = {{"retention.ms", "1"}, {"segment.ms", "2"}};
  CHECK(
      replace_topic(std::vector<ConfigValue>{{"segment.ms", "3"}}, {}, TopicKind::kUser, overrides)
          .ok());
  CHECK(overrides == TopicOverrides{{"segment.ms", "3"}});
  CHECK_FALSE(
      replace_topic(std::vector<ConfigValue>{{"segment.ms", "x"}}, {}, TopicKind::kUser, overrides)
          .ok());
  CHECK(overrides == TopicOverrides{{"segment.ms", "3"}});
}

TEST_CASE("a live broker key is altered for one broker or for all", "[unit]") {
  BrokerConfig broker;
  CHECK(broker_answer(broker, {{"log.retention.ms", kSet, "123456"}}) == "0 ");
  CHECK(default_retention_ms(broker.options()) == 123456);
  CHECK(broker_answer(broker, {{"max.connections", kSet, "9"}}, BrokerScope::kAllBrokers) == "0 ");
  CHECK(broker.options().max_connections == 9);
  CHECK(broker_answer(broker, {{"log.retention.ms", kDelete, {}}}) == "0 ");
  CHECK(default_retention_ms(broker.options()) == 604800000);
  CHECK(broker_answer(broker, {{"num.partitions", kDelete, {}}}) == "0 ");
}

TEST_CASE("a broker alteration that is refused answers Kafka's code and text", "[unit]") {
  BrokerConfig broker;
  const auto check = [&](const std::vector<ConfigChange>& changes, std::string_view expected) {
    for (const auto scope : {BrokerScope::kThisBroker, BrokerScope::kAllBrokers}) {
      CHECK(broker_answer(broker, changes, scope) == expected);
      CHECK(broker.altered(scope).empty());
    }
  };
  check({{"log.segment.bytes", kSet, "100"}},
        "42 Invalid value 100 for configuration log.segment.bytes: Value must be at least 1048576");
  check({{"num.partitions", kSet, "3"}},
        "42 Cannot update these configs dynamically: [num.partitions]");
  check({{"max.connections", kSet, "7"},
         {"num.partitions", kSet, "4"},
         {"log.roll.hours", kSet, "3"}},
        "42 Cannot update these configs dynamically: [num.partitions, log.roll.hours]");
  check({{"max.connections", kAppend, "5"}},
        "40 Config value append is not allowed for config key: max.connections");
  check({{"log.retention.ms", kSet, {}}}, "42 Null value not supported for : log.retention.ms");
  check({{"max.connections", kSet, "7"}, {"max.connections", kSet, "8"}},
        "42 Error due to duplicate config keys");
  check({{"log.cleanup.policy", kAppend, "squeeze"}},
        "42 Invalid value delete,squeeze for configuration log.cleanup.policy: String must be one of: "
        "compact, delete");
}

TEST_CASE("min.insync.replicas is altered for all brokers, not for one", "[unit]") {
  BrokerConfig broker;
  CHECK(alter_broker(std::vector<ConfigChange>{{"min.insync.replicas", kSet, "1"}},
                     BrokerScope::kThisBroker, broker)
            .error_code == 40);
  CHECK(broker_answer(broker, {{"min.insync.replicas", kSet, "2"}}, BrokerScope::kAllBrokers) ==
        "0 ");
}

// Kafka stores an unknown broker key and shows it as a secret; here it is refused, since a mistyped
// key would otherwise do nothing without a word.
TEST_CASE("an unknown broker key is refused with the nearest name", "[unit]") {
  BrokerConfig broker;
  CHECK(broker_answer(broker, {{"log.retention.mss", kSet, "3"}}) ==
        "40 Unknown broker config name: log.retention.mss (did you mean log.retention.ms?)");
  CHECK(alter_broker(std::vector<ConfigChange>{{"ssl.protocol", kSet, "3"}},
                     BrokerScope::kThisBroker, broker)
            .error_code == 40);
}

TEST_CASE("the older call replaces all alterations of a broker", "[unit]") {
  BrokerConfig broker;
  broker.set_altered(BrokerScope::kThisBroker, {{"max.connections", "9"}});
  CHECK(replace_broker(std::vector<ConfigValue>{{"log.retention.ms", "5"}},
                       BrokerScope::kThisBroker, broker)
            .ok());
  CHECK(broker.altered(BrokerScope::kThisBroker) == config::Texts{{"log.retention.ms", "5"}});
}
