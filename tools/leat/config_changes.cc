#include "tools/leat/config_changes.h"

#include <algorithm>

#include "tools/leat/key_value.h"

namespace leat::cli {

void add_config_edits(CLI::App* command, ConfigEdits& edits) {
  command->add_option("--set", edits.set, "KEY=VALUE, may be repeated")->take_all();
  command->add_option("--unset", edits.unset, "KEY, may be repeated")->take_all();
  command->add_flag("--dry-run", edits.dry_run, "Only let the broker check");
}

Error check_answered(ConfigResource type, const std::string& name,
                     const std::vector<std::string>& keys,
                     const std::vector<ConfigEntry>& entries) {
  const std::string which = type == ConfigResource::kTopic ? "--topic " + name : "--broker " + name;
  for (const std::string& key : keys) {
    const auto same = [&](const ConfigEntry& entry) { return entry.name == key; };
    if (std::none_of(entries.begin(), entries.end(), same))
      return Error::make(ClientCode::kInvalidInput,
                         "there is no config '{}' here; 'leat config describe {} --all' shows all",
                         key, which);
  }
  return Error();
}

asio::awaitable<Result<std::vector<ConfigChange>>> read_config_changes(Context& context,
                                                                       ConfigResource type,
                                                                       std::string name,
                                                                       ConfigEdits edits) {
  std::vector<ConfigChange> changes;
  for (const std::string& text : edits.set) {
    const auto pair = split_key_value(text);
    if (!pair)
      co_return Error::make(ClientCode::kInvalidInput, "--set {}: write KEY=VALUE", text);
    changes.emplace_back(pair->first, ConfigOperation::kSet, pair->second);
  }
  for (const std::string& key : edits.unset)
    changes.emplace_back(key, ConfigOperation::kDelete, std::nullopt);
  if (changes.empty())
    co_return Error::make(ClientCode::kInvalidInput,
                          "nothing to alter; use --set KEY=VALUE or --unset KEY");
  if (edits.unset.empty()) co_return changes;
  Admin admin(context.client());
  std::vector<std::string> keys = edits.unset;
  const Result<std::vector<ConfigEntry>> known =
      co_await admin.describe_configs(type, name, std::move(keys), false);
  if (!known.ok()) co_return known.error();
  CO_RETURN_IF_ERROR(check_answered(type, name, edits.unset, *known));
  co_return changes;
}

}  // namespace leat::cli
