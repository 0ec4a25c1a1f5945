#include "broker/options/command_line.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "broker/options/environment.h"
#include "tests/support/catch.h"

using namespace leat;

namespace {

struct Start {
  std::vector<std::string> args;
  std::vector<std::string> env = {};

  StatusOr<CommandLine> parse() const {
    std::vector<const char*> argv = {"leatd"};
    for (const auto& a : args) argv.push_back(a.c_str());
    std::vector<const char*> envp;
    for (const auto& e : env) envp.push_back(e.c_str());
    envp.push_back(nullptr);
    return parse_command_line(static_cast<int>(argv.size()), argv.data(), envp.data());
  }
  std::string error() const {
    const auto line = parse();
    return line.ok() ? "" : std::string(message(line.status()));
  }
};

class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text)
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("leatd_test_{}.conf", getpid())) {
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("without arguments leatd serves with the defaults", "[unit]") {
  const auto line = Start{{}}.parse().value();
  CHECK(line.action == CommandLine::Action::kServe);
  CHECK(line.config.given().empty());
  CHECK(line.port_file.empty());
}

TEST_CASE("every key is a flag, with a space or an equals sign", "[unit]") {
  const auto line = Start{{"--log.retention.ms", "-1", "--num.partitions=4"}}.parse().value();
  CHECK(default_retention_ms(line.config.options()) == -1);
  CHECK(line.config.options().num_partitions == 4);
  CHECK(line.config.given().at("num.partitions").origin == "--num.partitions");
  for (const config::Option* row : broker_option_set().rows()) {
    const auto value = broker_option_set().default_text(*row);
    if (!value) continue;
    INFO(row->key);
    CHECK(Start{{fmt::format("--{}={}", row->key, *value)}}.error() == "");
  }
}

TEST_CASE("the short-hands say what their keys say", "[unit]") {
  const auto line = Start{{"--listen", "0.0.0.0:0", "--data-dir", "/d", "--advertise",
                           "[fd00::1]:99", "--port-file", "/p"}}
                        .parse()
                        .value();
  CHECK(listeners(line.config.options()) == std::vector<Listener>{{"PLAINTEXT", "0.0.0.0", 0}});
  CHECK(data_directory(line.config.options()) == "/d");
  CHECK(advertised_address(line.config.options(), "PLAINTEXT")->host == "fd00::1");
  CHECK(line.port_file == "/p");
  CHECK(line.config.given().at("log.dirs").origin == "--data-dir");
  CHECK(Start{{"--data-dir", "/d", "--log.dirs", "/e"}}.error() ==
        "--data-dir and --log.dirs say the same; give one of them");
  CHECK(Start{{"--listen", "9092"}}.error() == "--listen: '9092' is not HOST:PORT");
}

TEST_CASE("a flag wins over the environment, the environment over the file", "[unit]") {
  const TemporaryFile file(
      "num.partitions = 2\nlog.segment.bytes = 2000000\nmessage.max.bytes = 1\n");
  const auto line = Start{{"--config", file.path(), "--num.partitions", "4"},
                          {"LEAT_NUM_PARTITIONS=3", "LEAT_LOG_SEGMENT_BYTES=3000000", "HOME=/"}}
                        .parse()
                        .value();
  CHECK(line.config.options().num_partitions == 4);
  CHECK(line.config.options().log_segment_bytes == 3000000);
  CHECK(line.config.options().message_max_bytes == 1);
  CHECK(line.config.given().at("log.segment.bytes").origin == "LEAT_LOG_SEGMENT_BYTES");
  CHECK(line.config.given().at("message.max.bytes").origin == file.path() + ":3");
}

TEST_CASE("a setting with two names is overridden whole", "[unit]") {
  const TemporaryFile file("broker.id = 2\nlog.dirs = /file\n");
  const auto line =
      Start{{"--config", file.path(), "--node.id", "4", "--log.dir=/flag"}}.parse().value();
  CHECK(line.config.options().node_id == 4);
  CHECK(line.config.options().broker_id == 4);
  CHECK(data_directory(line.config.options()) == "/flag");
}

TEST_CASE("an unknown flag, argument, variable or key is an error with the nearest name",
          "[unit]") {
  CHECK(Start{{"--num.partition", "4"}}.error() ==
        "unknown flag --num.partition; did you mean --num.partitions?");
  CHECK(Start{{"--data-dirs=/x"}}.error() == "unknown flag --data-dirs; did you mean --data-dir?");
  CHECK(Start{{"--xyzzy.something.else"}}.error() ==
        "unknown flag --xyzzy.something.else; see leatd --help");
  CHECK(
      Start{{"--ssl.protocol=x"}}.error() ==
      "--ssl.protocol is not supported: TLS is not in this version; put a proxy in front or listen "
      "on a trusted network");
  CHECK(Start{{"serve"}}.error() == "unexpected argument 'serve'");
  CHECK(Start{{}, {"LEAT_NUM_PARTITION=4"}}.error() ==
        "unknown environment variable LEAT_NUM_PARTITION; did you mean LEAT_NUM_PARTITIONS?");
  CHECK(Start{{}, {"LEAT_num_partitions=4"}}.error() ==
        "unknown environment variable LEAT_num_partitions; did you mean LEAT_NUM_PARTITIONS?");
  CHECK(Start{{}, {"LEAT_SSL_PROTOCOL=x"}}.error() != "");
  const TemporaryFile file("num.partition = 2\n");
  CHECK(Start{{"--config", file.path()}}.error() ==
        fmt::format("{}:1: unknown configuration key num.partition; did you mean num.partitions?",
                    file.path()));
}

TEST_CASE("the CLI's variables and other programs' are left alone", "[unit]") {
  CHECK(
      Start{{}, {"LEAT_BROKERS=x:1", "LEAT_CONTEXT=y", "KAFKA_LOG_DIRS=/k", "PATH=/bin"}}.error() ==
      "");
}

TEST_CASE("what Kubernetes sets for a service called leat is left alone", "[unit]") {
  const auto line = Start{{},
                          {"LEAT_SERVICE_HOST=10.0.0.1", "LEAT_SERVICE_PORT=9092",
                           "LEAT_SERVICE_PORT_KAFKA=9092", "LEAT_PORT=tcp://10.0.0.1:9092",
                           "LEAT_PORT_9092_TCP=tcp://10.0.0.1:9092", "LEAT_PORT_9092_TCP_PROTO=tcp",
                           "LEAT_HEADLESS_SERVICE_HOST=10.0.0.2",
                           "LEAT_HEADLESS_PORT=udp://10.0.0.2:9092"}}
                        .parse();
  REQUIRE(line.ok());
  CHECK(line->warnings.empty());
}

TEST_CASE("other LEAT_ variables are named in one line and do not stop the start", "[unit]") {
  const auto line = Start{{}, {"LEAT_CACHE=/c", "LEAT_SEED=1", "LEAT_STRICT=1"}}.parse();
  REQUIRE(line.ok());
  CHECK(line->warnings ==
        std::vector<std::string>{"environment variables that are no settings are ignored: "
                                 "LEAT_CACHE, LEAT_SEED, LEAT_STRICT"});
  CHECK(Start{{}, {"LEAT_PORT=9092"}}.error() == "LEAT_PORT is not supported: use listeners");
}

TEST_CASE("a flag without its value and a flag given twice are errors", "[unit]") {
  CHECK_FALSE(Start{{"--num.partitions"}}.error().empty());
  CHECK_FALSE(Start{{"--num.partitions=1", "--num.partitions=2"}}.error().empty());
}

TEST_CASE("a bad value names the flag, the variable or the line", "[unit]") {
  CHECK(Start{{"--num.partitions", "x"}}.error() ==
        "--num.partitions: Invalid value x for configuration num.partitions: Not a number of type "
        "INT");
  CHECK_THAT((Start{{}, {"LEAT_NUM_PARTITIONS=x"}}.error()),
             ContainsSubstring("LEAT_NUM_PARTITIONS: "));
  CHECK_FALSE(Start{{"--config", "/nonexistent/file"}}.error().empty());
}

TEST_CASE("the switches ask for an action", "[unit]") {
  using Action = CommandLine::Action;
  CHECK(Start{{"--help"}}.parse()->action == Action::kHelp);
  CHECK(Start{{"-h"}}.parse()->action == Action::kHelp);
  CHECK(Start{{"--version"}}.parse()->action == Action::kVersion);
  CHECK(Start{{"--check-config"}}.parse()->action == Action::kCheckConfig);
  CHECK(Start{{"--print-config", "--num.partitions=2"}}.parse()->action == Action::kPrintConfig);
  CHECK_FALSE((Start{{"--check-config", "--num.partitions=0"}}.error().empty()));
}

TEST_CASE("the help names every key with its default and meaning", "[unit]") {
  const std::string help = help_text();
  for (const config::Option* row : broker_option_set().rows()) {
    CHECK_THAT(help, ContainsSubstring(fmt::format("\n  --{} (default: ", row->key)));
  }
  CHECK_THAT(help, ContainsSubstring("--port-file FILE"));
  CHECK_THAT(help, ContainsSubstring("--log.segment.bytes (default: 1073741824 bytes)"));
}

TEST_CASE("a variable's name is the key in capitals", "[unit]") {
  CHECK(environment_name("log.dirs") == "LEAT_LOG_DIRS");
  CHECK(environment_name("leat.durability") == "LEAT_LEAT_DURABILITY");
}
