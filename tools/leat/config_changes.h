#pragma once

#include <CLI/CLI.hpp>
#include <asio/awaitable.hpp>
#include <string>
#include <vector>

#include "client/admin.h"
#include "tools/leat/app.h"

namespace leat::cli {

// What --set and --unset say.
struct ConfigEdits {
  std::vector<std::string> set;
  std::vector<std::string> unset;
  bool dry_run = false;
};

// --set, --unset and --dry-run; `edits` lives as long as the command.
void add_config_edits(CLI::App* command, ConfigEdits& edits);

// The changes, in that order. kInvalidInput for none, for a pair without "=", and for an unset key
// that the resource does not have: a broker takes the removal of any name in silence.
asio::awaitable<Result<std::vector<ConfigChange>>> read_config_changes(Context& context,
                                                                       ConfigResource type,
                                                                       std::string name,
                                                                       ConfigEdits edits);

// kInvalidInput when a broker, asked for `keys` of a topic or broker, did not answer one: it leaves
// out what it does not know.
Error check_answered(ConfigResource type, const std::string& name,
                     const std::vector<std::string>& keys, const std::vector<ConfigEntry>& entries);

}  // namespace leat::cli
