#include "broker/options/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "broker/options/environment.h"

namespace leat {
namespace {

using config::Option;

struct ShortHand {
  std::string_view flag;
  std::string_view key;  // "" when it sets no key
  std::string_view argument;
  std::string_view doc;
};
constexpr ShortHand kShortHands[] = {
    {"--listen", "listeners", "HOST:PORT", "listeners=PLAINTEXT://HOST:PORT; port 0 picks one"},
    {"--data-dir", "log.dirs", "DIR", "log.dirs=DIR"},
    {"--advertise", "advertised.listeners", "HOST:PORT",
     "advertised.listeners=PLAINTEXT://HOST:PORT"},
    {"--config", "", "FILE", "read settings from FILE (key = value lines)"},
    {"--port-file", "", "FILE", "write the port to FILE when ready"},
};
constexpr std::array<std::string_view, 2> kSwitchesThatPrint = {"--help", "--version"};
constexpr std::array<std::string_view, 2> kSwitchesThatCheck = {"--check-config", "--print-config"};

// Flags as given: name with dashes → value.
using Flags = std::map<std::string, std::string, std::less<>>;

Status unknown_flag(std::string_view argument) {
  if (!argument.starts_with("-")) return invalid_argument("unexpected argument '{}'", argument);
  const std::string_view flag = argument.substr(0, argument.find('='));
  const std::string_view key = flag.substr(std::min(flag.size(), flag.find_first_not_of('-')));
  const std::string_view reason = config::unsupported_reason(key);
  if (!reason.empty()) return invalid_argument("{} is not supported: {}", flag, reason);
  std::vector<std::string> names;
  for (const Option* row : broker_option_set().rows())
    names.push_back("--" + std::string(row->key));
  for (const ShortHand& s : kShortHands) names.emplace_back(s.flag);
  for (const auto& list : {kSwitchesThatPrint, kSwitchesThatCheck}) {
    names.insert(names.end(), list.begin(), list.end());
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = config::nearest_name(flag, views);
  if (near.empty()) return invalid_argument("unknown flag {}; see leatd --help", flag);
  return invalid_argument("unknown flag {}; did you mean {}?", flag, near);
}

// Splits argv into flags and their values; what the values mean is not looked at.
class FlagParser {
 public:
  FlagParser() {
    app_.set_help_flag();
    app_.allow_extras();
    for (const ShortHand& s : kShortHands) add_value(std::string(s.flag));
    for (const Option* row : broker_option_set().rows()) add_value("--" + std::string(row->key));
    for (const auto& list : {kSwitchesThatPrint, kSwitchesThatCheck}) {
      for (const std::string_view name : list) add_switch(std::string(name));
    }
  }

  StatusOr<Flags> parse(int argc, const char* const* argv) {
    auto arguments = reversed_arguments(argc, argv);
    try {
      app_.parse(arguments);
    } catch (const CLI::ParseError& error) {
      return invalid_argument("{}; see leatd --help", error.what());
    }
    const auto extras = app_.remaining();
    if (!extras.empty()) return unknown_flag(extras.front());
    Flags given;
    for (const auto& [name, option] : options_) {
      if (option->count() > 0) given.emplace(name, is_switch(option) ? "true" : values_[name]);
    }
    return given;
  }

 private:
  // As CLI11 wants them: last first, without the program. It takes "--key=" for a missing value, so
  // an empty value becomes an argument of its own.
  static std::vector<std::string> reversed_arguments(int argc, const char* const* argv) {
    std::vector<std::string> arguments;
    for (int i = argc - 1; i > 0; --i) {
      std::string argument = argv[i];
      const bool empty_value =
          argument.starts_with("--") && argument.find('=') == argument.size() - 1;
      if (empty_value) {
        arguments.emplace_back();
        argument.pop_back();
      }
      arguments.push_back(std::move(argument));
    }
    return arguments;
  }
  static bool is_switch(const CLI::Option* option) { return option->get_expected_max() == 0; }
  void add_value(std::string name) { options_[name] = app_.add_option(name, values_[name]); }
  void add_switch(std::string name) {
    const std::string with_short = name == "--help" ? "-h,--help" : name;
    options_[std::move(name)] = app_.add_flag(with_short);
  }

  CLI::App app_;
  std::map<std::string, std::string> values_;
  std::map<std::string, CLI::Option*> options_;
};

// Lays `key` into `settings`; what is there already, from a lower layer, loses.
void put(Settings& settings, std::string_view key, std::string value, std::string origin) {
  settings.insert_or_assign(std::string(key), Setting{std::move(value), std::move(origin)});
}

Status add_file(const std::string& path, Settings& settings) {
  ASSIGN_OR_RETURN(const auto lines, config::read_properties(path));
  for (const config::FileLine& line : lines) {
    put(settings, line.key, line.value, fmt::format("{}:{}", path, line.line));
  }
  return Status();
}

StatusOr<std::string> short_hand_value(const ShortHand& s, const std::string& given) {
  if (s.argument != "HOST:PORT") return given;
  auto address = parse_host_port(given);
  if (!address.ok()) return with_context(address.status(), s.flag);
  return "PLAINTEXT://" + given;
}

Status add_flags(const Flags& flags, Settings& settings) {
  for (const auto& [flag, value] : flags) {
    const std::string_view key = std::string_view(flag).substr(2);
    if (broker_option_set().find(key) != nullptr) put(settings, key, value, flag);
  }
  for (const ShortHand& s : kShortHands) {
    const auto given = flags.find(s.flag);
    if (given == flags.end() || s.key.empty()) continue;
    if (flags.contains("--" + std::string(s.key))) {
      return invalid_argument("{} and --{} say the same; give one of them", s.flag, s.key);
    }
    ASSIGN_OR_RETURN(std::string value, short_hand_value(s, given->second));
    put(settings, s.key, std::move(value), std::string(s.flag));
  }
  return Status();
}

// One setting under two names must not be split over layers: the upper one wins whole.
void drop_shadowed_names(const Settings& below, const Settings& above, Settings& merged) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kNames = {
      {{"node.id", "broker.id"}, {"log.dirs", "log.dir"}}};
  for (const auto& [one, other] : kNames) {
    for (const auto& [name, twin] : {std::pair(one, other), std::pair(other, one)}) {
      const bool shadowed = above.contains(name) && !above.contains(twin) && below.contains(twin);
      if (shadowed) merged.erase(merged.find(twin));
    }
  }
}

Settings lay_over(const Settings& below, const Settings& above) {
  Settings merged = below;
  for (const auto& [key, setting] : above) merged.insert_or_assign(key, setting);
  drop_shadowed_names(below, above, merged);
  return merged;
}

CommandLine::Action action_of(const Flags& flags) {
  using Action = CommandLine::Action;
  if (flags.contains("--help")) return Action::kHelp;
  if (flags.contains("--version")) return Action::kVersion;
  if (flags.contains("--print-config")) return Action::kPrintConfig;
  return flags.contains("--check-config") ? Action::kCheckConfig : Action::kServe;
}

std::string value_or_empty(const Flags& flags, std::string_view name) {
  const auto it = flags.find(name);
  return it == flags.end() ? "" : it->second;
}

std::string wrapped(std::string_view text, std::size_t indent) {
  constexpr std::size_t kWidth = 96;
  std::string out(indent, ' ');
  std::size_t column = indent;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (column + word.size() > kWidth) {
      out += '\n' + std::string(indent, ' ');
      column = indent;
    }
    out += word;
    out += ' ';
    column += word.size() + 1;
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  out.back() = '\n';
  return out;
}

}  // namespace

StatusOr<CommandLine> parse_command_line(int argc, const char* const* argv,
                                         const char* const* env) {
  ASSIGN_OR_RETURN(const Flags flags, FlagParser().parse(argc, argv));
  CommandLine line;
  line.action = action_of(flags);
  line.config_file = value_or_empty(flags, "--config");
  line.port_file = value_or_empty(flags, "--port-file");
  if (line.action == CommandLine::Action::kHelp || line.action == CommandLine::Action::kVersion) {
    return line;
  }
  Settings from_file;
  if (!line.config_file.empty()) RETURN_IF_ERROR(add_file(line.config_file, from_file));
  ASSIGN_OR_RETURN(const Environment from_env, read_environment(env));
  if (!from_env.unknown.empty()) {
    line.warnings.push_back(fmt::format("environment variables that are no settings are ignored: {}",
                                        fmt::join(from_env.unknown, ", ")));
  }
  Settings from_flags;
  RETURN_IF_ERROR(add_flags(flags, from_flags));
  ASSIGN_OR_RETURN(line.config,
                   BrokerConfig::make(lay_over(lay_over(from_file, from_env.settings), from_flags)));
  return line;
}

std::string help_text() {
  std::string out =
      "Usage: leatd [FLAGS]\n"
      "A log server that Kafka clients use unchanged. Without flags it serves 127.0.0.1:9092 from "
      "./leat-data.\n\nShort-hands:\n";
  for (const ShortHand& s : kShortHands) {
    out += fmt::format("  {:<26}  {}\n", fmt::format("{} {}", s.flag, s.argument), s.doc);
  }
  out +=
      "  --check-config              check all settings, start nothing\n"
      "  --print-config              print every setting with where it came from\n"
      "  --version                   print the version\n"
      "  -h, --help                  print this\n\n"
      "Every key is also a flag (--KEY VALUE), an environment variable (LEAT_ and the key in "
      "capitals, dots as\nunderscores: LEAT_LOG_DIRS) and a line of the file. A flag wins over the "
      "environment, that over the file.\n\nKeys:\n";
  for (const Option* row : broker_option_set().rows_by_name()) {
    const auto value = broker_option_set().default_text(*row);
    out += fmt::format("  --{} (default: {}{}{})\n", row->key, value ? *value : "unset",
                       row->unit.empty() || !value ? "" : " ", value ? row->unit : "");
    out += wrapped(row->doc, 6);
    if (!row->inert.empty()) out += wrapped(fmt::format("No effect: {}.", row->inert), 6);
  }
  return out;
}

}  // namespace leat
