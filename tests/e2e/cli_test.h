#pragma once

#include <memory>
#include <string>
#include <vector>

// Runs the built programs as a user would, without a shell between.
namespace leat::e2e {

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
  Finished wait();
  // Returns when its standard output holds at least this many bytes, or it ended.
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
