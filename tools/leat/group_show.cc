// What a group looks like: lag, members, rebalances.
#include <algorithm>

#include "client/group_admin.h"
#include "common/base/clock.h"
#include "tools/leat/group_commands.h"
#include "tools/leat/json_output.h"
#include "tools/leat/table.h"

namespace leat::cli {

std::string human_age(std::int64_t ms) {
  if (ms < 0) return "-";
  if (ms < 1000) return fmt::format("{} ms", ms);
  const std::int64_t s = ms / 1000;
  if (s < 60) return fmt::format("{}.{} s", s, ms % 1000 / 100);
  if (s < 3600) return fmt::format("{}m{:02}s", s / 60, s % 60);
  if (s < 86400) return fmt::format("{}h{:02}m", s / 3600, s % 3600 / 60);
  return fmt::format("{}d{:02}h", s / 86400, s % 86400 / 3600);
}

std::string number_or_dash(std::int64_t n) {
  return n < 0 ? "-" : with_commas(n);
}

Json number_or_null(std::int64_t n) {
  return n < 0 ? Json() : Json(n);
}

namespace {

// What is known of the partitions together.
struct LagSum {
  std::int64_t records = -1;
  std::int64_t oldest_ms = -1;
  std::size_t unknown = 0;  // partitions whose lag is not known
};

LagSum sum_of(const GroupLagDescription& group) {
  LagSum sum;
  for (const GroupPartitionLag& p : group.partitions) {
    if (p.lag < 0) ++sum.unknown;
    if (p.lag >= 0) sum.records = std::max<std::int64_t>(sum.records, 0) + p.lag;
    sum.oldest_ms = std::max(sum.oldest_ms, p.lag_ms);
  }
  return sum;
}

std::string behind_text(const LagSum& sum) {
  if (sum.records < 0) return "lag unknown";
  std::string text = counted(sum.records, "record") + " behind";
  if (sum.oldest_ms > 0) text += fmt::format(", the oldest {}", human_age(sum.oldest_ms));
  return text;
}

Json lag_json(const GroupLagDescription& group) {
  const LagSum sum = sum_of(group);
  Json out;
  out["group"] = group.id;
  out["state"] = group.state;
  out["lag"] = number_or_null(sum.records);
  out["lag_ms"] = number_or_null(sum.oldest_ms);
  out["partitions"] = Json::array();
  for (const GroupPartitionLag& p : group.partitions) {
    Json entry;
    entry["topic"] = p.topic;
    entry["partition"] = p.partition;
    entry["committed"] = number_or_null(p.committed);
    entry["start"] = number_or_null(p.log_start);
    entry["end"] = number_or_null(p.log_end);
    entry["lag"] = number_or_null(p.lag);
    entry["lag_ms"] = number_or_null(p.lag_ms);
    entry["member"] = p.owner ? Json(*p.owner) : Json();
    if (!p.error.ok()) entry["error"] = p.error.describe();
    out["partitions"].push_back(std::move(entry));
  }
  return out;
}

std::string lag_table(const GroupLagDescription& group) {
  Table table({"TOPIC", ">PARTITION", ">COMMITTED", ">END", ">LAG", ">BEHIND", "MEMBER"});
  for (const GroupPartitionLag& p : group.partitions)
    table.row({p.topic, std::to_string(p.partition), number_or_dash(p.committed),
               number_or_dash(p.log_end), number_or_dash(p.lag), human_age(p.lag_ms),
               p.owner.value_or("-")});
  return table.text();
}

// What should be said of one partition besides its numbers.
void note_oddities(Context& context, const GroupLagDescription& group) {
  for (const GroupPartitionLag& p : group.partitions) {
    const std::string name = fmt::format("{}-{}", p.topic, p.partition);
    if (!p.error.ok()) {
      context.note(fmt::format("{}: {}", name, p.error.describe()));
    } else if (p.committed >= 0 && p.committed < p.log_start) {
      context.note(fmt::format("{}: the records from {} to {} are gone unread", name,
                               with_commas(p.committed), with_commas(p.log_start - 1)));
    } else if (p.committed > p.log_end) {
      context.note(fmt::format("{}: committed {} is beyond the end {}", name,
                               with_commas(p.committed), with_commas(p.log_end)));
    }
  }
}

Json assignment_json(const GroupMemberDescription& member) {
  if (!member.assignment) return Json();
  Json out = Json::array();
  for (const AssignedPartitions& topic : *member.assignment)
    out.push_back(Json{{"topic", topic.topic}, {"partitions", topic.partitions}});
  return out;
}

Json members_json(const GroupDescription& group) {
  Json out = Json::array();
  for (const GroupMemberDescription& member : group.members) {
    Json entry;
    entry["member"] = member.id;
    entry["instance"] = member.instance_id ? Json(*member.instance_id) : Json();
    entry["client"] = member.client_id;
    entry["host"] = member.host;
    entry["software"] = member.software_name;
    entry["version"] = member.software_version;
    entry["since_heartbeat_ms"] = number_or_null(member.since_heartbeat_ms);
    entry["session_timeout_ms"] = number_or_null(member.session_timeout_ms);
    entry["assignment"] = assignment_json(member);
    out.push_back(std::move(entry));
  }
  return out;
}

Json rebalances_json(const GroupDescription& group) {
  Json out = Json::array();
  for (const GroupRebalance& past : group.rebalances) {
    Json entry;
    entry["began_ms"] = past.began_ms;
    entry["took_ms"] = number_or_null(past.took_ms);
    entry["completed"] = past.completed;
    entry["reason"] = past.reason;
    entry["member"] = past.member_id.empty() ? Json() : Json(past.member_id);
    entry["generation"] = past.generation;
    entry["members"] = past.members;
    out.push_back(std::move(entry));
  }
  return out;
}

Json group_json(const GroupDescription& group) {
  Json out;
  out["group"] = group.id;
  out["state"] = group.state;
  out["type"] = group.protocol_type;
  out["assignor"] = group.protocol;
  out["generation"] = number_or_null(group.generation);
  out["leader"] = group.leader_id ? Json(*group.leader_id) : Json();
  out["members"] = members_json(group);
  out["rebalances"] = rebalances_json(group);
  return out;
}

std::string software_of(const GroupMemberDescription& member) {
  if (member.software_name.empty()) return "-";
  return member.software_name + " " + member.software_version;
}

std::string members_table(const GroupDescription& group) {
  Table table({"MEMBER", "INSTANCE", "HOST", "SOFTWARE", ">HEARD", ">PARTITIONS"});
  for (const GroupMemberDescription& member : group.members) {
    std::int64_t partitions = member.assignment ? 0 : -1;
    if (member.assignment)
      for (const AssignedPartitions& topic : *member.assignment)
        partitions += static_cast<std::int64_t>(topic.partitions.size());
    const std::string heard = human_age(member.since_heartbeat_ms);
    table.row({member.id, member.instance_id.value_or("-"), member.host, software_of(member),
               heard == "-" ? heard : heard + " ago", number_or_dash(partitions)});
  }
  return table.text();
}

std::string rebalances_table(const GroupDescription& group) {
  Table table({">AGO", ">TOOK", ">GENERATION", ">MEMBERS", "WHY"});
  const std::int64_t now = system_clock().wall_ms();
  for (auto past = group.rebalances.rbegin(); past != group.rebalances.rend(); ++past) {
    const std::string ago = human_age(std::max<std::int64_t>(0, now - past->began_ms));
    const bool running = past->took_ms < 0;
    table.row({ago, running ? "running" : human_age(past->took_ms),
               past->completed ? std::to_string(past->generation) : "-",
               past->completed ? std::to_string(past->members) : "-", past->reason});
  }
  return table.text();
}

asio::awaitable<Result<GroupDescription>> describe_one(Context& context, std::string name) {
  GroupAdmin admin(context.client());
  std::vector<std::string> names(1, std::move(name));
  std::vector<GroupDescription> groups = co_await admin.describe(std::move(names));
  if (!groups[0].error.ok()) co_return groups[0].error;
  co_return std::move(groups[0]);
}

void note_no_times(Context& context, const GroupLagReport& lag) {
  if (!lag.has_times)
    context.note("this broker does not tell how old unread records are: BEHIND is unknown");
}

void print_summary(Context& context, const GroupLagReport& lag) {
  Table table({"GROUP", "STATE", ">PARTITIONS", ">LAG", ">BEHIND"});
  for (const GroupLagDescription& group : lag.groups) {
    const LagSum sum = sum_of(group);
    table.row({group.id, group.state, std::to_string(group.partitions.size()),
               number_or_dash(sum.records), human_age(sum.oldest_ms)});
  }
  context.out().write(table.text());
}

}  // namespace

asio::awaitable<int> show_lag(Context& context, std::shared_ptr<GroupOptions> options) {
  GroupAdmin admin(context.client());
  std::optional<std::vector<std::string>> wanted;
  if (!options->names.empty()) wanted = options->names;
  const Result<GroupLagReport> lag = co_await admin.lag(std::move(wanted));
  if (!lag.ok()) co_return context.report(lag.error());
  int code = kOk;
  std::size_t shown = 0;
  Json json = Json::array();
  for (const GroupLagDescription& group : lag->groups) {
    if (!group.error.ok()) {
      code = context.report(group.error);
      continue;
    }
    json.push_back(lag_json(group));
    if (options->names.empty() || context.options().json()) continue;
    if (options->names.size() > 1)
      context.out().write(fmt::format("{}{}\n", shown > 0 ? "\n" : "", group.id));
    ++shown;
    context.out().write(lag_table(group));
    note_oddities(context, group);
  }
  if (context.options().json())
    print_json(context, json);
  else if (options->names.empty())
    print_summary(context, *lag);
  note_no_times(context, *lag);
  co_return code != kOk && !json.empty() ? kPartial : code;
}

asio::awaitable<int> show_members(Context& context, std::shared_ptr<GroupOptions> options) {
  const Result<GroupDescription> group = co_await describe_one(context, options->name);
  if (!group.ok()) co_return context.report(group.error());
  if (context.options().json())
    print_json(context, members_json(*group));
  else
    context.out().write(members_table(*group));
  co_return kOk;
}

asio::awaitable<int> describe_group(Context& context, std::shared_ptr<GroupOptions> options) {
  const Result<GroupDescription> group = co_await describe_one(context, options->name);
  if (!group.ok()) co_return context.report(group.error());
  GroupAdmin admin(context.client());
  std::optional<std::vector<std::string>> names(std::in_place, 1, options->name);
  const Result<GroupLagReport> lag = co_await admin.lag(std::move(names));
  if (!lag.ok()) co_return context.report(lag.error());
  const GroupLagDescription& behind = lag->groups.at(0);
  if (context.options().json()) {
    Json json = group_json(*group);
    const Json partitions = lag_json(behind);
    for (const char* key : {"lag", "lag_ms", "partitions"}) json[key] = partitions[key];
    print_json(context, json);
    co_return kOk;
  }
  std::string text =
      fmt::format("{}: {}, {}", group->id, group->state,
                  counted(static_cast<std::int64_t>(group->members.size()), "member"));
  if (group->generation >= 0) text += fmt::format(", generation {}", group->generation);
  if (!group->protocol.empty()) text += ", assignor " + group->protocol;
  text += ", " + behind_text(sum_of(behind)) + "\n";
  if (!behind.partitions.empty()) text += "\n" + lag_table(behind);
  if (!group->members.empty()) text += "\n" + members_table(*group);
  if (!group->rebalances.empty()) text += "\nRebalances\n" + rebalances_table(*group);
  context.out().write(text);
  note_oddities(context, behind);
  note_no_times(context, *lag);
  co_return kOk;
}

}  // namespace leat::cli
