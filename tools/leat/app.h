#pragma once

#include <CLI/App.hpp>
#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/client.h"
#include "client/error.h"
#include "tools/leat/output.h"

// The frame every command of leat hangs in: one file per noun declares its options and gives App a
// function to run when it was chosen.
namespace leat::cli {

// How the process ends; the same for every command.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,         // the broker reported a failure
  kUsage = 2,          // the command line is wrong
  kCannotConnect = 3,
  kPartial = 4,        // some of it was done
  kInterrupted = 130,
};

struct GlobalOptions {
  std::string brokers = "127.0.0.1:9092";
  std::string output = "table";  // or json
  std::string timeout = "30s";
  bool quiet = false;
  bool verbose = false;

  bool json() const { return output == "json"; }
};

// What a running command works with.
class Context {
 public:
  Context(asio::io_context& io, std::shared_ptr<Client> client, const GlobalOptions& options,
          Output& out, Duration timeout)
      : io_(io), client_(std::move(client)), options_(options), out_(out), timeout_(timeout) {}

  asio::io_context& io() { return io_; }
  const std::shared_ptr<Client>& client() const { return client_; }
  const GlobalOptions& options() const { return options_; }
  Output& out() { return out_; }
  Duration timeout() const { return timeout_; }

  // Prints "error: text (NAME)" and, when there is one, "hint: ..." on standard error.
  // Returns the exit code that goes with the error.
  int report(const Error& error, std::string_view hint = {}) const;
  // "error: " and the exit code for a wrong command line.
  int usage(std::string_view text) const;
  // Before something is lost for ever: asks whoever sits at the terminal, unless `yes`. Where nobody
  // can be asked the answer is no, and the hint is --yes. Nothing, or the exit code to stop with.
  std::optional<int> ask(bool yes, std::string_view question) const;
  // A line on standard error for people; nothing with --quiet.
  void note(std::string_view text) const;

  // Runs when the user interrupts; the command then says what it has done. Exit code 130 follows.
  void on_interrupt(std::function<void()> handler) {
    interrupt_ = std::move(handler);
    finishes_ = false;
  }
  // The same for a command that then comes to its end in an orderly way; the process waits for it.
  // A second interrupt ends it at once.
  void finish_on_interrupt(std::function<void()> handler) {
    interrupt_ = std::move(handler);
    finishes_ = true;
  }
  // Tells the command. True when it ends by itself.
  bool interrupt() {
    if (interrupt_) interrupt_();
    return std::exchange(finishes_, false);
  }

 private:
  asio::io_context& io_;
  std::shared_ptr<Client> client_;
  const GlobalOptions& options_;
  Output& out_;
  Duration timeout_;
  std::function<void()> interrupt_;
  bool finishes_ = false;
};

using Command = std::function<asio::awaitable<int>(Context&)>;
using LocalCommand = std::function<int(const GlobalOptions&, Output&)>;

// Builds the command tree and runs what was chosen.
class App {
 public:
  App();
  CLI::App& root() { return root_; }
  // `command` talks to a broker; options it captures are held by shared_ptr.
  void on(CLI::App* subcommand, Command command);
  // `command` works on local files and needs no broker.
  void on_local(CLI::App* subcommand, LocalCommand command);
  // Parses and runs; the exit code.
  int run(int argc, char** argv);

 private:
  int run_command();
  // The parser's message, or which commands there are where one was missing or wrong.
  std::string explain(const CLI::ParseError& error) const;

  CLI::App root_;
  GlobalOptions options_;
  Command command_;
  LocalCommand local_;
};

// One per noun, each in its own file.
void add_topic_commands(App& app);
void add_produce_command(App& app);
void add_consume_command(App& app);
void add_group_commands(App& app);
void add_config_commands(App& app);
void add_cluster_commands(App& app);

}  // namespace leat::cli
