// How a group gets its next generation: collecting JoinGroups, choosing protocol and leader,
// waiting for the leader's assignment to be durable.
#include <algorithm>

#include "broker/topics/group/group_machine.h"

namespace leat::topics {

using enum GroupState;
using Kind = GroupTimer::Kind;

void GroupMachine::move_to(GroupState state) {
  previous_state_ = state_;
  state_ = state;
}

void GroupMachine::persist(Write write, GroupMetadataValue value, GroupActions& out) {
  const std::uint64_t id = next_write_++;
  writes_.emplace(id, std::move(write));
  out.push_back(PersistGroup{id, std::move(value)});
}

GroupMetadataValue GroupMachine::snapshot() const {
  GroupMetadataValue value;
  value.protocol_type = protocol_type_;
  value.generation = generation_;
  value.protocol = protocol_;
  value.leader = leader_;
  for (const auto& [id, member] : members_) {
    auto& one = value.members.emplace_back();
    one.member_id = id;
    one.group_instance_id = member.instance_id;
    one.client_id = member.client_id;
    one.client_host = member.client_host;
    one.rebalance_timeout = member.rebalance_timeout_ms;
    one.session_timeout = member.session_timeout_ms;
    one.subscription = member.metadata(protocol_.value_or(""));
    one.assignment = member.assignment;
  }
  return value;
}

GroupMachine GroupMachine::restore(const GroupMetadataValue& value, GroupActions& out) {
  GroupMachine group;
  group.generation_ = value.generation;
  group.protocol_type_ = value.protocol_type;
  if (value.members.empty()) return group;
  group.protocol_ = value.protocol.value_or("");
  group.state_ = group.previous_state_ = kStable;
  for (const auto& m : value.members) {
    GroupMember member;
    member.id = m.member_id;
    member.instance_id = m.group_instance_id;
    member.client_id = m.client_id;
    member.client_host = m.client_host;
    member.session_timeout_ms = m.session_timeout;
    member.rebalance_timeout_ms =
        m.rebalance_timeout >= 0 ? m.rebalance_timeout : m.session_timeout;
    member.protocols.push_back({*group.protocol_, m.subscription});
    member.assignment = m.assignment;
    group.start_session(member, out);
    if (member.instance_id) group.static_members_[*member.instance_id] = member.id;
    group.members_.emplace(m.member_id, std::move(member));
  }
  group.leader_ = value.leader;
  if (!group.leader_ || !group.members_.contains(*group.leader_)) {
    group.leader_ = group.members_.begin()->first;
  }
  return group;
}

// --- collecting members ---

std::int32_t GroupMachine::rebalance_timeout_ms() const {
  std::int32_t longest = 0;
  for (const auto& [id, member] : members_)
    longest = std::max(longest, member.rebalance_timeout_ms);
  return longest;
}

bool GroupMachine::all_joined() const {
  return pending_.empty() && std::all_of(members_.begin(), members_.end(), [](const auto& m) {
           return m.second.joining.has_value();
         });
}

void GroupMachine::rebalance_or_complete(RebalanceBegan why, const GroupLimits& limits,
                                         GroupActions& out) {
  if (state_ == kPreparingRebalance)
    maybe_complete_join(out);
  else
    prepare(std::move(why), limits, out);
}

void GroupMachine::prepare(RebalanceBegan why, const GroupLimits& limits, GroupActions& out) {
  if (state_ == kCompletingRebalance) fail_syncs(ErrorCode::kRebalanceInProgress, out);
  out.push_back(CancelTimer{{Kind::kSync, {}}});
  out.push_back(std::move(why));
  awaiting_sync_.clear();
  move_to(kPreparingRebalance);
  if (previous_state_ != kEmpty) {
    if (all_joined()) return complete_join(out);
    out.push_back(StartTimer{{Kind::kJoin, {}}, rebalance_timeout_ms()});
    return;
  }
  // The first members of a group usually come together: give the others time to arrive.
  joined_since_timer_ = false;
  initial_delay_running_ms_ = limits.initial_rebalance_delay_ms;
  initial_delay_left_ms_ = std::max(rebalance_timeout_ms() - limits.initial_rebalance_delay_ms, 0);
  out.push_back(StartTimer{{Kind::kJoin, {}}, limits.initial_rebalance_delay_ms});
}

// An initial rebalance ends by its timer alone.
void GroupMachine::maybe_complete_join(GroupActions& out) {
  if (state_ != kPreparingRebalance || previous_state_ == kEmpty || !all_joined()) return;
  complete_join(out);
}

void GroupMachine::join_timer_fired(const GroupLimits& limits, GroupActions& out) {
  if (state_ != kPreparingRebalance) return;
  const bool initial = previous_state_ == kEmpty;
  if (!initial || !joined_since_timer_ || initial_delay_left_ms_ == 0) return complete_join(out);
  joined_since_timer_ = false;
  const std::int32_t delay = std::min(limits.initial_rebalance_delay_ms, initial_delay_left_ms_);
  initial_delay_left_ms_ = std::max(initial_delay_left_ms_ - initial_delay_running_ms_, 0);
  initial_delay_running_ms_ = delay;
  out.push_back(StartTimer{{Kind::kJoin, {}}, delay});
}

bool GroupMachine::elect_joined_leader() {
  const GroupMember* leader = leader_ ? find(*leader_) : nullptr;
  if (leader != nullptr && leader->joining) return true;
  for (const auto& [id, member] : members_) {
    if (!member.joining) continue;
    leader_ = id;
    return true;
  }
  return false;
}

void GroupMachine::complete_join(GroupActions& out) {
  out.push_back(CancelTimer{{Kind::kJoin, {}}});
  std::vector<std::string> absent;
  for (const auto& [id, member] : members_) {
    if (!member.joining && !member.instance_id) absent.push_back(id);
  }
  for (const auto& id : absent) remove_member(id, out);
  if (!members_.empty() && !elect_joined_leader()) {
    // Only static members are left and none is here: their sessions decide.
    out.push_back(StartTimer{{Kind::kJoin, {}}, rebalance_timeout_ms()});
    return;
  }
  next_generation(out);
}

void GroupMachine::next_generation(GroupActions& out) {
  ++generation_;
  awaiting_sync_.clear();
  if (members_.empty()) {
    protocol_.reset();
    move_to(kEmpty);
    return persist(EmptyWrite{}, snapshot(), out);
  }
  protocol_ = select_protocol();
  move_to(kCompletingRebalance);
  for (auto& [id, member] : members_) {
    reply_join(member, joined(member), out);
    member.is_new = false;
    start_session(member, out);
    awaiting_sync_.insert(id);
  }
  out.push_back(StartTimer{{Kind::kSync, {}}, rebalance_timeout_ms()});
}

// --- choosing the protocol ---

std::vector<std::string> GroupMachine::common_protocols() const {
  std::vector<std::string> common;
  if (members_.empty()) return common;
  const auto leader = leader_ ? members_.find(*leader_) : members_.begin();
  for (const auto& candidate : leader->second.protocols) {
    const bool all = std::all_of(members_.begin(), members_.end(), [&](const auto& m) {
      const auto& list = m.second.protocols;
      return std::any_of(list.begin(), list.end(),
                         [&](const auto& p) { return p.name == candidate.name; });
    });
    if (all) common.push_back(candidate.name);
  }
  return common;
}

// Each member votes for the first of its protocols that all know; the leader's order decides a tie.
std::string GroupMachine::select_protocol() const {
  const std::vector<std::string> common = common_protocols();
  std::map<std::string, int> votes;
  for (const auto& [id, member] : members_) {
    const auto choice =
        std::find_if(member.protocols.begin(), member.protocols.end(), [&](const auto& p) {
          return std::find(common.begin(), common.end(), p.name) != common.end();
        });
    if (choice != member.protocols.end()) ++votes[choice->name];
  }
  std::string best;
  for (const auto& candidate : common) {
    if (best.empty() || votes[candidate] > votes[best]) best = candidate;
  }
  return best;
}

// --- syncing ---

SyncGroupResponse GroupMachine::assignment_of(const GroupMember& member) const {
  SyncGroupResponse response;
  response.protocol_type = protocol_type_;
  response.protocol_name = protocol_;
  response.assignment = member.assignment;
  return response;
}

void GroupMachine::synced(const std::string& member_id, GroupActions& out) {
  awaiting_sync_.erase(member_id);
  if (awaiting_sync_.empty()) out.push_back(CancelTimer{{Kind::kSync, {}}});
}

void GroupMachine::sync(SyncCall call, const GroupLimits&, GroupActions& out) {
  const SyncGroupRequest& wanted = call.request;
  ErrorCode error = validate(wanted.member_id, wanted.group_instance_id);
  const auto differs = [](const std::optional<std::string>& said, const std::string& is) {
    return said && *said != is;
  };
  if (error == ErrorCode::kNone && wanted.generation_id != generation_) {
    error = ErrorCode::kIllegalGeneration;
  }
  if (error == ErrorCode::kNone && (differs(wanted.protocol_type, protocol_type_) ||
                                    differs(wanted.protocol_name, protocol_.value_or("")))) {
    error = ErrorCode::kInconsistentGroupProtocol;
  }
  if (error == ErrorCode::kNone && state_ == kPreparingRebalance) {
    error = ErrorCode::kRebalanceInProgress;
  }
  if (error != ErrorCode::kNone) {
    SyncReply reply{call.id, {}};
    reply.response.error_code = wire_code(error);
    return out.push_back(std::move(reply));
  }
  GroupMember& member = *find(wanted.member_id);
  SyncGroupResponse superseded;
  superseded.error_code = wire_code(ErrorCode::kRebalanceInProgress);
  reply_sync(member, std::move(superseded), out);
  member.syncing = call.id;
  synced(member.id, out);
  if (state_ == kStable) {
    reply_sync(member, assignment_of(member), out);
    return start_session(member, out);
  }
  if (leader_ == member.id) receive_assignment(wanted, out);
}

// Nobody gets an assignment that a restart could forget.
void GroupMachine::receive_assignment(const SyncGroupRequest& request, GroupActions& out) {
  for (const auto& [id, write] : writes_) {
    const auto* running = std::get_if<AssignmentWrite>(&write);
    if (running != nullptr && running->generation == generation_) return;
  }
  AssignmentWrite write;
  write.generation = generation_;
  for (const auto& one : request.assignments) {
    if (members_.contains(one.member_id)) write.assignments[one.member_id] = one.assignment;
  }
  GroupMetadataValue value = snapshot();
  for (auto& member : value.members) {
    const auto given = write.assignments.find(member.member_id);
    member.assignment = given == write.assignments.end() ? Bytes() : given->second;
  }
  persist(std::move(write), std::move(value), out);
}

void GroupMachine::finish_assignment(AssignmentWrite& write, ErrorCode error,
                                     const GroupLimits& limits, GroupActions& out) {
  // Another rebalance began while it was written.
  if (state_ != kCompletingRebalance || write.generation != generation_) return;
  if (error != ErrorCode::kNone) {
    fail_syncs(error, out);
    return prepare({"the assignment could not be stored", {}}, limits, out);
  }
  move_to(kStable);
  for (auto& [id, member] : members_) {
    member.assignment = std::move(write.assignments[id]);
    if (!member.syncing) continue;
    reply_sync(member, assignment_of(member), out);
    start_session(member, out);
  }
}

void GroupMachine::fail_syncs(ErrorCode error, GroupActions& out) {
  for (auto& [id, member] : members_) {
    member.assignment.clear();
    if (!member.syncing) continue;
    SyncGroupResponse response;
    response.error_code = wire_code(error);
    reply_sync(member, std::move(response), out);
    start_session(member, out);
  }
}

void GroupMachine::sync_timer_fired(const GroupLimits& limits, GroupActions& out) {
  if (state_ != kCompletingRebalance && state_ != kStable) return;
  if (awaiting_sync_.empty()) return;
  const auto late = awaiting_sync_;
  for (const auto& id : late) remove_member(id, out);
  prepare({"members did not send SyncGroup in time", *late.begin()}, limits, out);
}

void GroupMachine::written(std::uint64_t write, ErrorCode error, const GroupLimits& limits,
                           GroupActions& out) {
  auto node = writes_.extract(write);
  if (node.empty()) return;
  if (auto* assignment = std::get_if<AssignmentWrite>(&node.mapped())) {
    finish_assignment(*assignment, error, limits, out);
  } else if (const auto* replaced = std::get_if<StaticWrite>(&node.mapped())) {
    finish_replaced(*replaced, error, out);
  }
}

}  // namespace leat::topics
