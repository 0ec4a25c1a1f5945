#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/error.h"
#include "client/group/assignor.h"
#include "client/retry.h"
#include "common/base/clock.h"
#include "common/protocol/messages/11_join_group.h"
#include "common/protocol/messages/12_heartbeat.h"
#include "common/protocol/messages/13_leave_group.h"
#include "common/protocol/messages/14_sync_group.h"

namespace leat {

class GroupMemberOptions {
 public:
  GroupMemberOptions() = default;
  GroupMemberOptions(std::string g, std::vector<std::string> t)
      : group(std::move(g)), topics(std::move(t)) {}

  std::string group;
  std::vector<std::string> topics;
  // In order of preference; the broker takes the first that every member has. With nothing but
  // kCooperativeSticky members keep reading while a group rebalances; all members must then do so.
  std::vector<Assignor> assignors{Assignor::kRange, Assignor::kCooperativeSticky};
  // A name that makes the member static (KIP-345): a restart within `session_timeout` gets its
  // partitions back without a rebalance, and leaving is not announced.
  std::optional<std::string> instance_id;
  // Silent for this long, a member is taken for dead.
  Duration session_timeout = std::chrono::seconds(45);
  Duration heartbeat_interval = std::chrono::seconds(3);
  // How long a member may take to give up its partitions when the group rebalances.
  Duration rebalance_timeout = std::chrono::minutes(5);
  // How often the leader looks whether topics grew or were deleted. One that is not there it looks
  // for as often as a failed request is tried again.
  Duration topic_check_interval = std::chrono::seconds(30);
};

// Kafka's classic group protocol as one member sees it, without I/O and clock: what to do next, and
// what each answer means. Errors are treated as the Java client treats them (its
// JoinGroupResponseHandler, SyncGroupResponseHandler, HeartbeatResponseHandler): what may pass is
// tried again with backoff, a lost place in the group is joined for again, fencing is the end.
//
// The owner loops: next() names one step, the owner does it and hands the answer in. Heartbeats are
// sent beside that loop. One thread at a time.
class Membership {
 public:
  enum class Step {
    kFindCoordinator,
    kRevoke,          // take_revoked(): stop reading these, commit, give them up
    kLose,            // take_lost(): these are somebody else's already; do not commit
    kJoin,
    kDescribeTopics,  // partitions of topics_wanted(), for the leader
    kSync,
    kAssign,          // take_added(): begin to read these
    kWait,            // until wake_at(), or until anything was handed in
    kLeave,
    kStop,            // the end; failure() says why if it was not asked for
  };

  // `seed` is for the jitter of waits.
  Membership(GroupMemberOptions options, Duration backoff, Duration backoff_max,
             std::uint64_t seed);

  Step next(MonotonicTime now);
  MonotonicTime wake_at() const;

  // Requests for the steps of that name.
  JoinGroupRequest join_request();
  SyncGroupRequest sync_request();
  // In the form of this version: before 3 it names one member in another place.
  LeaveGroupRequest leave_request(std::int16_t version) const;
  std::vector<std::string> topics_wanted() const;
  // The caller has to act on what these return; the member no longer owns the first two.
  TopicPartitions take_revoked();
  TopicPartitions take_lost();
  TopicPartitions take_added();

  // Answers. An answer to a request of an earlier generation changes nothing.
  void on_coordinator(const Error& error, MonotonicTime now);
  void on_join(const Result<JoinGroupResponse>& answer, MonotonicTime now);
  void on_topics(const Result<TopicSizes>& answer, MonotonicTime now);
  void on_sync(const Result<SyncGroupResponse>& answer, MonotonicTime now);
  void on_left();

  // When the next heartbeat is due; nullopt while there is nothing to keep alive.
  std::optional<MonotonicTime> heartbeat_due() const;
  HeartbeatRequest heartbeat_request(MonotonicTime now);
  // `generation` is the one of the request.
  void on_heartbeat(std::int32_t generation, const Error& error, MonotonicTime now);
  // The broker refused a commit of this generation.
  void on_commit_refused(std::int32_t generation, const Error& error);

  // `reason` is told to the broker (KIP-800).
  void rejoin(std::string reason);
  // A topic seems to be gone or made anew: a leader looks at once.
  void check_topics(MonotonicTime now);
  // Gives everything up, leaves and stops.
  void leave() { leaving_ = true; }

  const GroupMemberOptions& options() const { return options_; }
  const TopicPartitions& owned() const { return owned_; }
  bool is_stable() const { return phase_ == Phase::kStable && !assignment_due_; }
  bool is_leader() const { return leader_; }
  std::int32_t generation() const { return generation_; }  // -1: not in the group
  const std::string& member_id() const { return member_id_; }
  std::string_view assignor() const { return protocol_; }
  const Error& failure() const { return failure_; }
  // Members keep what they own while they join.
  bool is_cooperative() const { return cooperative_; }

 private:
  enum class Phase { kUnjoined, kJoined, kStable };

  Step next_of_phase(MonotonicTime now);
  bool owns_what_it_must_give_up() const;
  void take_place(const JoinGroupResponse& answer, MonotonicTime now);
  void take_assignment(const TopicPartitions& assigned, MonotonicTime now);
  void join_failed(const Error& error, MonotonicTime now);
  void sync_failed(const Error& error, MonotonicTime now);
  // Who leaves hangs up on what it still waits for.
  bool is_own_doing(const Error& error) const { return leaving_ && error.is(ClientCode::kClosed); }
  // True when it was an error that every request can meet, and was dealt with.
  bool is_place_lost(const Error& error);
  void lose_place(bool member_id_too);
  void back_off(MonotonicTime now);
  void fail(const Error& error, std::string_view during);
  Result<std::vector<SubscribedMember>> decode_members() const;

  GroupMemberOptions options_;
  bool cooperative_;
  Backoff backoff_;
  Backoff topics_backoff_;

  Phase phase_ = Phase::kUnjoined;
  bool coordinator_known_ = false;
  bool joining_ = false;  // a JoinGroup is on its way
  bool leaving_ = false;
  bool left_ = false;
  Error failure_;
  MonotonicTime not_before_;

  std::string member_id_;
  std::int32_t generation_ = -1;
  std::int32_t syncing_generation_ = -1;
  std::string protocol_;
  bool leader_ = false;
  bool skip_assignment_ = false;
  std::vector<JoinGroupResponse::Member> members_;  // for the leader
  std::optional<TopicSizes> sizes_;                 // that the assignment stands on
  MonotonicTime topics_due_;
  std::string rejoin_reason_;  // empty: no reason to
  std::string reason_told_;

  TopicPartitions owned_;
  TopicPartitions to_revoke_;
  TopicPartitions added_;
  bool assignment_due_ = false;
  bool lost_ = false;  // what is owned belongs to others

  MonotonicTime heartbeat_due_;
  MonotonicTime last_heard_;
};

}  // namespace leat
