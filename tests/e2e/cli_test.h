#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"

// Runs the built programs as a user would, without a shell between.
namespace leat::e2e {

// How long a test waits for what must come. For loops without another end:
//   for (const Patience patience; !there();) REQUIRE(patience.left());
class Patience {
 public:
  explicit Patience(Duration limit = std::chrono::seconds(120)) : limit_(limit) {}
  bool left() const { return milliseconds_left() > 0; }
  int milliseconds_left() const;

 private:
  const Duration limit_;
  const MonotonicTime since_ = system_clock().monotonic();
};

struct Finished {
  int code = -1;  // 128 + n after signal n
  std::string out;
  std::string err;
};

// A running program with its output in files of `directory`.
class Program {
 public:
  // argv[0] is a path. Standard input is `input`.
  Program(const std::string& directory, const std::string& name, std::vector<std::string> argv,
          const std::string& input = {});
  ~Program();  // SIGKILL when it still runs
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void signal(int number) const;
  // Its end; when that does not come within Patience the program is killed and the test fails.
  Finished wait();
  // Returns when its standard output holds at least this many bytes, or after 30 s: less
  // than the session time-out of a group, so that a test can tell one from the other.
  std::string wait_for_output(std::size_t bytes);

 private:
  std::string out_path_;
  std::string err_path_;
  int pid_ = -1;
};

// A leatd of its own on a free port and in a directory of its own, both gone at the end.
class Daemon {
 public:
  Daemon();
  ~Daemon();
  // leat with these arguments against this daemon.
  Finished leat(std::vector<std::string> args, const std::string& input = {});
  // The same, still running.
  std::vector<std::string> command(std::vector<std::string> args) const;
  const std::string& directory() const { return directory_; }
  void kill();
  void restart();  // after kill()
  void kill_and_restart();
  std::string address() const { return "127.0.0.1:" + port_; }

 private:
  void start();
  std::string directory_;
  std::string port_ = "0";
  std::unique_ptr<Program> program_;
  int runs_ = 0;
};

}  // namespace leat::e2e
