#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "broker/options/broker_config.h"

// leatd's flags, environment and file. Every key is a flag (--KEY VALUE, --KEY=VALUE), an
// environment variable (LEAT_ and the key in capitals, dots as underscores) and a line of the file;
// a flag wins over the environment, that over the file.
namespace leat {

struct CommandLine {
  enum class Action : std::uint8_t { kServe, kCheckConfig, kPrintConfig, kVersion, kHelp };
  Action action = Action::kServe;
  BrokerConfig config;      // defaults with kVersion and kHelp
  std::string config_file;  // "" when none was named
  std::vector<std::string> warnings;  // a line each for the user; nothing that stops the start
  std::string port_file;    // where to write the port when ready; "" = nowhere
};

// `env` ends with a null pointer, as `environ`. Reads the file of --config. The error's message is
// one line for the user: what is wrong, where, and the nearest name.
StatusOr<CommandLine> parse_command_line(int argc, const char* const* argv, const char* const* env);

// --help: usage, short-hands and every key with its default and meaning.
std::string help_text();

}  // namespace leat
