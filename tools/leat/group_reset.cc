// leat group reset: where a stopped group shall go on reading.
#include <map>

#include "client/group_admin.h"
#include "client/offsets.h"
#include "common/base/clock.h"
#include "tools/leat/group_commands.h"
#include "tools/leat/input.h"
#include "tools/leat/json_output.h"
#include "tools/leat/reset_plan.h"
#include "tools/leat/table.h"

namespace leat::cli {
namespace {

using Json = nlohmann::ordered_json;
using Place = std::pair<std::string, std::int32_t>;

constexpr std::string_view kNothingToDo =
    "the group has no offsets; name what it shall read with --topic";

constexpr std::size_t kMostFileBytes = 64u << 20;

Error input_error(const Status& status) {
  return Error::make(ClientCode::kInvalidInput, "{}", message(status));
}

// Which partitions, each with the place it shall go to.
asio::awaitable<Result<std::map<Place, OffsetSpec>>> by_selection(
    Context& context, std::shared_ptr<ResetOptions> options,
    std::map<Place, std::int64_t> commits) {
  const StatusOr<OffsetSpec> spec = parse_offset_spec(options->to, system_clock().wall_ms());
  if (!spec.ok()) co_return input_error(spec.status());
  std::map<Place, OffsetSpec> wanted;
  if (options->topics.empty())
    for (const auto& [place, offset] : commits) wanted[place] = *spec;
  for (const std::string& text : options->topics) {
    const StatusOr<TopicSelection> selection = parse_topic_selection(text);
    if (!selection.ok()) co_return input_error(selection.status());
    for (const std::int32_t p : selection->partitions) wanted[{selection->topic, p}] = *spec;
    if (!selection->partitions.empty()) continue;
    std::string name = selection->topic;
    const Result<TopicMetadataPtr> topic = co_await context.client()->topic(std::move(name));
    if (!topic.ok()) co_return topic.error();
    const auto count = static_cast<std::int32_t>((*topic)->partitions.size());
    for (std::int32_t p = 0; p < count; ++p) wanted[{selection->topic, p}] = *spec;
  }
  co_return wanted;
}

Result<std::map<Place, OffsetSpec>> by_file(const ResetOptions& options, const std::string& text) {
  const StatusOr<std::vector<FileOffset>> lines = parse_offsets_file(text);
  if (!lines.ok()) return input_error(with_context(lines.status(), options.file));
  std::vector<TopicSelection> selections;
  for (const std::string& given : options.topics) {
    StatusOr<TopicSelection> selection = parse_topic_selection(given);
    if (!selection.ok()) return input_error(selection.status());
    selections.push_back(*std::move(selection));
  }
  std::map<Place, OffsetSpec> wanted;
  for (const FileOffset& line : *lines)
    if (selects(selections, line.topic, line.partition))
      wanted[{line.topic, line.partition}] = {OffsetSpec::Kind::kExact, line.offset};
  if (wanted.empty())
    return Error::make(ClientCode::kInvalidInput, "no line of {} names what --topic selects",
                       options.file);
  return wanted;
}

asio::awaitable<Result<std::vector<ResetRow>>> plan(Context& context,
                                                    std::map<Place, OffsetSpec> wanted,
                                                    std::map<Place, std::int64_t> commits) {
  std::vector<OffsetQuery> queries;
  for (const auto& [place, spec] : wanted) {
    queries.emplace_back(place.first, place.second, kEarliestOffset);
    queries.emplace_back(place.first, place.second, kLatestOffset);
    const bool by_time = spec.kind == OffsetSpec::Kind::kTime;
    queries.emplace_back(place.first, place.second, by_time ? spec.value : kLatestOffset);
  }
  const auto answers = co_await list_offsets(context.client(), std::move(queries));
  std::vector<ResetRow> rows;
  std::size_t i = 0;
  for (const auto& [place, spec] : wanted) {
    PartitionBounds bounds;
    for (std::size_t k = 0; k < 3; ++k)
      if (const Error& error = answers[i + k].error; !error.ok())
        co_return error.with_context(fmt::format("{}-{}", place.first, place.second));
    bounds.beginning = answers[i].offset;
    bounds.end = answers[i + 1].offset;
    bounds.at_time = answers[i + 2].offset;
    i += 3;
    const auto commit = commits.find(place);
    rows.push_back(plan_reset(place.first, place.second,
                              commit == commits.end() ? -1 : commit->second, spec, bounds));
  }
  co_return rows;
}

// Somebody may have meant another topic.
void note_clamped(Context& context, const std::vector<ResetRow>& rows) {
  for (const ResetRow& row : rows)
    if (row.asked != row.to)
      context.note(fmt::format("{}-{}: there is no offset {}, {} is the {}", row.topic,
                               row.partition, row.asked, row.to,
                               row.asked > row.to ? "end" : "oldest that is left"));
}

void print(Context& context, const std::vector<ResetRow>& rows, bool executed) {
  note_clamped(context, rows);
  if (context.options().json()) {
    Json json = Json::array();
    for (const ResetRow& row : rows) {
      Json entry;
      entry["topic"] = row.topic;
      entry["partition"] = row.partition;
      entry["from"] = number_or_null(row.from);
      entry["to"] = row.to;
      entry["asked"] = row.asked;
      entry["read_again"] = row.again;
      entry["skipped"] = row.skipped;
      entry["executed"] = executed;
      json.push_back(std::move(entry));
    }
    return print_json(context, json);
  }
  Table table({"TOPIC", ">PARTITION", ">FROM", ">TO", ">READ AGAIN", ">SKIPPED"});
  std::int64_t again = 0;
  std::int64_t skipped = 0;
  for (const ResetRow& row : rows) {
    again += row.again;
    skipped += row.skipped;
    table.row({row.topic, std::to_string(row.partition), number_or_dash(row.from),
               with_commas(row.to), with_commas(row.again), with_commas(row.skipped)});
  }
  context.out().write(table.text());
  context.note(fmt::format("{}: {} will be read again, {} skipped{}",
                           executed ? "reset" : "would be reset", counted(again, "record"),
                           with_commas(skipped), executed ? "" : "; --execute does it"));
}

Error has_members(const std::string& group) {
  return Error::kafka(wire_code(ErrorCode::kNonEmptyGroup),
                      fmt::format("group '{}' has active members, which would go on from where "
                                  "they are and commit over it",
                                  group));
}

int refuse(Context& context, const std::string& group) {
  return context.report(
      has_members(group),
      fmt::format("stop its consumers first; 'leat group members {}' shows them", group));
}

asio::awaitable<int> execute(Context& context, std::string group, std::vector<ResetRow> rows) {
  GroupAdmin admin(context.client());
  std::vector<GroupOffset> offsets;
  for (const ResetRow& row : rows) offsets.emplace_back(row.topic, row.partition, row.to);
  const auto outcome = co_await admin.commit(group, std::move(offsets));
  if (!outcome.ok()) co_return context.report(outcome.error());
  std::vector<ResetRow> done;
  int code = kOk;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const GroupOffset& one = (*outcome)[i];
    if (one.error.ok()) done.push_back(rows[i]);
    // Somebody joined since it was looked at.
    else if (one.error.is(ErrorCode::kUnknownMemberId))
      co_return refuse(context, group);
    else
      code = context.report(one.error.with_context(fmt::format("{}-{}", one.topic, one.partition)));
  }
  if (!done.empty()) print(context, done, true);
  co_return code != kOk && !done.empty() ? kPartial : code;
}

}  // namespace

asio::awaitable<int> reset_group(Context& context, std::shared_ptr<ResetOptions> options) {
  if (options->to.empty() == options->file.empty())
    co_return context.usage("say where to: --to beginning|end|OFFSET|@TIME|@-1h, or --file FILE");
  GroupAdmin admin(context.client());
  std::vector<std::string> names(1, options->group);
  const std::vector<GroupDescription> found = co_await admin.describe(std::move(names));
  // A group that is not there can be given offsets before its first consumer starts.
  const bool is_new = found[0].error.is(ErrorCode::kGroupIdNotFound);
  if (!found[0].error.ok() && !is_new) co_return context.report(found[0].error);
  if (!found[0].members.empty()) co_return refuse(context, options->group);
  std::map<Place, std::int64_t> commits;
  const Result<std::vector<GroupOffset>> offsets = co_await admin.offsets(options->group);
  if (!offsets.ok()) co_return context.report(offsets.error());
  for (const GroupOffset& offset : *offsets)
    if (offset.offset >= 0) commits[{offset.topic, offset.partition}] = offset.offset;

  Result<std::map<Place, OffsetSpec>> wanted = std::map<Place, OffsetSpec>();
  if (options->file.empty()) {
    std::map<Place, std::int64_t> copy = commits;
    wanted = co_await by_selection(context, options, std::move(copy));
  } else {
    const Result<std::string> text = co_await read_all(context.io().get_executor(), options->file,
                                                       kMostFileBytes);
    if (!text.ok()) co_return context.report(text.error());
    wanted = by_file(*options, *text);
  }
  if (!wanted.ok()) co_return context.report(wanted.error());
  if (wanted->empty())
    co_return context.usage(
        is_new ? fmt::format("there is no group '{}'; name what it shall read with --topic to make "
                             "it", options->group)
               : std::string(kNothingToDo));
  Result<std::vector<ResetRow>> rows =
      co_await plan(context, *std::move(wanted), std::move(commits));
  if (!rows.ok()) co_return context.report(rows.error());
  if (options->execute) co_return co_await execute(context, options->group, *std::move(rows));
  print(context, *rows, false);
  co_return kOk;
}

}  // namespace leat::cli
