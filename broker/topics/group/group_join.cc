// JoinGroup: who may join, as whom, and what follows.
#include <algorithm>

#include "broker/topics/group/group_machine.h"

namespace leat::topics {
namespace {

JoinReply refusal(RequestId request, const std::string& member_id, ErrorCode error) {
  JoinReply reply{request, {}};
  reply.response.error_code = wire_code(error);
  reply.response.member_id = member_id;
  reply.response.protocol_name.reset();
  return reply;
}

bool same(const std::vector<JoinGroupRequest::Protocol>& a,
          const std::vector<JoinGroupRequest::Protocol>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.metadata == y.metadata;
  });
}

RebalanceBegan because(const char* what, const std::string& id, const JoinGroupRequest& request) {
  const std::string reason = request.reason.value_or("");
  return {what + (" " + id) + (reason.empty() ? "" : ": " + reason), id};
}

}  // namespace

using enum GroupState;

// While members are being collected those who wait count, not those of the last generation.
bool GroupMachine::accepts(std::string_view member_id, const GroupLimits& limits) const {
  const auto limit = static_cast<std::size_t>(std::max(limits.max_size, 0));
  const auto found = members_.find(std::string(member_id));
  if (state_ == kEmpty) return true;
  if (state_ != kPreparingRebalance) return found != members_.end() || members_.size() < limit;
  if (found != members_.end() && found->second.joining) return true;
  const auto waiting = std::count_if(members_.begin(), members_.end(),
                                     [](const auto& m) { return m.second.joining.has_value(); });
  return static_cast<std::size_t>(waiting) < limit;
}

bool GroupMachine::supports(const JoinGroupRequest& request) const {
  if (request.protocol_type.empty() || request.protocols.empty()) return false;
  if (state_ == kEmpty) return true;
  if (request.protocol_type != protocol_type_) return false;
  const std::vector<std::string> common = common_protocols();
  return std::any_of(request.protocols.begin(), request.protocols.end(), [&](const auto& p) {
    return std::find(common.begin(), common.end(), p.name) != common.end();
  });
}

void GroupMachine::join(JoinCall call, const GroupLimits& limits, GroupActions& out) {
  const JoinGroupRequest& wanted = call.request;
  if (wanted.session_timeout_ms < limits.min_session_timeout_ms ||
      wanted.session_timeout_ms > limits.max_session_timeout_ms) {
    return out.push_back(refusal(call.id, wanted.member_id, ErrorCode::kInvalidSessionTimeout));
  }
  if (!accepts(wanted.member_id, limits)) {
    out.push_back(refusal(call.id, "", ErrorCode::kGroupMaxSizeReached));
    remove_pending(wanted.member_id, out);
    if (find(wanted.member_id) == nullptr) return;
    remove_member(wanted.member_id, out);
    return maybe_complete_join(out);
  }
  if (!supports(wanted)) {
    return out.push_back(refusal(call.id, wanted.member_id, ErrorCode::kInconsistentGroupProtocol));
  }
  if (wanted.member_id.empty()) return join_new(std::move(call), limits, out);
  join_known(std::move(call), limits, out);
}

void GroupMachine::join_new(JoinCall call, const GroupLimits& limits, GroupActions& out) {
  const std::string id = call.new_member_id;
  if (call.request.group_instance_id) {
    const auto holder = static_members_.find(*call.request.group_instance_id);
    if (holder == static_members_.end()) return add_member(id, std::move(call), limits, out);
    const std::string old_id = holder->second;
    return replace_static_member(old_id, std::move(call), limits, out);
  }
  if (!call.requires_known_member) return add_member(id, std::move(call), limits, out);
  pending_.insert(id);
  out.push_back(StartTimer{{GroupTimer::Kind::kSession, id}, call.request.session_timeout_ms});
  out.push_back(refusal(call.id, id, ErrorCode::kMemberIdRequired));
}

void GroupMachine::join_known(JoinCall call, const GroupLimits& limits, GroupActions& out) {
  const JoinGroupRequest& wanted = call.request;
  const std::string id = wanted.member_id;
  if (pending_.contains(id) && !wanted.group_instance_id) {
    return add_member(id, std::move(call), limits, out);
  }
  const ErrorCode error = validate(id, wanted.group_instance_id);
  if (error != ErrorCode::kNone) return out.push_back(refusal(call.id, id, error));
  GroupMember& member = *find(id);
  const bool unchanged = same(member.protocols, wanted.protocols);
  // It may not have received the answer to its first JoinGroup; a follower that says nothing new
  // gets the generation as it is. A leader that joins again asks for a rebalance.
  const bool repeats =
      unchanged && (state_ == kCompletingRebalance || (state_ == kStable && leader_ != id));
  if (repeats) {
    if (member.joining)
      out.push_back(refusal(*member.joining, id, ErrorCode::kRebalanceInProgress));
    member.joining = call.id;
    return answer_with_current(member, out);
  }
  update_member(member, call, out);
  rebalance_or_complete(
      because(leader_ == id && unchanged ? "the leader joined again:" : "a member joined again:",
              id, call.request),
      limits, out);
}

void GroupMachine::add_member(const std::string& id, JoinCall call, const GroupLimits& limits,
                              GroupActions& out) {
  pending_.erase(id);
  GroupMember member;
  member.id = id;
  member.instance_id = call.request.group_instance_id;
  member.client_id = std::move(call.client_id);
  member.client_host = std::move(call.client_host);
  member.session_timeout_ms = call.request.session_timeout_ms;
  member.rebalance_timeout_ms = call.request.rebalance_timeout_ms;
  member.is_new = true;
  member.joining = call.id;
  RebalanceBegan why = because("a new member joined:", id, call.request);
  member.protocols = std::move(call.request.protocols);
  if (state_ == kPreparingRebalance && previous_state_ == kEmpty) joined_since_timer_ = true;
  if (members_.empty()) protocol_type_ = std::move(call.request.protocol_type);
  if (member.instance_id) static_members_[*member.instance_id] = id;
  if (!leader_) leader_ = id;
  start_session(member, out);
  members_.emplace(id, std::move(member));
  rebalance_or_complete(std::move(why), limits, out);
}

void GroupMachine::update_member(GroupMember& member, const JoinCall& call, GroupActions& out) {
  // Only a client that gave up on its old connection joins twice.
  if (member.joining) {
    out.push_back(refusal(*member.joining, member.id, ErrorCode::kRebalanceInProgress));
  }
  member.joining = call.id;
  member.protocols = call.request.protocols;
  member.session_timeout_ms = call.request.session_timeout_ms;
  member.rebalance_timeout_ms = call.request.rebalance_timeout_ms;
  member.client_id = call.client_id;
  member.client_host = call.client_host;
}

// The member under the old id is told that it is fenced, whatever it waits for.
void GroupMachine::rename_member(const std::string& old_id, const std::string& new_id,
                                 GroupActions& out) {
  auto node = members_.extract(old_id);
  GroupMember& member = node.mapped();
  if (member.joining) out.push_back(refusal(*member.joining, old_id, ErrorCode::kFencedInstanceId));
  member.joining.reset();
  SyncGroupResponse fenced;
  fenced.error_code = wire_code(ErrorCode::kFencedInstanceId);
  reply_sync(member, std::move(fenced), out);
  out.push_back(CancelTimer{{GroupTimer::Kind::kSession, old_id}});
  member.id = new_id;
  static_members_[*member.instance_id] = new_id;
  if (awaiting_sync_.erase(old_id) > 0) awaiting_sync_.insert(new_id);
  if (leader_ == old_id) leader_ = new_id;
  node.key() = new_id;
  members_.insert(std::move(node));
}

// A static member came back without its id (KIP-345). As long as the group is stable and what it
// says does not change the protocol, nobody else needs to know.
void GroupMachine::replace_static_member(const std::string& old_id, JoinCall call,
                                         const GroupLimits& limits, GroupActions& out) {
  StaticWrite write;
  write.request = call.id;
  write.old_id = old_id;
  write.new_id = call.new_member_id;
  write.before = *find(old_id);
  write.was_leader = leader_ == old_id;
  write.may_skip_assignment = call.may_skip_assignment;
  rename_member(old_id, write.new_id, out);
  GroupMember& member = *find(write.new_id);
  update_member(member, call, out);
  start_session(member, out);
  RebalanceBegan why = because("a static member came back as", member.id, call.request);
  if (state_ == kPreparingRebalance) return maybe_complete_join(out);
  if (state_ == kStable && protocol_ == select_protocol()) {
    return persist_replaced(std::move(write), out);
  }
  prepare(std::move(why), limits, out);
}

void GroupMachine::persist_replaced(StaticWrite write, GroupActions& out) {
  write.before.joining.reset();
  write.before.syncing.reset();
  persist(std::move(write), snapshot(), out);
}

void GroupMachine::finish_replaced(const StaticWrite& write, ErrorCode error, GroupActions& out) {
  GroupMember* member = find(write.new_id);
  // Meanwhile it left, or a rebalance began that it waits for or had its answer from.
  if (member == nullptr || member->joining != write.request || state_ != kStable) return;
  if (error != ErrorCode::kNone) {
    out.push_back(refusal(write.request, write.new_id, error));
    member->joining.reset();
    rename_member(write.new_id, write.old_id, out);
    GroupMember& restored = *find(write.old_id);
    restored = write.before;
    return start_session(restored, out);
  }
  JoinGroupResponse response = joined(*member);
  if (write.was_leader && !write.may_skip_assignment) {
    // It must not assign anew, so it is not told that it leads (KIP-814 gives newer clients a
    // flag).
    response.leader = write.old_id;
    response.members.clear();
  } else if (write.was_leader) {
    response.skip_assignment = true;
  }
  reply_join(*member, std::move(response), out);
  start_session(*member, out);
}

std::vector<JoinGroupResponse::Member> GroupMachine::member_list() const {
  std::vector<JoinGroupResponse::Member> list;
  for (const auto& [id, member] : members_) {
    auto& one = list.emplace_back();
    one.member_id = id;
    one.group_instance_id = member.instance_id;
    one.metadata = member.metadata(*protocol_);
  }
  return list;
}

JoinGroupResponse GroupMachine::joined(const GroupMember& member) const {
  JoinGroupResponse response;
  response.generation_id = generation_;
  response.protocol_type = protocol_type_;
  response.protocol_name = protocol_;
  response.leader = leader_.value_or("");
  response.member_id = member.id;
  if (leader_ == member.id) response.members = member_list();
  return response;
}

void GroupMachine::answer_with_current(GroupMember& member, GroupActions& out) {
  reply_join(member, joined(member), out);
}

}  // namespace leat::topics
