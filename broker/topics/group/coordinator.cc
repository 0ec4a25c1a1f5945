// Membership: requests and timers go to a group's state machine, its actions are carried out.
#include "broker/topics/group/coordinator.h"

#include "broker/topics/group/internal_log.h"
#include "common/base/log.h"

namespace leat::topics {
namespace {

// As java.util.UUID prints it, which is what Kafka's member ids end with.
std::string hex_uuid(const Uuid& id) {
  std::string text;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", id.bytes[i]);
  }
  return text;
}

}  // namespace

GroupCoordinator::GroupCoordinator(Parts parts) : parts_(parts), random_(parts.seed) {}

ErrorCode error_of_append(ErrorCode error) {
  switch (error) {
    case ErrorCode::kNone:
      return ErrorCode::kNone;
    case ErrorCode::kMessageTooLarge:
      return ErrorCode::kUnknownServerError;
    case ErrorCode::kUnknownTopicOrPartition:
      return ErrorCode::kNotCoordinator;
    default:
      return ErrorCode::kCoordinatorNotAvailable;
  }
}

GroupLimits GroupCoordinator::limits() const {
  const auto options = parts_.config->options();
  GroupLimits limits;
  limits.initial_rebalance_delay_ms = options->group_initial_rebalance_delay_ms;
  limits.min_session_timeout_ms = options->group_min_session_timeout_ms;
  limits.max_session_timeout_ms = options->group_max_session_timeout_ms;
  limits.max_size = options->group_max_size;
  return limits;
}

std::string GroupCoordinator::new_member_id(const JoinCall& call) {
  return fmt::format("{}-{}", call.request.group_instance_id.value_or(call.client_id),
                     hex_uuid(random_.uuid()));
}

GroupCoordinator::GroupPtr GroupCoordinator::find(std::string_view id) const {
  const auto found = groups_.find(id);
  return found == groups_.end() ? nullptr : found->second;
}

GroupCoordinator::GroupPtr GroupCoordinator::find_or_make(const std::string& id) {
  GroupPtr& group = groups_[id];
  if (group) return group;
  group = std::make_shared<Group>();
  group->id = id;
  group->partition =
      coordinator_partition(id, static_cast<std::int32_t>(topic_->partitions.size()));
  group->empty_since_ms = parts_.clock->wall_ms();
  return group;
}

void GroupCoordinator::forget_if_blank(const GroupPtr& group) {
  if (group->machine.is_blank() && group->offsets.empty()) forget(group);
}

void GroupCoordinator::forget(const GroupPtr& group) {
  group->gone = true;
  for (const auto& [timer, id] : group->timers) parts_.executor->cancel(id);
  group->timers.clear();
  // A new group of that name may have taken its place.
  if (find(group->id) == group) groups_.erase(group->id);
}

void GroupCoordinator::append(const GroupPtr& group, const std::vector<InternalRecord>& records,
                              std::function<void(ErrorCode)> then) {
  if (!topic_ || group->gone) {
    return parts_.executor->post(
        [then = std::move(then)] { then(ErrorCode::kUnknownTopicOrPartition); });
  }
  append_stable(*topic_->partition(group->partition), records, parts_.clock->wall_ms(),
                parts_.executor, [group, then = std::move(then)](ErrorCode error) {
                  then(group->gone ? ErrorCode::kUnknownTopicOrPartition : error);
                });
}

// --- actions ---

void GroupCoordinator::perform(const GroupPtr& group, GroupActions actions) {
  for (auto& action : actions) {
    std::visit([&](auto& one) { perform_one(group, one); }, action);
  }
  const GroupMachine& machine = group->machine;
  const bool settled =
      machine.state() == GroupState::kStable || machine.state() == GroupState::kEmpty;
  if (settled && group->history.is_rebalancing()) {
    group->history.settled(machine.generation(), machine.members().size(),
                           parts_.clock->monotonic());
  }
}

void GroupCoordinator::perform_one(const GroupPtr&, JoinReply& action) {
  auto node = joins_.extract(action.request);
  if (!node.empty()) node.mapped()(std::move(action.response));
}

void GroupCoordinator::perform_one(const GroupPtr&, SyncReply& action) {
  auto node = syncs_.extract(action.request);
  if (!node.empty()) node.mapped()(std::move(action.response));
}

void GroupCoordinator::perform_one(const GroupPtr& group, StartTimer& action) {
  stop_timer(group, action.timer);
  const MonotonicTime now = parts_.clock->monotonic();
  // A session begins anew whenever something is heard of the member.
  if (action.timer.kind == GroupTimer::Kind::kSession) {
    group->history.heard(action.timer.member, now);
  }
  const auto when = now + std::chrono::milliseconds(action.after_ms);
  group->timers[action.timer] = parts_.executor->run_at(when, [this, group, timer = action.timer] {
    group->timers.erase(timer);
    GroupActions actions;
    group->machine.timer_fired(timer, limits(), actions);
    perform(group, std::move(actions));
    forget_if_blank(group);
  });
}

void GroupCoordinator::perform_one(const GroupPtr& group, CancelTimer& action) {
  stop_timer(group, action.timer);
  if (action.timer.kind == GroupTimer::Kind::kSession) group->history.left(action.timer.member);
}

void GroupCoordinator::stop_timer(const GroupPtr& group, const GroupTimer& timer) {
  const auto running = group->timers.find(timer);
  if (running == group->timers.end()) return;
  parts_.executor->cancel(running->second);
  group->timers.erase(running);
}

void GroupCoordinator::perform_one(const GroupPtr& group, PersistGroup& action) {
  const auto finish = [this, group, write = action.write](ErrorCode error) {
    if (group->gone) return;
    GroupActions actions;
    group->machine.written(write, error_of_append(error), limits(), actions);
    perform(group, std::move(actions));
  };
  action.value.current_state_timestamp = parts_.clock->wall_ms();
  if (action.value.members.empty()) group->empty_since_ms = action.value.current_state_timestamp;
  auto record = group_record(group->id, action.value);
  if (record.ok()) return append(group, {*std::move(record)}, finish);
  parts_.executor->post([finish] { finish(ErrorCode::kUnknownServerError); });
}

void GroupCoordinator::perform_one(const GroupPtr& group, RebalanceBegan& action) {
  LOG_INFO("group rebalances group={} generation={} members={} because {}", group->id,
           group->machine.generation(), group->machine.members().size(), action.reason);
  group->history.rebalance_began(action.reason, action.member, parts_.clock->wall_ms(),
                                 parts_.clock->monotonic());
}

// --- requests ---

void GroupCoordinator::join(JoinCall call, ClientSoftware software, Done<JoinGroupResponse> done) {
  parts_.executor->post(
      [this, call = std::move(call), software = std::move(software),
       done = std::move(done)]() mutable { do_join(std::move(call), software, std::move(done)); });
}

void GroupCoordinator::do_join(JoinCall call, const ClientSoftware& software,
                               Done<JoinGroupResponse> done) {
  ErrorCode error = call.request.group_id.empty() ? ErrorCode::kInvalidGroupId
                                                  : availability(call.request.group_id);
  const bool may_make = call.request.member_id.empty();
  if (error == ErrorCode::kNone && !may_make && !find(call.request.group_id)) {
    error = ErrorCode::kUnknownMemberId;
  }
  if (error != ErrorCode::kNone) {
    JoinGroupResponse response;
    response.error_code = wire_code(error);
    response.member_id = call.request.member_id;
    response.protocol_name.reset();
    return done(std::move(response));
  }
  const GroupPtr group = find_or_make(call.request.group_id);
  call.id = next_request_++;
  if (may_make) call.new_member_id = new_member_id(call);
  joins_.emplace(call.id, std::move(done));
  const std::string member = may_make ? call.new_member_id : call.request.member_id;
  GroupActions actions;
  group->machine.join(std::move(call), limits(), actions);
  perform(group, std::move(actions));
  group->history.introduced(member, software.name, software.version);
  forget_if_blank(group);
}

void GroupCoordinator::sync(SyncGroupRequest request, Done<SyncGroupResponse> done) {
  parts_.executor->post([this, request = std::move(request), done = std::move(done)]() mutable {
    do_sync(std::move(request), std::move(done));
  });
}

void GroupCoordinator::do_sync(SyncGroupRequest request, Done<SyncGroupResponse> done) {
  ErrorCode error =
      request.group_id.empty() ? ErrorCode::kInvalidGroupId : availability(request.group_id);
  const GroupPtr group = find(request.group_id);
  if (error == ErrorCode::kNone && !group) error = ErrorCode::kUnknownMemberId;
  if (error != ErrorCode::kNone) {
    SyncGroupResponse response;
    response.error_code = wire_code(error);
    return done(std::move(response));
  }
  SyncCall call{next_request_++, std::move(request)};
  syncs_.emplace(call.id, std::move(done));
  GroupActions actions;
  group->machine.sync(std::move(call), limits(), actions);
  perform(group, std::move(actions));
}

void GroupCoordinator::heartbeat(HeartbeatRequest request, ClientSoftware software,
                                 Done<ErrorCode> done) {
  parts_.executor->post(
      [this, request = std::move(request), software = std::move(software), done = std::move(done)] {
        ErrorCode error =
            request.group_id.empty() ? ErrorCode::kInvalidGroupId : availability(request.group_id);
        if (error != ErrorCode::kNone) return done(error);
        const GroupPtr group = find(request.group_id);
        if (!group) return done(ErrorCode::kUnknownMemberId);
        GroupActions actions;
        error = group->machine.heartbeat(request.member_id, request.group_instance_id,
                                         request.generation_id, actions);
        perform(group, std::move(actions));
        group->history.introduced(request.member_id, software.name, software.version);
        done(error);
      });
}

void GroupCoordinator::leave(std::string group_id, std::vector<LeaveGroupRequest::Member> members,
                             Done<Left> done) {
  parts_.executor->post(
      [this, group_id = std::move(group_id), members = std::move(members), done = std::move(done)] {
        Left left;
        left.error = group_id.empty() ? ErrorCode::kInvalidGroupId : availability(group_id);
        if (left.error != ErrorCode::kNone) return done(std::move(left));
        const GroupPtr group = find(group_id);
        GroupActions actions;
        // A group that does not exist has no members: the same answer.
        GroupMachine nobody;
        GroupMachine& machine = group ? group->machine : nobody;
        left.members = machine.leave(members, limits(), actions);
        if (group) {
          perform(group, std::move(actions));
          forget_if_blank(group);
        }
        done(std::move(left));
      });
}

void GroupCoordinator::stop() {
  parts_.executor->post([this] {
    stopped_ = true;
    unload(ErrorCode::kNotCoordinator);
  });
}

}  // namespace leat::topics
