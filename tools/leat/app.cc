#include "tools/leat/app.h"

#include <CLI/CLI.hpp>
#include <asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>

#include "client/spawn.h"
#include "common/base/version.h"
#include "tools/leat/offset_spec.h"

namespace leat::cli {
namespace {

constexpr std::string_view kExamples = R"(
Examples:
  leat topic create orders -p 6 -c retention.ms=3600000
  leat topic list
  seq 1000 | leat produce orders
  leat produce orders events.txt --key-separator : --compression zstd
  leat consume orders --exit-at-end
  leat consume orders --group billing
  leat consume orders --from @-1h -f '%t/%p/%o %k %v\n'
  leat topic describe orders -o json
  leat group describe billing
  leat group reset billing --to @-1h

Exit codes: 0 ok, 1 failure reported by the broker, 2 usage, 3 cannot connect,
            4 partial success, 130 interrupted)";

std::string_view hint_for(const Error& error) {
  if (error.is(ClientCode::kConnectFailed))
    return "is the broker running? Name it with --brokers HOST:PORT or LEAT_BROKERS";
  if (error.is(ClientCode::kBadAnswer))
    return "does this port belong to a Kafka-compatible broker, without TLS?";
  if (error.is(ErrorCode::kUnknownTopicOrPartition))
    return "'leat topic list' shows what there is; 'leat topic create' makes a topic";
  if (error.is(ErrorCode::kInvalidTopicException))
    return "a topic name has 1 to 249 characters out of a-z A-Z 0-9 . _ -";
  if (error.is(ErrorCode::kGroupIdNotFound)) return "'leat group list' shows what there is";
  if (error.is(ErrorCode::kInvalidSessionTimeout))
    return "brokers allow 6s to 30m by default: group.min.session.timeout.ms, "
           "group.max.session.timeout.ms";
  if (error.is(ErrorCode::kInconsistentGroupProtocol))
    return "all members need an assignor in common; 'leat group describe' shows the group's, "
           "--assignor chooses";
  if (error.is(ClientCode::kUnknownOutcome))
    return "it may be in the log: look before sending it again";
  if (error.is(ClientCode::kTimedOut))
    return "the broker is slow or gone; --timeout gives it more time";
  return {};
}

// Runs the command to its end; whatever the client still has in hand then has no reader left.
asio::awaitable<void> run_to_end(const Command& command, Context& context, int& code) {
  code = co_await command(context);
  context.client()->close();
  context.io().stop();
}

}  // namespace

int Context::report(const Error& error, std::string_view hint) const {
  const bool ours = error.is(ClientCode::kInvalidInput);
  print_error(fmt::format("error: {}", ours ? error.text() : error.describe()));
  if (hint.empty()) hint = hint_for(error);
  if (!hint.empty() && !options_.quiet) print_error(fmt::format("hint:  {}", hint));
  if (error.is(ClientCode::kConnectFailed)) return kCannotConnect;
  return ours ? kUsage : kFailed;
}

int Context::usage(std::string_view text) const {
  print_error(fmt::format("error: {}", text));
  return kUsage;
}

std::optional<int> Context::ask(bool yes, std::string_view question) const {
  if (yes) return std::nullopt;
  if (stdin_is_terminal()) {
    if (confirm(question)) return std::nullopt;
    note("nothing was changed");
    return kFailed;
  }
  print_error(fmt::format("error: nobody to ask, standard input is no terminal: {}", question));
  if (!options_.quiet) print_error("hint:  --yes does it without asking");
  return kFailed;
}

void Context::note(std::string_view text) const {
  if (!options_.quiet) print_error(text);
}

std::string App::explain(const CLI::ParseError& error) const {
  const CLI::App* deepest = &root_;
  while (!deepest->get_subcommands().empty()) deepest = deepest->get_subcommands().front();
  std::vector<std::string> names;
  for (const CLI::App* command : deepest->get_subcommands({})) names.push_back(command->get_name());
  // What no command took ends up at the root.
  const std::vector<std::string> extra = root_.remaining(true);
  if (names.empty() && !extra.empty())
    return fmt::format("unexpected: {}", fmt::join(extra, " "));
  if (names.empty()) return error.what();
  const std::string typed = extra.empty() ? "" : fmt::format("'{}' is no command; ", extra.front());
  return fmt::format("{}after '{}' comes one of: {}", typed, deepest->get_name(),
                     fmt::join(names, ", "));
}

App::App() : root_("leat - produce to, consume from and manage a Kafka-compatible broker", "leat") {
  root_.set_version_flag("--version", fmt::format("leat {}", kVersion));
  root_.require_subcommand(1);
  root_.fallthrough();
  root_.add_option("-b,--brokers", options_.brokers, "Brokers to begin with: HOST:PORT, ...")
      ->envname("LEAT_BROKERS")
      ->capture_default_str();
  root_.add_option("-o,--output", options_.output, "How to print: table or json")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  root_.add_option("--timeout", options_.timeout, "How long to wait for an answer: 10s, 2m")
      ->capture_default_str();
  root_.add_flag("-q,--quiet", options_.quiet, "No summaries and hints");
  root_.add_flag("-v,--verbose", options_.verbose, "Say more on standard error");
}

void App::on(CLI::App* subcommand, Command command) {
  subcommand->fallthrough();
  subcommand->callback([this, command = std::move(command)] { command_ = command; });
}

void App::on_local(CLI::App* subcommand, LocalCommand command) {
  subcommand->fallthrough();
  subcommand->callback([this, command = std::move(command)] { local_ = command; });
}

int App::run(int argc, char** argv) {
  root_.footer(std::string(kExamples));  // not earlier: subcommands would inherit it
  try {
    root_.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return root_.exit(e);
    print_error(fmt::format("error: {}", explain(e)));
    print_error("hint:  --help after a command shows its options");
    return kUsage;
  }
  return run_command();
}

int App::run_command() {
  asio::io_context io(1);
  Output out;
  if (local_) return local_(options_, out);
  const Result<std::vector<Endpoint>> brokers = parse_endpoints(options_.brokers);
  const StatusOr<std::int64_t> timeout_ms = parse_duration_ms(options_.timeout);
  if (!brokers.ok() || !timeout_ms.ok() || *timeout_ms == 0) {
    print_error(fmt::format("error: {}", !brokers.ok() ? brokers.error().text()
                                         : timeout_ms.ok() ? "--timeout must not be 0"
                                                           : std::string(message(timeout_ms.status()))));
    return kUsage;
  }
  const Duration timeout = std::chrono::milliseconds(*timeout_ms);
  ClientOptions client_options;
  client_options.bootstrap = *brokers;
  client_options.client_id = "leat-cli";
  client_options.request_timeout = timeout;
  client_options.connect_timeout = std::min<Duration>(timeout, std::chrono::seconds(5));

  const auto client = Client::make(io.get_executor(), std::move(client_options));
  Context context(io, client, options_, out, timeout);
  int code = kFailed;
  bool interrupted = false;
  asio::signal_set signals(io, SIGINT, SIGTERM);
  std::function<void(const asio::error_code&, int)> on_signal = [&](const asio::error_code& error,
                                                                    int) {
    if (error) return;
    const bool again = std::exchange(interrupted, true);
    if (again || !context.interrupt()) return io.stop();
    signals.async_wait(on_signal);
  };
  signals.async_wait(on_signal);
  spawn(io.get_executor(), run_to_end(command_, context, code));
  io.run();
  // The command's coroutines were left where they stood; only the end of the process ends them.
  if (interrupted) {
    out.flush_within(kLastWords);
    std::_Exit(kInterrupted);
  }
  if (!out.flush() && code == kOk) code = kFailed;
  return code;
}

}  // namespace leat::cli
