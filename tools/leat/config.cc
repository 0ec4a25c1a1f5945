#include <CLI/CLI.hpp>

#include "client/admin.h"
#include "tools/leat/app.h"
#include "tools/leat/config_changes.h"
#include "tools/leat/json_output.h"
#include "tools/leat/table.h"

namespace leat::cli {
namespace {

struct ConfigOptions {
  std::string topic;
  std::int32_t broker = -1;
  std::vector<std::string> keys;
  ConfigEdits edits;
  bool all = false;
};

// What the options name: a topic, a broker, or the first broker there is.
asio::awaitable<Result<std::pair<ConfigResource, std::string>>> find_resource(
    Context& context, std::shared_ptr<ConfigOptions> options) {
  using Resource = std::pair<ConfigResource, std::string>;
  if (!options->topic.empty()) co_return Resource(ConfigResource::kTopic, options->topic);
  if (options->broker >= 0)
    co_return Resource(ConfigResource::kBroker, std::to_string(options->broker));
  CO_RETURN_IF_ERROR(co_await context.client()->connect());
  const auto& brokers = context.client()->metadata().brokers();
  if (brokers.empty())
    co_return Error::make(ClientCode::kBadAnswer, "the cluster names no broker");
  co_return Resource(ConfigResource::kBroker, std::to_string(brokers.begin()->first));
}

std::string shown(const ConfigEntry& entry) {
  if (entry.sensitive) return "(hidden)";
  return entry.value.value_or("(none)");
}

asio::awaitable<int> describe(Context& context, std::shared_ptr<ConfigOptions> options) {
  const auto resource = co_await find_resource(context, options);
  if (!resource.ok()) co_return context.report(resource.error());
  Admin admin(context.client());
  std::vector<std::string> keys = options->keys;
  std::string name = resource->second;
  const Result<std::vector<ConfigEntry>> entries = co_await admin.describe_configs(
      resource->first, std::move(name), std::move(keys), context.options().json());
  if (!entries.ok()) co_return context.report(entries.error());
  const Error unknown =
      check_answered(resource->first, resource->second, options->keys, *entries);
  if (!unknown.ok()) co_return context.report(unknown);
  Table table({"KEY", "VALUE", "SOURCE"});
  Json json = Json::array();
  for (const ConfigEntry& entry : *entries) {
    const bool interesting = options->all || !options->keys.empty() ||
                             (entry.source != ConfigSource::kDefault);
    if (!interesting) continue;
    table.row({entry.name, shown(entry), std::string(to_string(entry.source))});
    Json row;
    row["key"] = entry.name;
    row["value"] = entry.value && !entry.sensitive ? Json(*entry.value) : Json();
    row["source"] = to_string(entry.source);
    row["read_only"] = entry.read_only;
    row["sensitive"] = entry.sensitive;
    if (!entry.documentation.empty()) row["documentation"] = entry.documentation;
    json.push_back(std::move(row));
  }
  if (context.options().json())
    print_json(context, json);
  else context.out().write(table.text());
  if (!context.options().json() && !options->all && options->keys.empty())
    context.note("defaults are left out; --all shows them");
  co_return kOk;
}

asio::awaitable<int> alter(Context& context, std::shared_ptr<ConfigOptions> options) {
  const auto resource = co_await find_resource(context, options);
  if (!resource.ok()) co_return context.report(resource.error());
  auto changes =
      co_await read_config_changes(context, resource->first, resource->second, options->edits);
  if (!changes.ok()) co_return context.report(changes.error());
  Admin admin(context.client());
  std::string name = resource->second;
  const bool dry_run = options->edits.dry_run;
  const Error error = co_await admin.alter_configs(resource->first, std::move(name),
                                                   std::move(*changes), dry_run);
  if (!error.ok()) co_return context.report(error);
  context.note(dry_run ? "the broker would take it" : "altered");
  co_return kOk;
}

CLI::App* add_command(CLI::App* parent, const std::string& name, const std::string& text,
                      const std::shared_ptr<ConfigOptions>& options) {
  CLI::App* command = parent->add_subcommand(name, text);
  CLI::Option* topic = command->add_option("--topic", options->topic, "Of this topic");
  command->add_option("--broker", options->broker, "Of the broker with this id (default: the first)")
      ->excludes(topic);
  return command;
}

}  // namespace

void add_config_commands(App& app) {
  CLI::App* config = app.root().add_subcommand("config", "Look at and change configs of brokers and topics");
  config->require_subcommand(1);
  config->fallthrough();

  auto options = std::make_shared<ConfigOptions>();
  CLI::App* describing = add_command(config, "describe", "Show configs", options);
  describing->add_option("KEY", options->keys, "Only these keys");
  describing->add_flag("-a,--all", options->all, "Defaults too");
  app.on(describing, [options](Context& context) { return describe(context, options); });

  options = std::make_shared<ConfigOptions>();
  CLI::App* altering = add_command(config, "alter", "Set or unset configs", options);
  add_config_edits(altering, options->edits);
  app.on(altering, [options](Context& context) { return alter(context, options); });
}

}  // namespace leat::cli
