#include <CLI/CLI.hpp>
#include <regex>

#include "client/group_admin.h"
#include "tools/leat/group_commands.h"
#include "tools/leat/json_output.h"
#include "tools/leat/table.h"

namespace leat::cli {
namespace {

bool same_state(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

asio::awaitable<int> list_groups(Context& context, std::shared_ptr<GroupOptions> options) {
  std::regex pattern;
  try {
    pattern = std::regex(options->pattern.empty() ? ".*" : options->pattern);
  } catch (const std::regex_error& e) {
    co_return context.usage(
        fmt::format("'{}' is no regular expression: {}", options->pattern, e.what()));
  }
  GroupAdmin admin(context.client());
  const Result<std::vector<GroupListing>> groups = co_await admin.list();
  if (!groups.ok()) co_return context.report(groups.error());
  Table table({"GROUP", "STATE", "TYPE", "PROTOCOL"});
  Json json = Json::array();
  const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
  for (const GroupListing& group : *groups) {
    if (!std::regex_search(group.id, pattern)) continue;
    if (!options->state.empty() && !same_state(group.state, options->state)) continue;
    table.row({group.id, or_dash(group.state), or_dash(group.protocol_type), or_dash(group.type)});
    Json entry;
    entry["group"] = group.id;
    entry["state"] = group.state;
    entry["type"] = group.protocol_type;
    entry["protocol"] = group.type;
    json.push_back(std::move(entry));
  }
  if (context.options().json())
    print_json(context, json);
  else
    context.out().write(table.text());
  co_return kOk;
}

asio::awaitable<int> delete_groups(Context& context, std::shared_ptr<GroupOptions> options) {
  const std::string question =
      fmt::format("Delete {} with the offsets?", fmt::join(options->names, ", "));
  if (const auto stop = context.ask(options->yes, question)) co_return *stop;
  GroupAdmin admin(context.client());
  std::vector<std::string> names = options->names;
  const std::vector<Error> outcomes = co_await admin.remove(std::move(names));
  Json json = Json::array();
  int code = kOk;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const std::string& name = options->names[i];
    if (outcomes[i].ok()) {
      json.push_back(Json{{"group", name}, {"status", "deleted"}});
      if (!context.options().json()) context.note(fmt::format("{}: deleted", name));
      continue;
    }
    std::string hint;
    if (outcomes[i].is(ErrorCode::kNonEmptyGroup))
      hint = fmt::format("stop its consumers first; 'leat group members {}' shows them", name);
    const bool named = outcomes[i].is(ErrorCode::kGroupIdNotFound);
    code = context.report(
        named ? outcomes[i] : outcomes[i].with_context(fmt::format("group '{}'", name)), hint);
  }
  if (context.options().json()) print_json(context, json);
  co_return code != kOk && !json.empty() ? kPartial : code;
}

void add_looking(App& app, CLI::App* group) {
  auto options = std::make_shared<GroupOptions>();
  CLI::App* listing = group->add_subcommand("list", "List groups");
  listing->add_option("REGEX", options->pattern, "Only names in which this is found");
  listing
      ->add_option("--state", options->state,
                   "Only groups in this state: Stable, Empty, Dead, PreparingRebalance, "
                   "CompletingRebalance")
      ->check(CLI::IsMember(
          {"Stable", "Empty", "Dead", "PreparingRebalance", "CompletingRebalance"},
          CLI::ignore_case));
  app.on(listing, [options](Context& context) { return list_groups(context, options); });

  options = std::make_shared<GroupOptions>();
  CLI::App* describing =
      group->add_subcommand("describe", "State, lag, members and recent rebalances of a group");
  describing->add_option("GROUP", options->name, "Group")->required();
  app.on(describing, [options](Context& context) { return describe_group(context, options); });

  options = std::make_shared<GroupOptions>();
  CLI::App* lagging = group->add_subcommand(
      "lag", "How far groups are behind, in records and in time: a sum of all, or by partition");
  lagging->add_option("GROUP", options->names, "Groups to show by partition");
  app.on(lagging, [options](Context& context) { return show_lag(context, options); });

  options = std::make_shared<GroupOptions>();
  CLI::App* members = group->add_subcommand("members", "Who is in a group");
  members->add_option("GROUP", options->name, "Group")->required();
  app.on(members, [options](Context& context) { return show_members(context, options); });
}

void add_changing(App& app, CLI::App* group) {
  auto options = std::make_shared<GroupOptions>();
  CLI::App* removing = group->add_subcommand("delete", "Delete groups and their offsets");
  removing->add_option("GROUP", options->names, "Groups")->required();
  removing->add_flag("-y,--yes", options->yes, "Do not ask");
  app.on(removing, [options](Context& context) { return delete_groups(context, options); });

  auto reset = std::make_shared<ResetOptions>();
  CLI::App* resetting = group->add_subcommand(
      "reset", "Move the offsets of a group without members; only shows what would be done");
  resetting->add_option("GROUP", reset->group, "Group")->required();
  resetting->add_option("--to", reset->to,
                        "beginning, end, OFFSET, +N, -N, @TIME or @-1h (that long ago)");
  resetting->add_option("--file", reset->file, "Lines of TOPIC,PARTITION,OFFSET; - reads stdin");
  resetting
      ->add_option("--topic", reset->topics,
                   "TOPIC or TOPIC:0,3, may be repeated (default: all with offsets)")
      ->take_all();
  resetting->add_flag("--execute", reset->execute, "Do it");
  app.on(resetting, [reset](Context& context) { return reset_group(context, reset); });
}

}  // namespace

void add_group_commands(App& app) {
  CLI::App* group = app.root().add_subcommand("group", "Look at, reset and delete consumer groups");
  group->require_subcommand(1);
  group->fallthrough();
  add_looking(app, group);
  add_changing(app, group);
}

}  // namespace leat::cli
