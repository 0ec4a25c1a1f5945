#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/e2e/cli_test.h"
#include "tests/support/catch.h"

// leat-bench as a user runs it. How much it measures is nobody's business here: the machine is
// busy.
namespace leat::e2e {
namespace {

using Json = nlohmann::json;

class Bench {
 public:
  explicit Bench(Daemon& daemon) : daemon_(daemon) {}

  Finished run(std::vector<std::string> args) {
    args.insert(args.begin(), LEAT_BINARY_DIR "/leat-bench");
    return Program(daemon_.directory(), "bench" + std::to_string(++runs_), std::move(args)).wait();
  }
  // The JSON of a short load, also written to `file`. On a busy machine nothing may have been done
  // in so short a time: it is run until something was.
  Json load(std::vector<std::string> args, const std::string& file = "last") {
    args.insert(args.end(), {"--brokers", daemon_.address(), "--output", "json", "--seconds", "0.2",
                             "--warmup", "0.05", "--record-size", "100"});
    for (const Patience patience;;) {
      const Finished finished = run(args);
      INFO(finished.err);
      REQUIRE(finished.code == 0);
      Json result = Json::parse(finished.out);
      if (result["records_per_second"] == 0) {
        REQUIRE(patience.left());
        continue;
      }
      std::ofstream(path(file)) << finished.out;
      return result;
    }
  }
  std::string path(const std::string& file) const {
    return daemon_.directory() + "/" + file + ".json";
  }

 private:
  Daemon& daemon_;
  int runs_ = 0;
};

TEST_CASE("every load runs, and its result names what was asked for", "[e2e]") {
  Daemon daemon;
  Bench bench(daemon);
  const std::vector<std::vector<std::string>> loads = {{"produce", "--keys", "3"},
                                                       {"produce", "--library"},
                                                       {"produce", "--rate", "50000"},
                                                       {"consume"},
                                                       {"mixed", "--consumers", "2"},
                                                       {"e2e", "--rate", "500"},
                                                       {"connect"}};
  for (const auto& load : loads) {
    const Json result = bench.load(load);
    INFO(result.dump());
    CHECK(result["workload"] == load[0]);
    CHECK(result["durability"] == (load[0] == "connect" ? "none" : "commit"));
    CHECK(result["records_per_second"] > 0);
    CHECK(result["latency_us"]["max"] > 0);
    CHECK(result["settings"]["record_size"] == 100);
  }
  CHECK(bench.run({"ready", "--brokers", daemon.address(), "--fetch"}).code == 0);
}

TEST_CASE("two results are compared and drawn", "[e2e]") {
  Daemon daemon;
  Bench bench(daemon);
  bench.load({"produce", "--acks", "1"}, "a");
  bench.load({"produce", "--acks", "all"}, "b");
  const Finished diff = bench.run({"diff", bench.path("a"), bench.path("b"), "--output", "json"});
  REQUIRE(diff.code == 0);
  const Json comparison = Json::parse(diff.out);
  CHECK(comparison["figures"]["records_per_second"]["ratio"] > 0);
  CHECK(comparison["settings"] == Json{{"acks", {"1", "all"}}});
  const std::string picture = daemon.directory() + "/picture.svg";
  REQUIRE(
      bench.run({"plot", bench.path("a"), "--baseline", bench.path("b"), "--out", picture}).code ==
      0);
  std::ifstream file(picture);
  const std::string svg{std::istreambuf_iterator<char>(file), {}};
  CHECK(svg.starts_with("<svg"));
}

TEST_CASE("leat-bench says what is wrong with what it was given", "[e2e]") {
  Daemon daemon;
  Bench bench(daemon);
  const Finished missing = bench.run({"diff", "/no/such", "/file"});
  CHECK(missing.code == 1);
  CHECK_THAT(missing.err, ContainsSubstring("/no/such cannot be read"));
  const Finished directory = bench.run({"diff", daemon.directory(), daemon.directory()});
  CHECK(directory.code == 1);
  CHECK_THAT(directory.err, ContainsSubstring(daemon.directory() + " is a directory"));
  CHECK(bench.run({"plot"}).code == 2);
  CHECK(bench.run({"diff", "one"}).code == 2);
  CHECK(bench.run({"consume", "--library"}).code == 2);
  CHECK(bench.run({"ready", "--wait", "0"}).code == 2);
  const Finished unanswered = bench.run({"ready", "--brokers", "127.0.0.1:1", "--wait", "1"});
  CHECK(unanswered.code == 1);
  CHECK_THAT(unanswered.err, ContainsSubstring("no answer in 1 s"));
  CHECK(bench.run({"plot", "--out", "/no/such/picture.svg", bench.path("none")}).code == 1);
}

}  // namespace
}  // namespace leat::e2e
