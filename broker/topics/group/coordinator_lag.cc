// What is told of lag and members on our own API keys: the coordinator's part of it, which knows
// offsets and assignments but reads no partition.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "broker/topics/group/coordinator.h"
#include "common/protocol/codec.h"
#include "common/protocol/records/consumer_protocol.h"

namespace leat::topics {
namespace {

using Assigned = DescribeGroupMembersResponse::Assigned;
using Key = std::pair<std::string, std::int32_t>;

// What a member was assigned; nullopt when that cannot be read or is about to change.
std::optional<std::vector<Assigned>> assignment_of(const GroupMachine& machine,
                                                   const GroupMember& member) {
  if (machine.state() != GroupState::kStable || machine.protocol_type() != "consumer") return {};
  std::vector<Assigned> out;
  if (member.assignment.empty()) return out;
  auto said = wire::decode_versioned<ConsumerProtocolAssignment>(member.assignment, true);
  if (!said.ok()) return {};
  for (auto& topic : said->assigned_partitions) {
    out.push_back({std::move(topic.topic), std::move(topic.partitions)});
  }
  return out;
}

// The first rows of a group from a place on; of a large group only those are held.
class FirstRows {
 public:
  FirstRows(const Key& from, std::size_t most) : from_(from), most_(most) {}

  // nullptr: not among them.
  LagRow* at(const std::string& topic, std::int32_t partition) {
    const auto place = std::tie(topic, partition);
    if (place < std::tie(from_.first, from_.second)) return nullptr;
    if (rows_.size() == most_) {
      const Key& last = rows_.rbegin()->first;
      if (place > std::tie(last.first, last.second)) return nullptr;
    }
    LagRow* const row = &rows_[{topic, partition}];
    // Not the one just made: what is there is before the last, or is the last and nothing came.
    if (rows_.size() > most_) rows_.erase(std::prev(rows_.end()));
    return row;
  }
  std::map<Key, LagRow> take() { return std::move(rows_); }

 private:
  const Key from_;
  const std::size_t most_;
  std::map<Key, LagRow> rows_;
};

// The first `most` partitions from `from` on that have a commit or an owner, in the order of pages.
std::map<Key, LagRow> rows_of(const Group& group, const Key& from, std::size_t most) {
  FirstRows rows(from, most);
  group.offsets.for_each(
      [&](const std::string& topic, std::int32_t partition, const CommittedOffset& offset) {
        if (LagRow* row = rows.at(topic, partition)) {
          row->committed = offset.offset;
          row->commit_ms = offset.commit_ms;
        }
      });
  for (const auto& [id, member] : group.machine.members()) {
    for (const auto& topic :
         assignment_of(group.machine, member).value_or(std::vector<Assigned>())) {
      for (const std::int32_t partition : topic.partitions) {
        if (LagRow* row = rows.at(topic.topic_name, partition)) row->member = id;
      }
    }
  }
  return rows.take();
}

}  // namespace

void GroupCoordinator::lag_page(LagCall call, Done<LagPage> done) {
  parts_.executor->post(
      [this, call = std::move(call), done = std::move(done)] { done(do_lag_page(call)); });
}

// As many as a page can take, and one more, where the next begins.
std::vector<std::string> GroupCoordinator::groups_of(const LagCall& call) const {
  const std::size_t most = std::max<std::size_t>(call.limit, 1) + 1;
  std::set<std::string_view> first;
  const auto add = [&](std::string_view id) {
    if (call.from && id < call.from->group) return;
    if (first.size() == most && id > *first.rbegin()) return;
    first.insert(id);
    if (first.size() > most) first.erase(std::prev(first.end()));
  };
  if (call.groups) {
    for (const auto& id : *call.groups) add(id);
  } else {
    for (const auto& [id, group] : groups_) add(id);
  }
  return {first.begin(), first.end()};
}

// A group counts as much as a partition, so that a page over many empty ones ends, too.
LagPage GroupCoordinator::do_lag_page(const LagCall& call) {
  LagPage page;
  if (stopped_) {
    page.error = ErrorCode::kCoordinatorNotAvailable;
    return page;
  }
  follow_topic();
  const bool loading = std::find(loads_.begin(), loads_.end(), Load::kLoading) != loads_.end();
  if (loading && !call.groups) {
    page.error = ErrorCode::kCoordinatorLoadInProgress;
    return page;
  }
  std::size_t left = std::max<std::size_t>(call.limit, 1);
  for (const std::string& id : groups_of(call)) {
    if (left == 0) {
      page.next = LagPlace{id, {}, 0};
      return page;
    }
    --left;
    const bool continued = call.from && id == call.from->group;
    add_lag(id, continued ? Key{call.from->topic, call.from->partition} : Key{}, left, page);
    if (page.next) return page;
  }
  return page;
}

void GroupCoordinator::add_lag(const std::string& id, const Key& from, std::size_t& left,
                               LagPage& page) {
  GroupLag& out = page.groups.emplace_back();
  out.id = id;
  out.error = availability(id);
  if (out.error != ErrorCode::kNone) return;
  const GroupPtr group = find(id);
  if (!group) {
    out.error = ErrorCode::kGroupIdNotFound;
    return;
  }
  out.state = name(group->machine.state());
  // At least one row a page, or paging would not get on; and one more, where the next begins.
  auto rows = rows_of(*group, from, std::max<std::size_t>(left, 1) + 1);
  for (auto row = rows.begin(); row != rows.end(); ++row) {
    if (left == 0 && !out.rows.empty()) {
      page.next = LagPlace{id, row->first.first, row->first.second};
      return;
    }
    if (left > 0) --left;
    row->second.key = {row->first.first, row->first.second};
    out.rows.push_back(std::move(row->second));
  }
}

void GroupCoordinator::describe_members(
    std::vector<std::string> groups, Done<std::vector<DescribeGroupMembersResponse::Group>> done) {
  parts_.executor->post([this, groups = std::move(groups), done = std::move(done)] {
    std::vector<DescribeGroupMembersResponse::Group> answers;
    for (const auto& id : groups) answers.push_back(members_of(id));
    done(std::move(answers));
  });
}

DescribeGroupMembersResponse::Group GroupCoordinator::members_of(const std::string& id) {
  DescribeGroupMembersResponse::Group out;
  out.group_id = id;
  out.error_code = wire_code(availability(id));
  if (out.error_code != 0) return out;
  const GroupPtr group = find(id);
  if (!group) {
    out.error_code = wire_code(ErrorCode::kGroupIdNotFound);
    out.group_state = "Dead";
    return out;
  }
  const GroupMachine& machine = group->machine;
  out.group_state = name(machine.state());
  out.protocol_type = machine.protocol_type();
  out.protocol_name = machine.protocol();
  out.generation = machine.generation();
  out.leader_id = machine.leader();
  for (const auto& [member_id, member] : machine.members()) {
    out.members.push_back(describe_member(*group, member));
  }
  for (const PastRebalance& past : group->history.rebalances()) {
    auto& one = out.rebalances.emplace_back();
    one.began_ms = past.began_ms;
    one.took_ms = past.took_ms;
    one.completed = past.completed;
    one.reason = past.reason;
    one.member_id = past.member;
    one.generation = past.generation;
    one.members = past.members;
  }
  return out;
}

DescribeGroupMembersResponse::Member GroupCoordinator::describe_member(
    const Group& group, const GroupMember& member) const {
  DescribeGroupMembersResponse::Member out;
  out.member_id = member.id;
  out.instance_id = member.instance_id;
  out.client_id = member.client_id;
  out.client_host = member.client_host;
  out.session_timeout_ms = member.session_timeout_ms;
  out.rebalance_timeout_ms = member.rebalance_timeout_ms;
  out.assignment = assignment_of(group.machine, member);
  if (const auto* heard = group.history.find(member.id)) {
    const auto since = parts_.clock->monotonic() - heard->when;
    out.since_heartbeat_ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    out.software_name = heard->software_name;
    out.software_version = heard->software_version;
  }
  return out;
}

}  // namespace leat::topics
