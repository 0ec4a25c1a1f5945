#include "bench/load/settings.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <map>

namespace leat::bench {
namespace {

const std::map<std::string, Command> kCommands = {
    {"produce", Command::kProduce}, {"consume", Command::kConsume}, {"e2e", Command::kEndToEnd},
    {"mixed", Command::kMixed},     {"ready", Command::kReady},     {"group", Command::kGroup},
    {"connect", Command::kConnect}};

// What CLI11 fills and Settings does not hold as it is.
struct Texts {
  std::string command, brokers = "127.0.0.1:9092", acks = "all", codec = "none", output = "table";
  std::vector<std::string> configs;
};

CLI::Validator whole_size() {
  return CLI::Range(std::size_t{1}, std::size_t{1} << 30);
}

void add_topic_options(CLI::App& app, Settings& s, Texts& texts) {
  app.add_option("--brokers", texts.brokers, "HOST:PORT of the broker that leads all partitions")
      ->capture_default_str();
  app.add_option("--topic", s.topic, "made unless it exists")->capture_default_str();
  app.add_option("--partitions", s.partitions, "of a topic that is made, and in use")
      ->capture_default_str()
      ->check(CLI::Range(1, 100'000));
  app.add_option("-c,--config", texts.configs, "KEY=VALUE of a topic that is made; repeatable");
  app.add_flag("--delete-topic", s.delete_topic, "when done");
}

void add_load_options(CLI::App& app, Settings& s, Texts& texts) {
  app.add_option("--record-size", s.record_size, "bytes of a record's value")
      ->capture_default_str()
      ->check(whole_size());
  app.add_option("--batch-bytes", s.batch_bytes, "a batch has as many records as fit, at least one")
      ->capture_default_str()
      ->check(whole_size());
  app.add_option("--records-per-batch", s.records_per_batch, "instead of --batch-bytes");
  app.add_option("--keys", s.keys, "how many keys the records of a batch share; 0: they have none");
  app.add_option("--codec", texts.codec, "none, gzip, snappy, lz4, zstd")->capture_default_str();
  app.add_option("--acks", texts.acks, "0, 1 or all")
      ->capture_default_str()
      ->check(CLI::IsMember({"0", "1", "all"}));
  app.add_option("--connections", s.connections,
                 "of producers; with consume, of consumers; with connect, at once")
      ->capture_default_str()
      ->check(CLI::Range(1, 20'000));
  app.add_option("--consumers", s.consumers, "with mixed: connections that read the end of the log")
      ->capture_default_str()
      ->check(CLI::Range(1, 20'000));
  app.add_option("--in-flight", s.in_flight, "requests on each connection")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  app.add_option("--idle-connections", s.idle_connections, "opened before, and doing nothing");
  app.add_flag("--library", s.through_library,
               "with produce: through Leat's client library, which decides about batches");
  app.add_flag("--fetch", s.fetch_when_ready,
               "with ready: until the first batch of each of --partitions of --topic was fetched");
  app.add_option("--wait", s.wait_s, "with ready: seconds, at most")
      ->capture_default_str()
      ->check(CLI::Range(1, 86'400));
  app.add_flag("--sticky", s.sticky, "each connection stays with one partition");
  app.add_option("--fetch-bytes", s.fetch_bytes,
                 "most bytes of one fetch; with ready, of each partition")
      ->capture_default_str()
      ->check(whole_size());
}

void add_group_options(CLI::App& app, Settings& s) {
  app.add_option("--members", s.members, "with group: members of the consumer group")
      ->capture_default_str()
      ->check(CLI::Range(2, 10'000));
  app.add_option("--assignor", s.assignor, "with group")
      ->capture_default_str()
      ->check(CLI::IsMember({"range", "roundrobin", "cooperative-sticky"}));
  app.add_option("--heartbeat-ms", s.heartbeat_ms,
                 "with group: a member learns of a rebalance by its next heartbeat")
      ->capture_default_str()
      ->check(CLI::Range(1, 60'000));
  app.add_option("--runs", s.runs, "with group: each with a group of its own; medians are reported")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
}

void add_run_options(CLI::App& app, Settings& s, Texts& texts) {
  app.add_option("--rate", s.rate,
                 "records/s, open loop, latency from the intended time; "
                 "without it closed loop, for maximum throughput only");
  app.add_option("--seconds", s.seconds, "measured")->capture_default_str();
  app.add_option("--warmup", s.warmup, "seconds, not measured")->capture_default_str();
  app.add_option("--max-bytes", s.max_bytes, "ends the run early")->capture_default_str();
  app.add_option("--broker-pid", s.broker_pid, "on this machine: its CPU and memory are reported");
  app.add_option("--pin", s.pin, "runs on this CPU only");
  app.add_option("--output", texts.output, "table or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"table", "json"}));
}

// An empty string, or what is wrong.
std::string apply(const Texts& texts, Settings& s) {
  const auto command = kCommands.find(texts.command);
  if (command == kCommands.end()) return "unknown command " + texts.command;
  s.command = command->second;
  const std::size_t colon = texts.brokers.rfind(':');
  if (colon == std::string::npos) return "--brokers wants HOST:PORT";
  s.host = texts.brokers.substr(0, colon);
  s.port = std::atoi(texts.brokers.c_str() + colon + 1);
  for (const std::string& config : texts.configs) {
    const std::size_t equals = config.find('=');
    if (equals == std::string::npos) return "-c wants KEY=VALUE, not " + config;
    s.topic_configs.emplace_back(config.substr(0, equals), config.substr(equals + 1));
  }
  const auto codec = record::parse_compression(texts.codec);
  if (!codec) return "unknown codec " + texts.codec;
  s.codec = *codec;
  s.acks = static_cast<std::int16_t>(texts.acks == "all" ? -1 : std::atoi(texts.acks.c_str()));
  s.json = texts.output == "json";
  if (s.command == Command::kEndToEnd && s.rate <= 0) return "e2e needs --rate";
  if (s.through_library && s.command != Command::kProduce) return "--library goes with produce";
  if (s.through_library) s.client = "Leat's client library";
  if (s.topic.size() > 100) return "--topic has at most 100 characters here";
  return "";
}

}  // namespace

std::string_view to_string(Command command) {
  for (const auto& [name, value] : kCommands) {
    if (value == command) return name;
  }
  return "?";
}

std::optional<Settings> parse_settings(int argc, char** argv, int& exit_code) {
  Settings settings;
  Texts texts;
  CLI::App app(
      "Load for any Kafka-compatible broker, with batches encoded beforehand.\n"
      "  produce  writes\n"
      "  consume  reads what is there, again and again\n"
      "  e2e      one record a request at --rate, one consumer waiting for it\n"
      "  mixed    writes, and --consumers read the end of the log\n"
      "  ready    waits until the broker answers and says how long that took\n"
      "  group    a consumer group forms, gets one more member and loses it\n"
      "  connect  connections come, ask for ApiVersions and go; one counts as one record\n"
      "and, for what --output json wrote (their own --help says more):\n"
      "  diff     A B: ratios, figure by figure\n"
      "  plot     RESULT...: an SVG");
  app.add_option("command", texts.command, "produce, consume, e2e, mixed, ready, group or connect")
      ->required();
  add_topic_options(app, settings, texts);
  add_load_options(app, settings, texts);
  add_group_options(app, settings);
  add_run_options(app, settings, texts);
  try {
    app.parse(argc, argv);
    if (const std::string wrong = apply(texts, settings); !wrong.empty()) {
      throw CLI::ValidationError(wrong);
    }
  } catch (const CLI::ParseError& e) {
    exit_code = app.exit(e) == 0 ? 0 : 2;
    return std::nullopt;
  }
  return settings;
}

}  // namespace leat::bench
