#include "broker/options/topic_options.h"

#include <map>

#include "tests/support/catch.h"

using namespace leat;
using config::Source;
using config::Synonym;
using config::Type;

namespace {

std::string error_of(std::string_view key, std::string_view value,
                     TopicKind kind = TopicKind::kUser) {
  const auto made =
      make_topic_overrides({{std::string(key), std::string(value)}}, BrokerOptions{}, kind);
  return made.ok() ? "" : std::string(message(made.status()));
}
config::Description row(const TopicOverrides& overrides, const BrokerConfig& broker,
                        std::string_view key) {
  for (auto& description : describe_topic(overrides, broker)) {
    if (description.name == key) return description;
  }
  return {};
}

struct Golden {
  const char* key;
  Type type;
  const char* value;
  const char* synonym;  // "=" the same name, "-" none
};
// What Apache Kafka 4.3.1 answers for a topic without settings.
constexpr Golden kGolden[] = {
    {"cleanup.policy", Type::kList, "delete", "log.cleanup.policy"},
    {"compression.gzip.level", Type::kInt, "-1", "="},
    {"compression.lz4.level", Type::kInt, "9", "="},
    {"compression.type", Type::kString, "producer", "="},
    {"compression.zstd.level", Type::kInt, "3", "="},
    {"delete.retention.ms", Type::kLong, "86400000", "log.cleaner.delete.retention.ms"},
    {"file.delete.delay.ms", Type::kLong, "60000", "log.segment.delete.delay.ms"},
    {"flush.messages", Type::kLong, "9223372036854775807", "log.flush.interval.messages"},
    {"flush.ms", Type::kLong, "9223372036854775807", "-"},
    {"follower.replication.throttled.replicas", Type::kList, "", "-"},
    {"index.interval.bytes", Type::kInt, "4096", "log.index.interval.bytes"},
    {"leader.replication.throttled.replicas", Type::kList, "", "-"},
    {"local.retention.bytes", Type::kLong, "-2", "log.local.retention.bytes"},
    {"local.retention.ms", Type::kLong, "-2", "log.local.retention.ms"},
    {"max.compaction.lag.ms", Type::kLong, "9223372036854775807",
     "log.cleaner.max.compaction.lag.ms"},
    {"max.message.bytes", Type::kInt, "1048588", "message.max.bytes"},
    {"message.timestamp.after.max.ms", Type::kLong, "3600000",
     "log.message.timestamp.after.max.ms"},
    {"message.timestamp.before.max.ms", Type::kLong, "9223372036854775807",
     "log.message.timestamp.before.max.ms"},
    {"message.timestamp.type", Type::kString, "CreateTime", "log.message.timestamp.type"},
    {"min.cleanable.dirty.ratio", Type::kDouble, "0.5", "log.cleaner.min.cleanable.ratio"},
    {"min.compaction.lag.ms", Type::kLong, "0", "log.cleaner.min.compaction.lag.ms"},
    {"min.insync.replicas", Type::kInt, "1", "="},
    {"preallocate", Type::kBool, "false", "log.preallocate"},
    {"remote.log.copy.disable", Type::kBool, "false", "-"},
    {"remote.log.delete.on.disable", Type::kBool, "false", "-"},
    {"remote.storage.enable", Type::kBool, "false", "-"},
    {"retention.bytes", Type::kLong, "-1", "log.retention.bytes"},
    {"retention.ms", Type::kLong, "604800000", "-"},
    {"segment.bytes", Type::kInt, "1073741824", "log.segment.bytes"},
    {"segment.index.bytes", Type::kInt, "10485760", "log.index.size.max.bytes"},
    {"segment.jitter.ms", Type::kLong, "0", "-"},
    {"segment.ms", Type::kLong, "604800000", "-"},
    {"unclean.leader.election.enable", Type::kBool, "false", "="},
};

}  // namespace

TEST_CASE("a topic without settings is described as Kafka describes it", "[unit]") {
  const auto rows = describe_topic({}, BrokerConfig{});
  std::map<std::string_view, config::Description> by_name;
  for (const auto& r : rows) by_name.emplace(r.name, r);
  CHECK(rows.size() == std::size(kGolden) + 1);  // and leat.durability
  CHECK(by_name.at("leat.durability").value == "commit");
  for (const Golden& golden : kGolden) {
    INFO(golden.key);
    const auto& r = by_name.at(golden.key);
    CHECK(r.value == golden.value);
    CHECK(r.type == golden.type);
    CHECK(r.source == Source::kDefault);
    CHECK_FALSE(r.read_only);
    CHECK_FALSE(r.sensitive);
    const std::string_view synonym = golden.synonym;
    if (synonym == "-") {
      CHECK(r.synonyms.empty());
    } else {
      REQUIRE(r.synonyms.size() == 1);
      CHECK(r.synonyms[0] == Synonym{std::string(synonym == "=" ? golden.key : synonym),
                                     golden.value, Source::kDefault});
    }
  }
}

TEST_CASE("every topic key accepts its own default and is documented", "[unit]") {
  const auto& set = topic_option_set();
  for (const config::Option* option : set.rows()) {
    INFO(option->key);
    CHECK(set.canonical(*option, *set.default_text(*option)).value() == *set.default_text(*option));
    CHECK(option->doc.ends_with('.'));
    CHECK(option->apply == config::Apply::kLive);
  }
}

TEST_CASE("what is set on a topic wins and heads the synonyms", "[unit]") {
  TopicOverrides overrides;
  REQUIRE(set_topic_override("segment.bytes", " 2000000 ", overrides).ok());
  REQUIRE(set_topic_override("retention.ms", "+5", overrides).ok());
  const BrokerConfig broker;
  const auto segment = row(overrides, broker, "segment.bytes");
  CHECK(segment.value == "2000000");
  CHECK(segment.source == Source::kTopic);
  REQUIRE(segment.synonyms.size() == 2);
  CHECK(segment.synonyms[0] == Synonym{"segment.bytes", "2000000", Source::kTopic});
  CHECK(segment.synonyms[1] == Synonym{"log.segment.bytes", "1073741824", Source::kDefault});
  const auto retention = row(overrides, broker, "retention.ms");
  CHECK(retention.value == "5");
  REQUIRE(retention.synonyms.size() == 1);
  CHECK(resolve(overrides, broker.options()).segment_bytes == 2000000);
}

TEST_CASE("an unset topic key follows its broker key", "[unit]") {
  auto broker = BrokerConfig::make({{"message.max.bytes", {"500", "t"}},
                                    {"log.retention.hours", {"1", "t"}},
                                    {"leat.durability", {"relaxed", "t"}}})
                    .value();
  broker.set_altered(BrokerScope::kAllBrokers, {{"log.segment.bytes", "3000000"}});
  const TopicOptions topic = resolve({}, broker.options());
  CHECK(topic.max_message_bytes == 500);
  CHECK(topic.retention_ms == 3600000);
  CHECK(topic.segment_bytes == 3000000);
  CHECK(topic.durability == Durability::kRelaxed);
  CHECK(row({}, broker, "segment.bytes").source == Source::kDynamicDefault);
  const auto retention = row({}, broker, "retention.ms");
  CHECK(retention.value == "3600000");
  CHECK(retention.source == Source::kStatic);
  REQUIRE(retention.synonyms.size() == 2);
  CHECK(retention.synonyms[0] == Synonym{"log.retention.hours", "1", Source::kStatic});
  CHECK(retention.synonyms[1] == Synonym{"log.retention.hours", "168", Source::kDefault});
}

TEST_CASE("a topic's bad value is refused in Kafka's words", "[unit]") {
  for (const auto& [key, value, why] : std::initializer_list<std::array<const char*, 3>>{
           {"segment.bytes", "1048575", "Value must be at least 1048576"},
           {"segment.bytes", "abc", "Not a number of type INT"},
           {"segment.ms", "0", "Value must be at least 1"},
           {"retention.ms", "-2", "Value must be at least -1"},
           {"retention.ms", "", "Not a number of type LONG"},
           {"retention.bytes", "x", "Not a number of type LONG"},
           {"cleanup.policy", "foo", "String must be one of: compact, delete"},
           {"compression.type", "brotli",
            "String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer"},
           {"compression.gzip.level", "0", "Value must be between 1 and 9 or equal to -1"},
           {"compression.zstd.level", "100", "Value must be no more than 22"},
           {"compression.lz4.level", "99", "Value must be no more than 17"},
           {"min.cleanable.dirty.ratio", "1.5", "Value must be no more than 1"},
           {"min.cleanable.dirty.ratio", "abc", "Not a number of type DOUBLE"},
           {"preallocate", "yes", "Expected value to be either true or false"},
           {"max.message.bytes", "-1", "Value must be at least 0"},
           {"message.timestamp.type", "foo", "String must be one of: CreateTime, LogAppendTime"},
           {"message.timestamp.after.max.ms", "-1", "Value must be at least 0"},
           {"local.retention.ms", "-3", "Value must be at least -2"},
           {"max.compaction.lag.ms", "0", "Value must be at least 1"},
           {"min.insync.replicas", "0", "Value must be at least 1"},
           {"file.delete.delay.ms", "-1", "Value must be at least 0"},
           {"index.interval.bytes", "-1", "Value must be at least 0"},
           {"segment.index.bytes", "3", "Value must be at least 4"},
           {"segment.jitter.ms", "-1", "Value must be at least 0"},
           {"flush.ms", "-1", "Value must be at least 0"},
           {"flush.messages", "0", "Value must be at least 1"},
           {"delete.retention.ms", "-1", "Value must be at least 0"}}) {
    CHECK(error_of(key, value) == config::invalid_value(value, key, why));
  }
  CHECK(error_of("no.such.thing.at.all", "1") == "Unknown topic config name: no.such.thing.at.all");
  CHECK(error_of("retention.mss", "1") ==
        "Unknown topic config name: retention.mss (did you mean retention.ms?)");
  CHECK_FALSE(make_topic_overrides({{"retention.ms", std::nullopt}}, {}, TopicKind::kUser).ok());
}

TEST_CASE("limits may be lifted with -1", "[unit]") {
  CHECK(error_of("retention.ms", "-1").empty());
  CHECK(error_of("retention.bytes", "-1").empty());
  CHECK(error_of("retention.bytes", "-5").empty());
}

TEST_CASE("a topic may compact, delete, do both or neither", "[unit]") {
  CHECK(error_of("cleanup.policy", "compact").empty());
  CHECK(error_of("cleanup.policy", "delete, compact").empty());
  CHECK_FALSE(error_of("cleanup.policy", "squeeze").empty());
  CHECK(error_of("cleanup.policy", "").empty());
  CHECK(error_of("cleanup.policy", "delete").empty());
  CHECK(error_of("cleanup.policy", "compact", TopicKind::kInternal).empty());
}

TEST_CASE("an internal topic is compacted and nothing else, whatever the broker's default", "[unit]") {
  for (const char* policy : {"delete", "compact,delete", ""}) {
    CHECK_THAT(error_of("cleanup.policy", policy, TopicKind::kInternal),
               ContainsSubstring("internal topics are compacted and nothing else"));
  }
  BrokerOptions broker;
  broker.durability = Durability::kRelaxed;
  const auto made = make_topic_overrides({{"retention.ms", "1"}}, broker, TopicKind::kInternal);
  REQUIRE(made.ok());
  CHECK(*made == TopicOverrides{{"cleanup.policy", "compact"},
                                {"leat.durability", "commit"},
                                {"retention.ms", "1"}});
}

TEST_CASE("internal topics are durable", "[unit]") {
  CHECK(error_of("leat.durability", "relaxed").empty());
  CHECK_FALSE(error_of("leat.durability", "relaxed", TopicKind::kInternal).empty());
}

TEST_CASE("flush settings are accepted where every record is synced anyway", "[unit]") {
  CHECK(error_of("flush.ms", "1000").empty());
  CHECK(error_of("flush.messages", "1").empty());
  CHECK_FALSE(make_topic_overrides({{"flush.ms", "1000"}, {"leat.durability", "relaxed"}}, {},
                                   TopicKind::kUser)
                  .ok());
}

TEST_CASE("a topic key without effect is accepted only where it promises nothing", "[unit]") {
  CHECK(error_of("min.insync.replicas", "2").empty());
  CHECK(error_of("leader.replication.throttled.replicas", "0:1,1:1").empty());
  CHECK(error_of("leader.replication.throttled.replicas", "*").empty());
  CHECK_FALSE(error_of("leader.replication.throttled.replicas", "a").empty());
  for (const auto& [key, same, other] : std::initializer_list<std::array<const char*, 3>>{
           {"remote.storage.enable", "false", "true"},
           {"preallocate", "false", "true"},
           {"unclean.leader.election.enable", "false", "true"},
           {"local.retention.ms", "-2", "100"}}) {
    INFO(key);
    CHECK(error_of(key, same).empty());
    CHECK_THAT(error_of(key, other), ContainsSubstring("is accepted: "));
  }
}

TEST_CASE("settings of a newer version are ignored when a topic is read back", "[unit]") {
  const TopicOptions topic = resolve(
      {{"from.the.future", "1"}, {"segment.ms", "not a number"}, {"retention.ms", "9"}}, {});
  CHECK(topic.retention_ms == 9);
  CHECK(topic.segment_ms == 604800000);
}
