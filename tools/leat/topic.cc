#include <CLI/CLI.hpp>
#include <regex>

#include "client/admin.h"
#include "client/offsets.h"
#include "tools/leat/app.h"
#include "tools/leat/checks.h"
#include "tools/leat/config_changes.h"
#include "tools/leat/json_output.h"
#include "tools/leat/key_value.h"
#include "tools/leat/offset_spec.h"
#include "tools/leat/table.h"

namespace leat::cli {
namespace {

struct CreateOptions {
  std::vector<std::string> names;
  std::int32_t partitions = -1;
  std::int16_t replication = -1;
  std::vector<std::string> configs;
  bool if_not_exists = false;
  bool dry_run = false;
};

struct TopicOptions {
  std::string name;
  std::vector<std::string> names;
  std::string pattern;
  ConfigEdits edits;
  std::vector<std::int32_t> partitions;
  std::string before_offset;
  std::string before_time;
  std::int32_t count = 0;
  bool internal = false;
  bool yes = false;
  bool dry_run = false;
};

int exit_code(std::size_t failures, std::size_t all) {
  if (failures == 0) return kOk;
  return failures < all ? kPartial : kFailed;
}

std::string number_or_dash(std::int64_t n) { return n < 0 ? "-" : with_commas(n); }

asio::awaitable<int> create(Context& context, std::shared_ptr<CreateOptions> options) {
  std::vector<NewTopic> topics;
  for (const std::string& name : options->names) {
    NewTopic& topic = topics.emplace_back();
    topic.name = name;
    topic.partitions = options->partitions;
    topic.replication_factor = options->replication;
    for (const std::string& config : options->configs) {
      const auto pair = split_key_value(config);
      if (!pair) co_return context.usage(fmt::format("-c {}: write KEY=VALUE", config));
      topic.configs.push_back(*pair);
    }
  }
  Admin admin(context.client());
  const Result<std::vector<TopicOutcome>> outcomes =
      co_await admin.create_topics(std::move(topics), options->dry_run);
  if (!outcomes.ok()) co_return context.report(outcomes.error());

  Table table({"TOPIC", ">PARTITIONS", ">REPLICAS", "STATUS"});
  Json json = Json::array();
  std::size_t failures = 0;
  for (const TopicOutcome& outcome : *outcomes) {
    const bool exists = outcome.error.is(ErrorCode::kTopicAlreadyExists);
    std::string status = options->dry_run ? "would be created" : "created";
    if (exists && options->if_not_exists) {
      status = "exists";
    } else if (!outcome.error.ok()) {
      ++failures;
      if (exists)
        context.report(Error::kafka(outcome.error.code(),
                                    fmt::format("topic '{}' already exists", outcome.name)),
                       fmt::format("use --if-not-exists, or 'leat topic describe {}'", outcome.name));
      else
        context.report(outcome.error.with_context(fmt::format("topic '{}'", outcome.name)));
      continue;
    }
    table.row({outcome.name, number_or_dash(outcome.partitions),
               number_or_dash(outcome.replication_factor), status});
    Json entry;
    entry["topic"] = outcome.name;
    entry["partitions"] = outcome.partitions;
    entry["replicas"] = outcome.replication_factor;
    entry["status"] = status;
    json.push_back(std::move(entry));
  }
  if (context.options().json()) print_json(context, json);
  else if (!table.empty() && !context.options().quiet) context.out().write(table.text());
  co_return exit_code(failures, outcomes->size());
}

asio::awaitable<int> list(Context& context, std::shared_ptr<TopicOptions> options) {
  std::regex pattern;
  try {
    pattern = std::regex(options->pattern.empty() ? ".*" : options->pattern);
  } catch (const std::regex_error& e) {
    co_return context.usage(fmt::format("'{}' is no regular expression: {}", options->pattern, e.what()));
  }
  Admin admin(context.client());
  const Result<std::vector<TopicListing>> topics = co_await admin.list_topics();
  if (!topics.ok()) co_return context.report(topics.error());
  Table table({"TOPIC", ">PARTITIONS", ">REPLICAS"});
  Json json = Json::array();
  for (const TopicListing& topic : *topics) {
    if (topic.internal && !options->internal) continue;
    if (!std::regex_search(topic.name, pattern)) continue;
    const std::size_t replicas =
        topic.partitions.empty() ? 0 : topic.partitions.front().replicas.size();
    table.row({topic.name, with_commas(static_cast<std::int64_t>(topic.partitions.size())),
               with_commas(static_cast<std::int64_t>(replicas))});
    Json entry;
    entry["topic"] = topic.name;
    entry["id"] = topic.id.is_zero() ? Json() : Json(to_string(topic.id));
    entry["partitions"] = topic.partitions.size();
    entry["replicas"] = replicas;
    entry["internal"] = topic.internal;
    json.push_back(std::move(entry));
  }
  if (context.options().json()) print_json(context, json);
  else context.out().write(table.text());
  co_return kOk;
}

Json describe_json(const TopicDescription& topic) {
  Json json;
  json["topic"] = topic.name;
  json["id"] = topic.id.is_zero() ? Json() : Json(to_string(topic.id));
  json["internal"] = topic.internal;
  json["partitions"] = Json::array();
  for (const PartitionDescription& partition : topic.partitions) {
    Json entry;
    entry["partition"] = partition.index;
    entry["leader"] = partition.metadata.leader;
    entry["leader_epoch"] = partition.metadata.leader_epoch;
    entry["replicas"] = partition.metadata.replicas;
    entry["in_sync"] = partition.metadata.in_sync;
    entry["start"] = partition.start;
    entry["end"] = partition.end;
    entry["size_bytes"] = partition.size_bytes < 0 ? Json() : Json(partition.size_bytes);
    entry["offline"] = partition.metadata.leader < 0;
    json["partitions"].push_back(std::move(entry));
  }
  json["configs"] = Json::object();
  for (const ConfigEntry& config : topic.configs) {
    Json entry;
    entry["value"] = config.value ? Json(*config.value) : Json();
    entry["source"] = to_string(config.source);
    json["configs"][config.name] = std::move(entry);
  }
  return json;
}

std::string describe_text(const TopicDescription& topic) {
  Table table({">PARTITION", ">LEADER", ">START", ">END", ">RECORDS", ">SIZE"});
  std::int64_t records = 0;
  std::int64_t bytes = 0;
  for (const PartitionDescription& partition : topic.partitions) {
    const std::int64_t count =
        partition.start < 0 || partition.end < 0 ? -1 : partition.end - partition.start;
    records += std::max<std::int64_t>(count, 0);
    bytes += std::max<std::int64_t>(partition.size_bytes, 0);
    table.row({std::to_string(partition.index), std::to_string(partition.metadata.leader),
               number_or_dash(partition.start), number_or_dash(partition.end),
               number_or_dash(count),
               partition.size_bytes < 0 ? "-" : human_bytes(partition.size_bytes)});
  }
  std::string policy = "-";
  std::string configs;
  for (const ConfigEntry& config : topic.configs) {
    if (config.name == "cleanup.policy") policy = config.value.value_or("");
    if (config.source == ConfigSource::kTopic)
      configs += fmt::format("  {}={}\n", config.name, config.value.value_or(""));
  }
  std::string out = "SUMMARY\n";
  out += fmt::format("  name {} · {} · policy {} · {} · {} on disk\n", topic.name,
                     counted(static_cast<std::int64_t>(topic.partitions.size()), "partition"), policy,
                     counted(records, "record"), human_bytes(bytes));
  if (!topic.id.is_zero()) out += fmt::format("  id {}\n", to_string(topic.id));
  out += table.text();
  for (const PartitionDescription& partition : topic.partitions) {
    if (partition.metadata.leader >= 0 && partition.end >= 0) continue;
    out += fmt::format("  partition {0} is offline: 'leat log accept-loss {1} {0}' shows whether "
                       "durable data is missing, the broker's log says what else it may be\n",
                       partition.index, topic.name);
  }
  if (!configs.empty()) out += "CONFIGS OF THE TOPIC\n" + configs;
  return out;
}

asio::awaitable<int> describe(Context& context, std::shared_ptr<TopicOptions> options) {
  Admin admin(context.client());
  std::string name = options->name;
  const Result<TopicDescription> topic = co_await admin.describe_topic(std::move(name));
  if (!topic.ok()) co_return context.report(topic.error());
  if (context.options().json()) print_json(context, describe_json(*topic));
  else context.out().write(describe_text(*topic));
  co_return kOk;
}

// Internal topics hold what the broker itself lives on: a change of one has to be meant. The first of
// `names` that is one, unless --internal was given.
asio::awaitable<Result<std::string>> first_unmeant(Context& context,
                                                   std::shared_ptr<TopicOptions> options,
                                                   std::vector<std::string> names) {
  if (options->internal) co_return std::string();
  Admin admin(context.client());
  const Result<std::vector<TopicListing>> topics = co_await admin.list_topics();
  if (!topics.ok()) co_return topics.error();
  for (const TopicListing& topic : *topics) {
    if (topic.internal && std::find(names.begin(), names.end(), topic.name) != names.end())
      co_return topic.name;
  }
  co_return std::string();
}

// Nothing, or the exit code with which to stop.
asio::awaitable<std::optional<int>> refuse_unmeant(Context& context,
                                                   std::shared_ptr<TopicOptions> options,
                                                   std::vector<std::string> names) {
  const Result<std::string> name = co_await first_unmeant(context, options, std::move(names));
  if (!name.ok()) co_return context.report(name.error());
  if (name->empty()) co_return std::nullopt;
  co_return context.usage(fmt::format(
      "'{}' is an internal topic: groups and their offsets live in it; add --internal to do it", *name));
}

asio::awaitable<int> alter(Context& context, std::shared_ptr<TopicOptions> options) {
  if (const auto stop = co_await refuse_unmeant(context, options, {options->name})) co_return *stop;
  auto changes = co_await read_config_changes(context, ConfigResource::kTopic, options->name,
                                              options->edits);
  if (!changes.ok())
    co_return context.report(changes.error().with_context(fmt::format("topic '{}'", options->name)));
  Admin admin(context.client());
  std::string name = options->name;
  const auto count = static_cast<std::int64_t>(changes->size());
  const bool dry_run = options->edits.dry_run;
  const Error error = co_await admin.alter_configs(ConfigResource::kTopic, std::move(name),
                                                   std::move(*changes), dry_run);
  if (!error.ok())
    co_return context.report(error.with_context(fmt::format("topic '{}'", options->name)));
  context.note(fmt::format("{}: {} {}", options->name, counted(count, "config"),
                           dry_run ? "would be altered" : "altered"));
  co_return kOk;
}

asio::awaitable<int> remove(Context& context, std::shared_ptr<TopicOptions> options) {
  if (const auto stop = co_await refuse_unmeant(context, options, options->names)) co_return *stop;
  if (const auto stop = context.ask(
          options->yes, fmt::format("Delete {} with all records?", fmt::join(options->names, ", "))))
    co_return *stop;
  Admin admin(context.client());
  std::vector<std::string> names = options->names;
  const Result<std::vector<TopicOutcome>> outcomes = co_await admin.delete_topics(std::move(names));
  if (!outcomes.ok()) co_return context.report(outcomes.error());
  std::size_t failures = 0;
  Json json = Json::array();
  for (const TopicOutcome& outcome : *outcomes) {
    if (outcome.error.ok()) {
      json.push_back(Json{{"topic", outcome.name}, {"status", "deleted"}});
      if (!context.options().json()) context.note(fmt::format("{}: deleted", outcome.name));
      continue;
    }
    ++failures;
    context.report(outcome.error.with_context(fmt::format("topic '{}'", outcome.name)));
  }
  if (context.options().json()) print_json(context, json);
  co_return exit_code(failures, outcomes->size());
}

asio::awaitable<int> add_partitions(Context& context, std::shared_ptr<TopicOptions> options) {
  if (const auto stop = co_await refuse_unmeant(context, options, {options->name})) co_return *stop;
  Admin admin(context.client());
  std::string name = options->name;
  const Error error =
      co_await admin.create_partitions(std::move(name), options->count, options->dry_run);
  if (!error.ok())
    co_return context.report(error.with_context(fmt::format("topic '{}'", options->name)));
  context.note(fmt::format("{}: {} {}", options->name, options->dry_run ? "would have" : "has",
                           counted(options->count, "partition")));
  co_return kOk;
}

// Where to cut each partition: a number as it stands, a time looked up at the leaders.
asio::awaitable<Result<std::vector<TrimPoint>>> trim_points(
    Context& context, std::shared_ptr<TopicOptions> options) {
  const std::string& text =
      options->before_time.empty() ? options->before_offset : options->before_time;
  const StatusOr<OffsetSpec> spec = parse_offset_spec(text, system_clock().wall_ms());
  if (!spec.ok()) co_return Error::make(ClientCode::kInvalidInput, "{}", message(spec.status()));
  std::string name = options->name;
  const Result<TopicMetadataPtr> topic = co_await context.client()->topic(std::move(name));
  if (!topic.ok()) co_return topic.error();
  std::vector<std::int32_t> partitions = options->partitions;
  if (partitions.empty())
    for (std::size_t i = 0; i < (*topic)->partitions.size(); ++i)
      partitions.push_back(static_cast<std::int32_t>(i));
  std::vector<OffsetQuery> queries;
  for (const std::int32_t p : partitions) {
    queries.emplace_back(options->name, p, kEarliestOffset);
    queries.emplace_back(options->name, p, kLatestOffset);
    queries.emplace_back(options->name, p, spec->kind == OffsetSpec::Kind::kTime ? spec->value
                                                                                 : kLatestOffset);
  }
  const auto answers = co_await list_offsets(context.client(), std::move(queries));
  std::vector<TrimPoint> points;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    for (std::size_t k = 0; k < 3; ++k)
      if (!answers[3 * i + k].error.ok()) co_return answers[3 * i + k].error;
    PartitionBounds bounds;
    bounds.beginning = answers[3 * i].offset;
    bounds.end = answers[3 * i + 1].offset;
    bounds.at_time = answers[3 * i + 2].offset;
    points.emplace_back(partitions[i], resolve(*spec, bounds));
  }
  co_return points;
}

asio::awaitable<int> trim(Context& context, std::shared_ptr<TopicOptions> options) {
  if (options->before_offset.empty() == options->before_time.empty())
    co_return context.usage("say up to where: --before-offset N or --before-time @-7d");
  const Result<std::vector<TrimPoint>> points = co_await trim_points(context, options);
  if (!points.ok()) co_return context.report(points.error());
  Table table({">PARTITION", ">NEW START", "STATUS"});
  if (const auto stop =
          context.ask(options->yes || options->dry_run,
                      fmt::format("Delete the oldest records of {}?", options->name)))
    co_return *stop;
  if (options->dry_run) {
    for (const TrimPoint& point : *points)
      table.row({std::to_string(point.partition), with_commas(point.before_offset), "would be trimmed"});
    context.out().write(table.text());
    co_return kOk;
  }
  Admin admin(context.client());
  std::vector<TrimPoint> wanted = *points;
  std::string name = options->name;
  const auto outcomes = co_await admin.delete_records(std::move(name), std::move(wanted));
  std::size_t failures = 0;
  Json json = Json::array();
  for (const TrimOutcome& outcome : outcomes) {
    if (!outcome.error.ok()) {
      ++failures;
      context.report(outcome.error.with_context(fmt::format("{}-{}", options->name, outcome.partition)));
      continue;
    }
    table.row({std::to_string(outcome.partition), with_commas(outcome.start), "trimmed"});
    json.push_back(Json{{"partition", outcome.partition}, {"start", outcome.start}});
  }
  if (context.options().json()) print_json(context, json);
  else if (!table.empty()) context.out().write(table.text());
  co_return exit_code(failures, outcomes.size());
}

void add_create(App& app, CLI::App* topic) {
  auto options = std::make_shared<CreateOptions>();
  CLI::App* command = topic->add_subcommand("create", "Create topics");
  command->add_option("NAME", options->names, "Names")->required();
  command->add_option("-p,--partitions", options->partitions, "Partitions (default: the broker's)")
      ->check(at_least_one);
  command->add_option("-r,--replicas", options->replication, "Replicas (default: the broker's)")
      ->check(at_least_one);
  command->add_option("-c,--config", options->configs, "KEY=VALUE, may be repeated")->take_all();
  command->add_flag("--if-not-exists", options->if_not_exists, "An existing topic is no error");
  command->add_flag("--dry-run", options->dry_run, "Only let the broker check");
  app.on(command, [options](Context& context) { return create(context, options); });
}

void add_looking(App& app, CLI::App* topic) {
  auto options = std::make_shared<TopicOptions>();
  CLI::App* listing = topic->add_subcommand("list", "List topics");
  listing->add_option("REGEX", options->pattern, "Only names in which this is found");
  listing->add_flag("-i,--internal", options->internal, "Internal topics too");
  app.on(listing, [options](Context& context) { return list(context, options); });

  options = std::make_shared<TopicOptions>();
  CLI::App* describing =
      topic->add_subcommand("describe", "Partitions, offsets, sizes and configs of a topic");
  describing->add_option("NAME", options->name, "Name")->required();
  app.on(describing, [options](Context& context) { return describe(context, options); });
}

void add_changing(App& app, CLI::App* topic) {
  auto options = std::make_shared<TopicOptions>();
  CLI::App* altering = topic->add_subcommand("alter", "Set or unset configs of a topic");
  altering->add_option("NAME", options->name, "Name")->required();
  add_config_edits(altering, options->edits);
  altering->add_flag("--internal", options->internal, "Also an internal topic");
  app.on(altering, [options](Context& context) { return alter(context, options); });

  options = std::make_shared<TopicOptions>();
  CLI::App* growing = topic->add_subcommand("add-partitions", "Give a topic more partitions");
  growing->add_option("NAME", options->name, "Name")->required();
  growing->add_option("-p,-n,--partitions,--count", options->count,
                      "How many it shall have in all")
      ->required()
      ->check(at_least_one);
  growing->add_flag("--internal", options->internal, "Also an internal topic");
  growing->add_flag("--dry-run", options->dry_run, "Only let the broker check");
  app.on(growing, [options](Context& context) { return add_partitions(context, options); });
}

void add_removing(App& app, CLI::App* topic) {
  auto options = std::make_shared<TopicOptions>();
  CLI::App* removing = topic->add_subcommand("delete", "Delete topics and their records");
  removing->add_option("NAME", options->names, "Names")->required();
  removing->add_flag("--internal", options->internal, "Also internal topics");
  removing->add_flag("-y,--yes", options->yes, "Do not ask");
  app.on(removing, [options](Context& context) { return remove(context, options); });

  options = std::make_shared<TopicOptions>();
  CLI::App* trimming = topic->add_subcommand("trim", "Delete the oldest records of a topic");
  trimming->add_option("NAME", options->name, "Name")->required();
  trimming->add_option("-p,--partition", options->partitions, "Only these")->delimiter(',');
  trimming->add_option("--before-offset", options->before_offset, "N, end, or -N: keep the last N");
  trimming->add_option("--before-time", options->before_time, "@-7d or @2026-01-31T14:00");
  trimming->add_flag("-y,--yes", options->yes, "Do not ask");
  trimming->add_flag("--dry-run", options->dry_run, "Only show where");
  app.on(trimming, [options](Context& context) { return trim(context, options); });
}

}  // namespace

void add_topic_commands(App& app) {
  CLI::App* topic = app.root().add_subcommand("topic", "Create, look at, change and delete topics");
  topic->require_subcommand(1);
  topic->fallthrough();
  add_create(app, topic);
  add_looking(app, topic);
  add_changing(app, topic);
  add_removing(app, topic);
}

}  // namespace leat::cli
