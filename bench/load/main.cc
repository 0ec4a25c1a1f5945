// leat-bench: load for any Kafka-compatible broker. ../README.md explains it.

#include <fmt/format.h>
#include <sys/resource.h>

#include <csignal>

#include "bench/load/group_run.h"
#include "bench/load/load.h"
#include "bench/load/report.h"
#include "bench/load/topic.h"
#include "bench/sockets.h"
#include "bench/view/view.h"

namespace leat::bench {
namespace {

void allow_many_descriptors() {
  rlimit limit{};
  must(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  must(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

int measure_group(BrokerLink& link, const Settings& settings) {
  prepare_topic(link, settings);
  const std::vector<GroupRun> runs = run_group(settings);
  if (settings.delete_topic) delete_topic(link, settings);
  fmt::print("{}\n", settings.json ? to_json(settings, runs) : to_table(settings, runs));
  return 0;
}

LoadResult measure(const Settings& settings) {
  if (settings.command == Command::kEndToEnd) return run_end_to_end(settings);
  if (settings.through_library) return run_library(settings);
  return settings.command == Command::kConnect ? run_connections(settings) : run_load(settings);
}

int run(const Settings& settings) {
  if (settings.command == Command::kReady) {
    fmt::print("{:.1f}\n", wait_until_ready(settings));
    return 0;
  }
  BrokerLink link(settings);
  if (settings.command == Command::kGroup) return measure_group(link, settings);
  const bool connects = settings.command == Command::kConnect;
  if (!connects) prepare_topic(link, settings);
  const LoadResult result = measure(settings);
  const std::string mode = connects ? "none" : durability(settings);
  if (settings.delete_topic) delete_topic(link, settings);
  fmt::print("{}\n",
             settings.json ? to_json(settings, result, mode) : to_table(settings, result, mode));
  return 0;
}

}  // namespace
}  // namespace leat::bench

int main(int argc, char** argv) {
  using namespace leat::bench;
  if (argc > 1 && is_view_command(argv[1])) return run_view(argc, argv);
  int exit_code = 0;
  const auto settings = parse_settings(argc, argv, exit_code);
  if (!settings) return exit_code;
  ::signal(SIGPIPE, SIG_IGN);
  allow_many_descriptors();
  pin_to(settings->pin);
  return run(*settings);
}
