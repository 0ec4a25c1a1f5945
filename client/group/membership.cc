#include "client/group/membership.h"

#include <algorithm>
#include <set>

#include "client/group/group_protocol.h"

namespace leat {
namespace {

std::int32_t whole_ms(Duration time) {
  return static_cast<std::int32_t>(time / std::chrono::milliseconds(1));
}

TopicPartitions difference(const TopicPartitions& a, const TopicPartitions& b) {
  TopicPartitions out;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

void sort_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

// The coordinator has to be looked for again.
bool is_coordinator_lost(const Error& error) {
  return error.is(ErrorCode::kCoordinatorNotAvailable) || error.is(ErrorCode::kNotCoordinator) ||
         error.is(ClientCode::kConnectFailed) || error.is(ClientCode::kDisconnected) ||
         error.is(ClientCode::kTimedOut);
}

// Errors that Kafka's table does not call retriable, and that its members live with.
bool may_pass(const Error& error) {
  return error.retriable() || error.is(ErrorCode::kRebalanceInProgress);
}

}  // namespace

Membership::Membership(GroupMemberOptions options, Duration backoff, Duration backoff_max,
                       std::uint64_t seed)
    : options_(std::move(options)),
      cooperative_(std::all_of(options_.assignors.begin(), options_.assignors.end(),
                               [](Assignor a) { return a == Assignor::kCooperativeSticky; })),
      backoff_(backoff, backoff_max, seed),
      topics_backoff_(backoff, backoff_max, seed) {
  sort_unique(options_.topics);
}

// --- what to do ---

Membership::Step Membership::next(MonotonicTime now) {
  if (lost_) return Step::kLose;
  if (!failure_.ok() || left_) return Step::kStop;
  if (leaving_) {
    if (!owned_.empty()) return Step::kRevoke;
    if (!member_id_.empty() && !options_.instance_id) return Step::kLeave;
    return Step::kStop;
  }
  if (!to_revoke_.empty()) return Step::kRevoke;
  if (assignment_due_) return Step::kAssign;
  if (phase_ == Phase::kStable && !rejoin_reason_.empty()) phase_ = Phase::kUnjoined;
  // An eager member gives up what it has before it waits for anything.
  if (phase_ == Phase::kUnjoined && !cooperative_ && !owned_.empty()) return Step::kRevoke;
  if (now < not_before_) return Step::kWait;
  if (!coordinator_known_) return Step::kFindCoordinator;
  return next_of_phase(now);
}

Membership::Step Membership::next_of_phase(MonotonicTime now) {
  switch (phase_) {
    case Phase::kUnjoined: return Step::kJoin;
    case Phase::kJoined:
      return leader_ && !skip_assignment_ && !sizes_ ? Step::kDescribeTopics : Step::kSync;
    case Phase::kStable: return leader_ && now >= topics_due_ ? Step::kDescribeTopics : Step::kWait;
  }
  return Step::kWait;
}

MonotonicTime Membership::wake_at() const {
  MonotonicTime at = MonotonicTime::max();
  if (phase_ != Phase::kStable || !coordinator_known_) at = not_before_;
  else if (leader_) at = std::max(topics_due_, not_before_);
  return at;
}

JoinGroupRequest Membership::join_request() {
  joining_ = true;
  SubscribedMember self;
  self.topics = options_.topics;
  self.owned = owned_;
  self.generation = generation_;
  JoinGroupRequest request;
  request.group_id = options_.group;
  request.session_timeout_ms = whole_ms(options_.session_timeout);
  request.rebalance_timeout_ms = whole_ms(options_.rebalance_timeout);
  request.member_id = member_id_;
  request.group_instance_id = options_.instance_id;
  request.protocol_type = kConsumerProtocolType;
  for (const Assignor assignor : options_.assignors) {
    JoinGroupRequest::Protocol& protocol = request.protocols.emplace_back();
    protocol.name = to_string(assignor);
    protocol.metadata = encode_subscription(self, assignor);
  }
  reason_told_ = std::exchange(rejoin_reason_, {});
  if (!reason_told_.empty()) request.reason = reason_told_;
  return request;
}

SyncGroupRequest Membership::sync_request() {
  syncing_generation_ = generation_;
  SyncGroupRequest request;
  request.group_id = options_.group;
  request.generation_id = generation_;
  request.member_id = member_id_;
  request.group_instance_id = options_.instance_id;
  request.protocol_type = kConsumerProtocolType;
  request.protocol_name = protocol_;
  if (!leader_ || skip_assignment_) return request;
  const Result<std::vector<SubscribedMember>> members = decode_members();
  LEAT_CHECK(members.ok(), "checked when they came");
  for (auto& [id, partitions] : assign(*parse_assignor(protocol_), *members, *sizes_)) {
    SyncGroupRequest::Assignment& assignment = request.assignments.emplace_back();
    assignment.member_id = id;
    assignment.assignment = encode_assignment(partitions);
  }
  return request;
}

LeaveGroupRequest Membership::leave_request(std::int16_t version) const {
  constexpr std::int16_t kFirstWithMembers = 3;
  LeaveGroupRequest request;
  request.group_id = options_.group;
  if (version < kFirstWithMembers) {
    request.member_id = member_id_;
  } else {
    LeaveGroupRequest::Member& member = request.members.emplace_back();
    member.member_id = member_id_;
    member.reason = "the consumer is being closed";
  }
  return request;
}

Result<std::vector<SubscribedMember>> Membership::decode_members() const {
  std::vector<SubscribedMember> members;
  for (const JoinGroupResponse::Member& member : members_) {
    Result<SubscribedMember> decoded =
        decode_subscription(member.member_id, member.group_instance_id, member.metadata);
    if (!decoded.ok()) return decoded.error();
    members.push_back(*std::move(decoded));
  }
  return members;
}

std::vector<std::string> Membership::topics_wanted() const {
  std::vector<std::string> topics = options_.topics;
  const Result<std::vector<SubscribedMember>> members = decode_members();
  if (members.ok())
    for (const SubscribedMember& member : *members)
      topics.insert(topics.end(), member.topics.begin(), member.topics.end());
  sort_unique(topics);
  return topics;
}

TopicPartitions Membership::take_revoked() {
  if (to_revoke_.empty() || leaving_) to_revoke_ = owned_;
  owned_ = difference(owned_, to_revoke_);
  return std::exchange(to_revoke_, {});
}

TopicPartitions Membership::take_lost() {
  lost_ = false;
  to_revoke_.clear();
  return std::exchange(owned_, {});
}

TopicPartitions Membership::take_added() {
  assignment_due_ = false;
  owned_.insert(owned_.end(), added_.begin(), added_.end());
  std::sort(owned_.begin(), owned_.end());
  return std::exchange(added_, {});
}

void Membership::rejoin(std::string reason) {
  rejoin_reason_ = std::move(reason);
}

// --- what answers mean ---

void Membership::on_coordinator(const Error& error, MonotonicTime now) {
  coordinator_known_ = error.ok();
  if (error.ok()) return;
  if (!may_pass(error)) return fail(error, "find the coordinator");
  back_off(now);
}

void Membership::on_join(const Result<JoinGroupResponse>& answer, MonotonicTime now) {
  joining_ = false;
  if (leaving_ || !failure_.ok()) {
    if (answer.ok() && !answer->member_id.empty()) member_id_ = answer->member_id;
    return;
  }
  Error error = answer.ok() ? Error::kafka(answer->error_code) : answer.error();
  if (error.ok()) return take_place(*answer, now);
  if (rejoin_reason_.empty()) rejoin_reason_ = reason_told_;
  if (error.is(ErrorCode::kMemberIdRequired) && !answer->member_id.empty()) {
    member_id_ = answer->member_id;
    return;
  }
  join_failed(error, now);
}

void Membership::join_failed(const Error& error, MonotonicTime now) {
  if (is_place_lost(error) || may_pass(error)) return back_off(now);
  fail(error, "join");
}

void Membership::take_place(const JoinGroupResponse& answer, MonotonicTime now) {
  backoff_.reset();
  protocol_ = answer.protocol_name.value_or("");
  const auto known = parse_assignor(protocol_);
  if (!known || std::find(options_.assignors.begin(), options_.assignors.end(), *known) ==
                    options_.assignors.end())
    return fail(Error::make(ClientCode::kBadAnswer, "the group chose the assignor '{}'", protocol_),
                "join");
  member_id_ = answer.member_id;
  generation_ = answer.generation_id;
  leader_ = answer.leader == member_id_;
  skip_assignment_ = answer.skip_assignment;
  members_ = answer.members;
  sizes_.reset();
  phase_ = Phase::kJoined;
  last_heard_ = now;
  heartbeat_due_ = now + options_.heartbeat_interval;
  if (const auto members = decode_members(); !members.ok()) fail(members.error(), "join");
}

void Membership::on_topics(const Result<TopicSizes>& answer, MonotonicTime now) {
  if (!answer.ok()) {
    if (!may_pass(answer.error())) return fail(answer.error(), "look up topics");
    return back_off(now);
  }
  const std::vector<std::string> wanted = topics_wanted();
  const bool complete = std::all_of(wanted.begin(), wanted.end(), [&](const std::string& topic) {
    return answer->contains(topic);
  });
  if (complete) topics_backoff_.reset();
  topics_due_ = now + (complete ? options_.topic_check_interval
                                : std::min(topics_backoff_.next(), options_.topic_check_interval));
  if (phase_ == Phase::kStable && sizes_ && *sizes_ != *answer)
    rejoin("the partitions of subscribed topics changed");
  sizes_ = *answer;
}

void Membership::check_topics(MonotonicTime now) {
  topics_due_ = std::min(topics_due_, now);
}

void Membership::on_sync(const Result<SyncGroupResponse>& answer, MonotonicTime now) {
  if (generation_ != syncing_generation_ || phase_ != Phase::kJoined) return;
  const Error error = answer.ok() ? Error::kafka(answer->error_code) : answer.error();
  if (is_own_doing(error)) return;
  if (!error.ok()) return sync_failed(error, now);
  const Result<TopicPartitions> assigned = decode_assignment(answer->assignment);
  if (!assigned.ok()) return fail(assigned.error(), "sync");
  take_assignment(*assigned, now);
}

void Membership::sync_failed(const Error& error, MonotonicTime now) {
  if (is_place_lost(error)) return back_off(now);
  if (!may_pass(error)) return fail(error, "sync");
  phase_ = Phase::kUnjoined;
  if (error.is(ErrorCode::kRebalanceInProgress)) rejoin("the group rebalanced while it synced");
  else rejoin_reason_ = fmt::format("sync failed: {}", error.name());
  // Another rebalance already runs: no reason to wait.
  if (!error.is(ErrorCode::kRebalanceInProgress)) back_off(now);
}

void Membership::take_assignment(const TopicPartitions& assigned, MonotonicTime now) {
  backoff_.reset();
  phase_ = Phase::kStable;
  last_heard_ = now;
  to_revoke_ = difference(owned_, assigned);
  added_ = difference(assigned, owned_);
  assignment_due_ = true;
  // A leader that was told to keep the assignment (KIP-814) watches from what it sees now on.
  if (leader_ && skip_assignment_) topics_due_ = now;
  if (!to_revoke_.empty()) rejoin("gave up partitions that others wait for");
}

void Membership::on_left() { left_ = true; }

std::optional<MonotonicTime> Membership::heartbeat_due() const {
  const bool has_place = generation_ >= 0 && failure_.ok() && !left_;
  if (!has_place || joining_ || !coordinator_known_) return std::nullopt;
  return heartbeat_due_;
}

HeartbeatRequest Membership::heartbeat_request(MonotonicTime now) {
  heartbeat_due_ = now + options_.heartbeat_interval;
  HeartbeatRequest request;
  request.group_id = options_.group;
  request.generation_id = generation_;
  request.member_id = member_id_;
  request.group_instance_id = options_.instance_id;
  return request;
}

void Membership::on_heartbeat(std::int32_t generation, const Error& error, MonotonicTime now) {
  if (generation != generation_ || !failure_.ok() || is_own_doing(error)) return;
  const bool rebalancing = error.is(ErrorCode::kRebalanceInProgress);
  if (error.ok() || rebalancing) {
    last_heard_ = now;
    backoff_.reset();
  }
  if (rebalancing && phase_ == Phase::kStable) return rejoin("the group rebalances");
  if (error.ok() || rebalancing || is_place_lost(error)) return;
  if (!may_pass(error)) return fail(error, "heartbeat");
  heartbeat_due_ = now + std::min(backoff_.after(1), options_.heartbeat_interval);
  if (is_coordinator_lost(error) || now - last_heard_ > options_.session_timeout)
    coordinator_known_ = false;
}

void Membership::on_commit_refused(std::int32_t generation, const Error& error) {
  if (generation != generation_ || joining_) return;
  if (error.is(ErrorCode::kRebalanceInProgress)) {
    if (phase_ == Phase::kStable) rejoin("a commit met a rebalance");
  } else if (!is_place_lost(error) && error.is(ErrorCode::kFencedInstanceId)) {
    fail(error, "commit");
  }
}

bool Membership::is_place_lost(const Error& error) {
  if (is_coordinator_lost(error)) coordinator_known_ = false;
  if (error.is(ErrorCode::kUnknownMemberId)) lose_place(true);
  else if (error.is(ErrorCode::kIllegalGeneration)) lose_place(false);
  else return false;
  rejoin_reason_ = fmt::format("lost its place: {}", error.name());
  return true;
}

void Membership::lose_place(bool member_id_too) {
  generation_ = -1;
  leader_ = false;
  if (member_id_too) member_id_.clear();
  phase_ = Phase::kUnjoined;
  assignment_due_ = false;
  added_.clear();
  lost_ = !owned_.empty();
}

void Membership::back_off(MonotonicTime now) { not_before_ = now + backoff_.next(); }

void Membership::fail(const Error& error, std::string_view during) {
  if (!failure_.ok()) return;
  lose_place(false);
  failure_ = error.with_context(fmt::format("group '{}': {}", options_.group, during));
}

}  // namespace leat
