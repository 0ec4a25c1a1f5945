// Who is in a group: looking members up, sessions, leaving.
#include <algorithm>

#include "broker/topics/group/group_machine.h"

namespace leat::topics {

using enum GroupState;

std::string_view name(GroupState state) {
  switch (state) {
    case kEmpty:
      return "Empty";
    case kPreparingRebalance:
      return "PreparingRebalance";
    case kCompletingRebalance:
      return "CompletingRebalance";
    case kStable:
      return "Stable";
  }
  return "Dead";
}

const Bytes& GroupMember::metadata(std::string_view protocol) const {
  static const Bytes none;
  for (const auto& p : protocols) {
    if (p.name == protocol) return p.metadata;
  }
  return none;
}

GroupMember* GroupMachine::find(std::string_view member_id) {
  const auto found = members_.find(std::string(member_id));
  return found == members_.end() ? nullptr : &found->second;
}

ErrorCode GroupMachine::validate(std::string_view member_id,
                                 const std::optional<std::string>& instance_id) const {
  if (instance_id) {
    const auto holder = static_members_.find(*instance_id);
    if (holder == static_members_.end()) return ErrorCode::kUnknownMemberId;
    if (holder->second != member_id) return ErrorCode::kFencedInstanceId;
  }
  return members_.contains(std::string(member_id)) ? ErrorCode::kNone : ErrorCode::kUnknownMemberId;
}

void GroupMachine::start_session(const GroupMember& member, GroupActions& out) const {
  const std::int32_t after = member.is_new ? kNewMemberTimeoutMs : member.session_timeout_ms;
  out.push_back(StartTimer{{GroupTimer::Kind::kSession, member.id}, after});
}

void GroupMachine::reply_join(GroupMember& member, JoinGroupResponse response, GroupActions& out) {
  if (!member.joining) return;
  out.push_back(JoinReply{*member.joining, std::move(response)});
  member.joining.reset();
}

void GroupMachine::reply_sync(GroupMember& member, SyncGroupResponse response, GroupActions& out) {
  if (!member.syncing) return;
  out.push_back(SyncReply{*member.syncing, std::move(response)});
  member.syncing.reset();
}

void GroupMachine::remove_member(const std::string& id, GroupActions& out) {
  const auto found = members_.find(id);
  if (found == members_.end()) return;
  GroupMember& member = found->second;
  JoinGroupResponse no_join;
  no_join.error_code = wire_code(ErrorCode::kUnknownMemberId);
  reply_join(member, std::move(no_join), out);
  SyncGroupResponse no_sync;
  no_sync.error_code = wire_code(ErrorCode::kUnknownMemberId);
  reply_sync(member, std::move(no_sync), out);
  if (member.instance_id) static_members_.erase(*member.instance_id);
  out.push_back(CancelTimer{{GroupTimer::Kind::kSession, id}});
  awaiting_sync_.erase(id);
  members_.erase(found);
  if (leader_ != id) return;
  leader_.reset();
  if (!members_.empty()) leader_ = members_.begin()->first;
}

void GroupMachine::remove_and_rebalance(const std::string& id, std::string reason,
                                        const GroupLimits& limits, GroupActions& out) {
  remove_member(id, out);
  if (state_ == kStable || state_ == kCompletingRebalance)
    prepare({std::move(reason), id}, limits, out);
  else
    maybe_complete_join(out);
}

void GroupMachine::remove_pending(const std::string& id, GroupActions& out) {
  if (pending_.erase(id) == 0) return;
  out.push_back(CancelTimer{{GroupTimer::Kind::kSession, id}});
  maybe_complete_join(out);
}

ErrorCode GroupMachine::heartbeat(std::string_view member_id,
                                  const std::optional<std::string>& instance_id,
                                  std::int32_t generation, GroupActions& out) {
  const ErrorCode error = validate(member_id, instance_id);
  if (error != ErrorCode::kNone) return error;
  if (generation != generation_) return ErrorCode::kIllegalGeneration;
  start_session(*find(member_id), out);
  return state_ == kPreparingRebalance ? ErrorCode::kRebalanceInProgress : ErrorCode::kNone;
}

// A client outside of any group may commit as long as nobody is in it.
ErrorCode GroupMachine::check_commit(std::string_view member_id,
                                     const std::optional<std::string>& instance_id,
                                     std::int32_t generation, GroupActions& out) {
  if (generation < 0 && state_ == kEmpty) return ErrorCode::kNone;
  if (generation < 0 && member_id.empty() && !instance_id) return ErrorCode::kUnknownMemberId;
  const ErrorCode error = validate(member_id, instance_id);
  if (error != ErrorCode::kNone) return error;
  if (generation != generation_) return ErrorCode::kIllegalGeneration;
  if (state_ == kCompletingRebalance) return ErrorCode::kRebalanceInProgress;
  start_session(*find(member_id), out);
  return ErrorCode::kNone;
}

std::vector<LeaveGroupResponse::Member> GroupMachine::leave(
    std::span<const LeaveGroupRequest::Member> leaving, const GroupLimits& limits,
    GroupActions& out) {
  std::vector<LeaveGroupResponse::Member> answers;
  RebalanceBegan why;
  for (const auto& who : leaving) {
    auto& answer = answers.emplace_back();
    answer.member_id = who.member_id;
    answer.group_instance_id = who.group_instance_id;
    std::string id = who.member_id;
    // An administrator removes a static member by its instance id alone.
    if (id.empty() && who.group_instance_id) {
      const auto holder = static_members_.find(*who.group_instance_id);
      if (holder != static_members_.end()) id = holder->second;
    }
    if (pending_.contains(id)) {
      remove_pending(id, out);
      continue;
    }
    const ErrorCode error = validate(id, who.group_instance_id);
    answer.error_code = wire_code(error);
    if (error != ErrorCode::kNone) continue;
    remove_member(id, out);
    why = {"member " + id + " left: " + who.reason.value_or("not said why"), id};
  }
  if (why.reason.empty()) return answers;
  if (state_ == kStable || state_ == kCompletingRebalance)
    prepare(std::move(why), limits, out);
  else
    maybe_complete_join(out);
  return answers;
}

void GroupMachine::session_timer_fired(const std::string& id, const GroupLimits& limits,
                                       GroupActions& out) {
  if (pending_.contains(id)) return remove_pending(id, out);
  const GroupMember* member = find(id);
  if (member == nullptr) return;
  // Its request is parked here, so it cannot heartbeat; its session begins again with the answer.
  if (!member->is_new && (member->joining || member->syncing)) return;
  remove_and_rebalance(id, "the session of member " + id + " timed out", limits, out);
}

void GroupMachine::timer_fired(const GroupTimer& timer, const GroupLimits& limits,
                               GroupActions& out) {
  switch (timer.kind) {
    case GroupTimer::Kind::kSession:
      return session_timer_fired(timer.member, limits, out);
    case GroupTimer::Kind::kJoin:
      return join_timer_fired(limits, out);
    case GroupTimer::Kind::kSync:
      return sync_timer_fired(limits, out);
  }
}

void GroupMachine::abandon(ErrorCode error, GroupActions& out) {
  for (auto& [id, member] : members_) {
    JoinGroupResponse no_join;
    no_join.error_code = wire_code(error);
    no_join.member_id = id;
    reply_join(member, std::move(no_join), out);
    SyncGroupResponse no_sync;
    no_sync.error_code = wire_code(error);
    reply_sync(member, std::move(no_sync), out);
    out.push_back(CancelTimer{{GroupTimer::Kind::kSession, id}});
  }
  for (const auto& id : pending_) out.push_back(CancelTimer{{GroupTimer::Kind::kSession, id}});
  out.push_back(CancelTimer{{GroupTimer::Kind::kJoin, {}}});
  out.push_back(CancelTimer{{GroupTimer::Kind::kSync, {}}});
}

}  // namespace leat::topics
