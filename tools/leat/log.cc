#include "tools/leat/log.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "broker/storage/posix_file_system.h"
#include "tools/leat/checks.h"
#include "tools/leat/log_directory.h"
#include "tools/leat/log_loss.h"
#include "tools/leat/log_print.h"
#include "tools/leat/log_read_only.h"

namespace leat::cli {
namespace {

struct LogCommandOptions {
  std::vector<std::string> paths;
  LogReadOptions read;
  std::int64_t from = 0;
  std::int64_t to = INT64_MAX;
};

constexpr std::string_view kAbout =
    "Files are only read, never locked: a broker may be at work on them. Exit code 1 when something "
    "is damaged, 2 when a PATH is missing or holds nothing of a log.";

// Opening a pipe would wait for its other end, and /dev/zero has none.
Status check_kind(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return not_found("cannot open '{}': {}", path,
                     error ? error.message() : "no such file or directory");
  }
  if (std::filesystem::is_regular_file(status) || std::filesystem::is_directory(status)) return {};
  return invalid_argument("'{}' is neither a file nor a directory", path);
}

// True when there was something to read.
bool read_path(storage::FileSystem& files, const std::string& path, const LogReadOptions& options,
               LogReport& report) {
  Status status = check_kind(path);
  if (status.ok()) status = read_log_path(files, path, options, report);
  if (status.ok()) return true;
  fmt::print(stderr, "error: {}\n", message(status));
  return false;
}

int read_paths(const LogCommandOptions& command, const GlobalOptions& global, Output& out) {
  storage::PosixFileSystem disk;
  ReadOnlyFileSystem files(disk);
  LogReadOptions options = command.read;
  options.from = Offset{command.from};
  options.to = Offset{command.to};
  const auto printer =
      global.json() ? make_log_json_printer(out) : make_log_text_printer(out, options.details);
  bool all_read = true;
  for (const std::string& path : command.paths) all_read &= read_path(files, path, options, *printer);
  if (global.json() || !global.quiet) printer->total();
  if (!out.flush()) return kFailed;
  if (printer->damages() > 0) return kFailed;
  return all_read ? kOk : kUsage;
}

CLI::App* add_command(App& app, CLI::App* log, const std::string& name, const std::string& text,
                      const std::shared_ptr<LogCommandOptions>& options) {
  CLI::App* command = log->add_subcommand(name, text);
  command->footer(std::string(kAbout));
  command
      ->add_option(
          "PATH", options->paths,
          "A .log, .index, .timeindex, .torn or checkpoint file, a partition's directory or "
          "a data directory")
      ->required();
  command->add_flag("--no-gaps", options->read.gaps_are_damage,
                    "Missing offsets are damage (for topics that are not compacted)");
  app.on_local(command, [options](const GlobalOptions& global, Output& out) {
    return read_paths(*options, global, out);
  });
  return command;
}

}  // namespace

void add_log_commands(App& app) {
  CLI::App* log =
      app.root().add_subcommand("log", "Look into the files of logs, Leat's or Kafka's; accept a loss");
  log->require_subcommand(1);
  log->fallthrough();

  auto options = std::make_shared<LogCommandOptions>();
  options->read.details = true;
  CLI::App* dump =
      add_command(app, log, "dump", "Print batches, index entries and checkpoints", options);
  dump->add_flag("-r,--records,--deep", options->read.records, "Print the records too");
  dump->add_option("--from", options->from, "Print offsets from this one on")
      ->check(not_negative);
  dump->add_option("--to", options->to, "Print offsets below this one")
      ->check(not_negative);

  options = std::make_shared<LogCommandOptions>();
  add_command(app, log, "verify",
              "Check CRCs, offsets, timestamps and indexes; a line for each file", options);
  add_accept_loss_command(app, log);
}

}  // namespace leat::cli
