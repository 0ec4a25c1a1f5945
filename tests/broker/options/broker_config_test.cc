#include "broker/options/broker_config.h"

#include <algorithm>

#include "tests/support/catch.h"

using namespace leat;
using config::Source;

namespace {

Settings given(std::initializer_list<std::pair<const char*, const char*>> pairs) {
  Settings settings;
  for (const auto& [key, value] : pairs) settings[key] = {value, "test"};
  return settings;
}
BrokerConfig made(std::initializer_list<std::pair<const char*, const char*>> pairs) {
  return BrokerConfig::make(given(pairs)).value();
}
std::string error_of(std::initializer_list<std::pair<const char*, const char*>> pairs) {
  const auto config = BrokerConfig::make(given(pairs));
  return config.ok() ? "" : std::string(message(config.status()));
}
config::Description row(const BrokerConfig& config, std::string_view key) {
  for (auto& description : config.describe()) {
    if (description.name == key) return description;
  }
  return {};
}

}  // namespace

TEST_CASE("every broker key accepts its own default", "[unit]") {
  const auto& set = broker_option_set();
  for (const config::Option* option : set.rows()) {
    const auto value = set.default_text(*option);
    if (!value) continue;
    INFO(option->key);
    const auto canonical = set.canonical(*option, *value);
    REQUIRE(canonical.ok());
    CHECK(*canonical == *value);
  }
}

TEST_CASE("every broker key and its documentation are written as sentences", "[unit]") {
  for (const config::Option* option : broker_option_set().rows()) {
    INFO(option->key);
    CHECK(option->doc.ends_with('.'));
    CHECK(config::unsupported_reason(option->key) == "");
    CHECK(option->key.find('_') == std::string_view::npos);
  }
}

TEST_CASE("without settings the broker listens on loopback and writes to ./leat-data", "[unit]") {
  const BrokerConfig config = made({});
  const auto all = listeners(config.options());
  REQUIRE(all.size() == 2);
  CHECK(all[0] == Listener{"PLAINTEXT", "127.0.0.1", 9092});
  CHECK(all[1] == Listener{"PLAINTEXT", "::1", 9092});
  CHECK(data_directory(config.options()) == "./leat-data");
  CHECK_FALSE(advertised_address(config.options(), "PLAINTEXT").has_value());
  CHECK(config.options().durability == Durability::kCommit);
  CHECK(config.options().offsets_retention_minutes == -1);
}

TEST_CASE("the defaults are Kafka's", "[unit]") {
  const BrokerConfig config;
  for (const auto& [key, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"num.partitions", "1"},
           {"auto.create.topics.enable", "true"},
           {"log.segment.bytes", "1073741824"},
           {"log.retention.hours", "168"},
           {"log.retention.bytes", "-1"},
           {"message.max.bytes", "1048588"},
           {"log.retention.check.interval.ms", "300000"},
           {"log.index.interval.bytes", "4096"},
           {"log.index.size.max.bytes", "10485760"},
           {"log.segment.delete.delay.ms", "60000"},
           {"socket.request.max.bytes", "104857600"},
           {"connections.max.idle.ms", "600000"},
           {"max.incremental.fetch.session.cache.slots", "1000"},
           {"offset.metadata.max.bytes", "4096"},
           {"group.initial.rebalance.delay.ms", "3000"},
           {"group.min.session.timeout.ms", "6000"},
           {"group.max.session.timeout.ms", "1800000"},
           {"offsets.topic.num.partitions", "50"},
           {"producer.id.expiration.ms", "86400000"},
           {"transaction.max.timeout.ms", "900000"},
           {"log.message.timestamp.type", "CreateTime"},
           {"log.cleaner.min.cleanable.ratio", "0.5"},
           {"log.cleaner.io.max.bytes.per.second", "1.7976931348623157E308"}}) {
    INFO(key);
    CHECK(row(config, key).value == value);
    CHECK(row(config, key).source == Source::kDefault);
  }
  CHECK(row(config, "log.retention.ms").value == std::nullopt);
  CHECK(row(config, "log.retention.ms").synonyms.empty());
}

TEST_CASE("a described key says its type, who may change it and whence its value came", "[unit]") {
  const BrokerConfig config = made({{"log.segment.bytes", " 2000000 "}, {"num.partitions", "3"}});
  const auto segment = row(config, "log.segment.bytes");
  CHECK(segment.value == "2000000");
  CHECK(segment.source == Source::kStatic);
  CHECK(segment.type == config::Type::kInt);
  CHECK_FALSE(segment.read_only);
  CHECK_FALSE(segment.sensitive);
  REQUIRE(segment.synonyms.size() == 2);
  CHECK(segment.synonyms[0] == config::Synonym{"log.segment.bytes", "2000000", Source::kStatic});
  CHECK(segment.synonyms[1] ==
        config::Synonym{"log.segment.bytes", "1073741824", Source::kDefault});
  CHECK(row(config, "num.partitions").read_only);
  CHECK(row(config, "advertised.listeners").type == config::Type::kList);
}

TEST_CASE("the rows of DescribeConfigs have Kafka's types and readers", "[unit]") {
  using config::Type;
  const BrokerConfig config;
  for (const auto& [key, type, read_only] :
       std::initializer_list<std::tuple<const char*, Type, bool>>{
           {"log.preallocate", Type::kBool, false},
           {"background.threads", Type::kInt, false},
           {"log.roll.ms", Type::kLong, false},
           {"log.roll.hours", Type::kInt, true},
           {"log.cleaner.min.cleanable.ratio", Type::kDouble, false},
           {"compression.type", Type::kString, false},
           {"log.cleanup.policy", Type::kList, false},
           {"delete.topic.enable", Type::kBool, true},
           {"log.dirs", Type::kList, true},
           {"log.dir", Type::kList, true},
           {"connections.max.idle.ms", Type::kLong, true},
           {"offsets.topic.replication.factor", Type::kShort, true},
           {"process.roles", Type::kList, true},
           {"authorizer.class.name", Type::kString, true},
           {"max.connections.per.ip.overrides", Type::kString, false},
           {"transaction.state.log.min.isr", Type::kInt, true},
           {"log.message.timestamp.type", Type::kString, false},
           {"broker.id", Type::kInt, true},
           {"broker.rack", Type::kString, true}}) {
    INFO(key);
    CHECK(row(config, key).type == type);
    CHECK(row(config, key).read_only == read_only);
  }
}

TEST_CASE("node.id and broker.id are one setting", "[unit]") {
  const BrokerConfig config = made({{"broker.id", "7"}});
  CHECK(config.options().node_id == 7);
  CHECK(row(config, "node.id").value == "7");
  CHECK(row(config, "node.id").source == Source::kStatic);
  CHECK(made({{"node.id", "7"}}).options().broker_id == 7);
  CHECK(error_of({{"node.id", "1"}, {"broker.id", "2"}}) ==
        "node.id (1, test) and broker.id (2, test) must be the same");
}

TEST_CASE("an unknown key is refused with the nearest name or with its reason", "[unit]") {
  CHECK(error_of({{"log.segment.byte", "1"}}) ==
        "test: unknown configuration key log.segment.byte; did you mean log.segment.bytes?");
  CHECK(error_of({{"what.is.this.thing", "1"}}) ==
        "test: unknown configuration key what.is.this.thing");
  CHECK(error_of({{"ssl.keystore.location", "/x"}}) ==
        "test: ssl.keystore.location is not supported: TLS is not in this version; put a proxy in "
        "front or listen on a trusted network");
}

TEST_CASE("a bad value is refused where it was given", "[unit]") {
  CHECK(error_of({{"log.segment.bytes", "100"}}) ==
        "test: Invalid value 100 for configuration log.segment.bytes: Value must be at least "
        "1048576");
  CHECK_FALSE(error_of({{"log.retention.ms", "0"}}).empty());
  CHECK_FALSE(error_of({{"offsets.retention.minutes", "0"}}).empty());
  CHECK_FALSE(error_of({{"log.dirs", "/a,/b"}}).empty());
  CHECK_FALSE(error_of({{"log.dirs", ""}}).empty());
  CHECK_FALSE(error_of({{"leat.durability", "maybe"}}).empty());
  CHECK_FALSE(
      error_of({{"group.min.session.timeout.ms", "5"}, {"group.max.session.timeout.ms", "4"}})
          .empty());
}

TEST_CASE("defaults of topics are checked as a topic's own settings are", "[unit]") {
  CHECK(error_of({{"log.cleanup.policy", "compact"}}).empty());
  CHECK_FALSE(error_of({{"log.cleanup.policy", "squeeze"}}).empty());
  CHECK(error_of({{"compression.type", "zstd"}}).empty());
  CHECK(error_of({{"log.cleanup.policy", ""}}).empty());
}

TEST_CASE("a key without effect is accepted only where it promises nothing", "[unit]") {
  CHECK(error_of({{"num.io.threads", "8"}}).empty());
  CHECK(
      error_of({{"num.io.threads", "16"}}) ==
      "test: Invalid value 16 for configuration num.io.threads: only 8 is accepted: one event loop "
      "serves each CPU; see leat.threads");
  CHECK(error_of({{"log.flush.interval.ms", "1000"}}).empty());
  CHECK(error_of({{"min.insync.replicas", "2"}}).empty());
  CHECK(error_of({{"offsets.topic.replication.factor", "3"}}).empty());
  CHECK_FALSE(error_of({{"default.replication.factor", "3"}}).empty());
  CHECK_FALSE(
      error_of({{"log.flush.interval.ms", "1000"}, {"leat.durability", "relaxed"}}).empty());
}

TEST_CASE("the single-node sample that Kafka ships starts but for its controller", "[unit]") {
  CHECK(
      error_of({{"process.roles", "broker,controller"},
                {"node.id", "1"},
                {"listeners", "PLAINTEXT://:9092"},
                {"advertised.listeners", "PLAINTEXT://localhost:9092"},
                {"inter.broker.listener.name", "PLAINTEXT"},
                {"num.network.threads", "3"},
                {"num.io.threads", "8"},
                {"socket.send.buffer.bytes", "102400"},
                {"socket.receive.buffer.bytes", "102400"},
                {"socket.request.max.bytes", "104857600"},
                {"log.dirs", "/tmp/x"},
                {"num.partitions", "1"},
                {"num.recovery.threads.per.data.dir", "1"},
                {"listener.security.protocol.map",
                 "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT"},
                {"offsets.topic.replication.factor", "1"},
                {"transaction.state.log.replication.factor", "1"},
                {"transaction.state.log.min.isr", "1"},
                {"log.retention.hours", "168"},
                {"log.segment.bytes", "1073741824"},
                {"log.retention.check.interval.ms", "300000"}}) == "");
}

TEST_CASE("the longest-named unit of time wins in the order ms, minutes, hours", "[unit]") {
  CHECK(default_retention_ms(made({}).options()) == 604800000);
  CHECK(default_retention_ms(made({{"log.retention.hours", "1"}}).options()) == 3600000);
  CHECK(default_retention_ms(
            made({{"log.retention.hours", "1"}, {"log.retention.minutes", "2"}}).options()) ==
        120000);
  CHECK(default_retention_ms(
            made({{"log.retention.minutes", "2"}, {"log.retention.ms", "3"}}).options()) == 3);
  CHECK(default_retention_ms(made({{"log.retention.hours", "-1"}}).options()) == -1);
  CHECK(default_segment_ms(made({{"log.roll.hours", "2"}}).options()) == 7200000);
  CHECK(default_segment_jitter_ms(made({{"log.roll.jitter.ms", "9"}}).options()) == 9);
}

TEST_CASE("an alteration wins over the start, this broker's over that for all", "[unit]") {
  BrokerConfig config = made({{"log.retention.ms", "1"}});
  CHECK(config.set_altered(BrokerScope::kAllBrokers, {{"log.retention.ms", "2"}}).empty());
  CHECK(default_retention_ms(config.options()) == 2);
  CHECK(config.set_altered(BrokerScope::kThisBroker, {{"log.retention.ms", "3"}}).empty());
  CHECK(default_retention_ms(config.options()) == 3);
  const auto described = row(config, "log.retention.ms");
  CHECK(described.source == Source::kDynamicBroker);
  REQUIRE(described.synonyms.size() == 4);
  CHECK(described.synonyms[1].source == Source::kDynamicDefault);
  CHECK(described.synonyms[2].source == Source::kStatic);
  CHECK(described.synonyms[3] == config::Synonym{"log.retention.hours", "168", Source::kDefault});
  config.set_altered(BrokerScope::kThisBroker, {});
  CHECK(default_retention_ms(config.options()) == 2);
  const auto all = config.describe_all_brokers();
  REQUIRE(all.size() == 1);
  CHECK(all[0].value == "2");
  CHECK(all[0].source == Source::kDynamicDefault);
}

TEST_CASE("alterations of a newer version are left out and named", "[unit]") {
  BrokerConfig config;
  const auto left_out =
      config.set_altered(BrokerScope::kAllBrokers,
                         {{"from.the.future", "1"}, {"max.connections", "9"}, {"node.id", "4"}});
  CHECK(left_out == std::vector<std::string>{"from.the.future", "node.id"});
  CHECK(config.options().max_connections == 9);
  CHECK(config.options().node_id == 1);
}

TEST_CASE("the printed settings name each value's origin", "[unit]") {
  const BrokerConfig config = made({{"num.partitions", "4"}});
  CHECK(print_config(config, true) == "num.partitions = 4  # test\n");
  CHECK_THAT(print_config(config, false),
             ContainsSubstring("log.segment.bytes = 1073741824  # default\n"));
  CHECK_THAT(print_config(config, false),
             ContainsSubstring("log.retention.ms =   # default: unset\n"));
}
