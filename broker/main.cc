#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "broker/broker.h"
#include "broker/options/command_line.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/version.h"

namespace leat {
namespace {

constexpr int kExitUsage = 2;
constexpr int kExitFailure = 1;

int complain(const Status& s, int code) {
  fmt::print(stderr, "leatd: {}\n", message(s));
  return code;
}

// Big buffers come back from the heap instead of fresh from the kernel, whose page faults cost more
// than serving the request they hold.
void tune_allocator() {
  ::mallopt(M_MMAP_THRESHOLD, 64 << 20);
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  ::mallopt(M_ARENA_MAX, 4);
}

// Blocked in every thread, so that only the wait below takes them.
sigset_t block_stop_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // sendfile has no MSG_NOSIGNAL
  return set;
}

// Whole at once: whoever waits for the file never reads half a number.
Status write_port_file(const std::string& path, std::uint16_t port) {
  const std::string temporary = path + ".tmp";
  std::ofstream(temporary) << port << '\n';
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    return errno_status(errno, fmt::format("port file {}", path));
  }
  return {};
}

int serve(const CommandLine& command, MonotonicTime began) {
  tune_allocator();
  const sigset_t stop_signals = block_stop_signals();
  set_log_level(command.config.options().log_level);
  Broker broker({command.config, nullptr, nullptr});
  if (Status s = broker.start(); !s.ok()) {
    const bool disk_failed = s.code() == StatusCode::kInternal;
    return complain(s, disk_failed ? kExitDiskError : kExitFailure);
  }
  if (!command.port_file.empty()) {
    if (Status s = write_port_file(command.port_file, broker.port()); !s.ok()) {
      return complain(s, kExitFailure);
    }
  }
  const auto took = std::chrono::duration<double, std::milli>(system_clock().monotonic() - began);
  LOG_INFO("READY listeners={} data={} topics={} durability={} version={} took_ms={:.1f}",
           broker.addresses(), data_directory(command.config.options()), broker.topic_count(),
           command.config.options().durability == Durability::kCommit ? "commit" : "relaxed",
           kVersion, took.count());
  int signal = 0;
  ::sigwait(&stop_signals, &signal);
  LOG_INFO("stopping: answering what is in hand signal={}", signal == SIGINT ? "INT" : "TERM");
  broker.stop();
  LOG_INFO("stopped");
  return 0;
}

int run(int argc, char** argv) {
  const MonotonicTime began = system_clock().monotonic();
  auto command = parse_command_line(argc, argv, environ);
  if (!command.ok()) return complain(command.status(), kExitUsage);
  for (const auto& warning : command->warnings) fmt::print(stderr, "leatd: {}\n", warning);
  switch (command->action) {
    case CommandLine::Action::kVersion: fmt::print("leatd {}\n", kVersion); return 0;
    case CommandLine::Action::kHelp: fmt::print("{}", help_text()); return 0;
    case CommandLine::Action::kCheckConfig: fmt::print("The configuration is valid.\n"); return 0;
    case CommandLine::Action::kPrintConfig:
      fmt::print("{}", print_config(command->config, false));
      return 0;
    case CommandLine::Action::kServe: break;
  }
  return serve(*command, began);
}

}  // namespace
}  // namespace leat

int main(int argc, char** argv) { return leat::run(argc, argv); }
