#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/protocol/errors.h"
#include "common/protocol/messages/11_join_group.h"
#include "common/protocol/messages/13_leave_group.h"
#include "common/protocol/messages/14_sync_group.h"
#include "common/protocol/records/group_metadata.h"

// One consumer group of the classic protocol (KIP-62, KIP-345, KIP-394, KIP-800, KIP-814), pure:
// events in, actions out, no I/O, no clock, no threads. What it decides is Kafka's decision for the
// same event. tests/scripts/group/ shows it at work.
namespace leat::topics {

enum class GroupState : std::uint8_t {
  kEmpty,                // no members; may have offsets
  kPreparingRebalance,   // collecting JoinGroups
  kCompletingRebalance,  // generation made, waiting for the leader's assignment to be durable
  kStable,
};
// Kafka's name: "PreparingRebalance".
std::string_view name(GroupState state);

// Names a parked request; whoever drives the machine maps it to the reply.
using RequestId = std::uint64_t;

// The broker's limits (group.*), in force at the time of the event.
struct GroupLimits {
  std::int32_t initial_rebalance_delay_ms = 3000;
  std::int32_t min_session_timeout_ms = 6000;
  std::int32_t max_session_timeout_ms = 1800000;
  std::int32_t max_size = INT32_MAX;
};

// How long a member that never had a JoinGroup answered is kept: it cannot heartbeat yet, and its
// connection may be dead (KAFKA-7610).
inline constexpr std::int32_t kNewMemberTimeoutMs = 5 * 60 * 1000;

struct GroupTimer {
  enum class Kind : std::uint8_t {
    kSession,  // of one member, or of an id that was handed out and not used yet
    kJoin,     // ends PreparingRebalance
    kSync,     // who has not sent SyncGroup by then is removed
  };
  Kind kind = Kind::kJoin;
  std::string member;  // of kSession

  auto operator<=>(const GroupTimer&) const = default;
};

struct JoinReply {
  RequestId request = 0;
  JoinGroupResponse response;
};
struct SyncReply {
  RequestId request = 0;
  SyncGroupResponse response;
};
// Replaces the timer of that name if it runs.
struct StartTimer {
  GroupTimer timer;
  std::int32_t after_ms = 0;
};
struct CancelTimer {
  GroupTimer timer;
};
// Make this durable, then call written(write, ...). The timestamp is the driver's to fill in.
struct PersistGroup {
  std::uint64_t write = 0;
  GroupMetadataValue value;
};
// A rebalance began; for logs and people.
struct RebalanceBegan {
  std::string reason;
  std::string member;  // whose coming, going or silence caused it; empty where nobody's did
};
using GroupAction =
    std::variant<JoinReply, SyncReply, StartTimer, CancelTimer, PersistGroup, RebalanceBegan>;
using GroupActions = std::vector<GroupAction>;

struct JoinCall {
  RequestId id = 0;
  JoinGroupRequest request;   // rebalance_timeout_ms is set (v0: the session time-out)
  std::string new_member_id;  // used if the request names none
  std::string client_id;
  std::string client_host;
  bool requires_known_member = true;  // v4+ (KIP-394)
  bool may_skip_assignment = true;    // v9+ (KIP-814)
};

struct SyncCall {
  RequestId id = 0;
  SyncGroupRequest request;
};

struct GroupMember {
  std::string id;
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string client_host;
  std::int32_t session_timeout_ms = 0;
  std::int32_t rebalance_timeout_ms = 0;
  std::vector<JoinGroupRequest::Protocol> protocols;  // in order of preference
  Bytes assignment;
  bool is_new = false;  // never had a JoinGroup answered
  std::optional<RequestId> joining;
  std::optional<RequestId> syncing;

  // What it said for that protocol; empty when it does not know it.
  const Bytes& metadata(std::string_view protocol) const;
};

// One thread at a time. Every event appends to `out`; the driver performs the actions in order.
class GroupMachine {
 public:
  // A group that was never heard of: Empty, generation 0.
  GroupMachine() = default;

  // As it was when `value` was written: Stable if it has members, whose sessions begin anew.
  static GroupMachine restore(const GroupMetadataValue& value, GroupActions& out);

  // --- requests ---
  void join(JoinCall call, const GroupLimits& limits, GroupActions& out);
  void sync(SyncCall call, const GroupLimits& limits, GroupActions& out);
  ErrorCode heartbeat(std::string_view member_id, const std::optional<std::string>& instance_id,
                      std::int32_t generation, GroupActions& out);
  std::vector<LeaveGroupResponse::Member> leave(std::span<const LeaveGroupRequest::Member> leaving,
                                                const GroupLimits& limits, GroupActions& out);
  // Whether a commit of this member and generation is accepted; one that is counts as a heartbeat.
  ErrorCode check_commit(std::string_view member_id, const std::optional<std::string>& instance_id,
                         std::int32_t generation, GroupActions& out);

  // --- what the driver reports ---
  void timer_fired(const GroupTimer& timer, const GroupLimits& limits, GroupActions& out);
  // The end of a PersistGroup, in the order in which they were asked for.
  void written(std::uint64_t write, ErrorCode error, const GroupLimits& limits, GroupActions& out);
  // The group goes away (deleted, unloaded): answers everyone who is parked.
  void abandon(ErrorCode error, GroupActions& out);

  // --- looking ---
  GroupState state() const { return state_; }
  std::int32_t generation() const { return generation_; }
  const std::string& protocol_type() const { return protocol_type_; }  // "" before the first join
  const std::optional<std::string>& protocol() const { return protocol_; }
  const std::optional<std::string>& leader() const { return leader_; }
  const std::map<std::string, GroupMember>& members() const { return members_; }
  const std::set<std::string>& pending_members() const { return pending_; }
  // Nothing would be lost by forgetting it.
  bool is_blank() const {
    return state_ == GroupState::kEmpty && generation_ == 0 && pending_.empty() && writes_.empty();
  }
  GroupMetadataValue snapshot() const;

 private:
  // What to do when a PersistGroup ends.
  struct AssignmentWrite {
    std::int32_t generation = 0;
    std::map<std::string, Bytes> assignments;
  };
  struct StaticWrite {
    RequestId request = 0;
    std::string old_id;
    GroupMember before;  // as it was under the old id
    std::string new_id;
    bool was_leader = false;
    bool may_skip_assignment = false;
  };
  struct EmptyWrite {};
  using Write = std::variant<EmptyWrite, AssignmentWrite, StaticWrite>;

  // joining
  bool accepts(std::string_view member_id, const GroupLimits& limits) const;
  bool supports(const JoinGroupRequest& request) const;
  void join_new(JoinCall call, const GroupLimits& limits, GroupActions& out);
  void join_known(JoinCall call, const GroupLimits& limits, GroupActions& out);
  void add_member(const std::string& id, JoinCall call, const GroupLimits& limits,
                  GroupActions& out);
  void update_member(GroupMember& member, const JoinCall& call, GroupActions& out);
  void replace_static_member(const std::string& old_id, JoinCall call, const GroupLimits& limits,
                             GroupActions& out);
  void persist_replaced(StaticWrite write, GroupActions& out);
  void finish_replaced(const StaticWrite& write, ErrorCode error, GroupActions& out);
  void rename_member(const std::string& old_id, const std::string& new_id, GroupActions& out);
  void answer_with_current(GroupMember& member, GroupActions& out);
  JoinGroupResponse joined(const GroupMember& member) const;
  std::vector<JoinGroupResponse::Member> member_list() const;

  // rebalancing
  void rebalance_or_complete(RebalanceBegan why, const GroupLimits& limits, GroupActions& out);
  void prepare(RebalanceBegan why, const GroupLimits& limits, GroupActions& out);
  void maybe_complete_join(GroupActions& out);
  void complete_join(GroupActions& out);
  void join_timer_fired(const GroupLimits& limits, GroupActions& out);
  void next_generation(GroupActions& out);
  bool all_joined() const;
  bool elect_joined_leader();
  std::string select_protocol() const;
  std::vector<std::string> common_protocols() const;
  std::int32_t rebalance_timeout_ms() const;

  // syncing
  void receive_assignment(const SyncGroupRequest& request, GroupActions& out);
  void finish_assignment(AssignmentWrite& write, ErrorCode error, const GroupLimits& limits,
                         GroupActions& out);
  void fail_syncs(ErrorCode error, GroupActions& out);
  void synced(const std::string& member_id, GroupActions& out);
  SyncGroupResponse assignment_of(const GroupMember& member) const;
  void sync_timer_fired(const GroupLimits& limits, GroupActions& out);

  // members
  ErrorCode validate(std::string_view member_id,
                     const std::optional<std::string>& instance_id) const;
  GroupMember* find(std::string_view member_id);
  void remove_member(const std::string& id, GroupActions& out);
  void remove_and_rebalance(const std::string& id, std::string reason, const GroupLimits& limits,
                            GroupActions& out);
  void remove_pending(const std::string& id, GroupActions& out);
  void session_timer_fired(const std::string& id, const GroupLimits& limits, GroupActions& out);
  void start_session(const GroupMember& member, GroupActions& out) const;
  void reply_join(GroupMember& member, JoinGroupResponse response, GroupActions& out);
  void reply_sync(GroupMember& member, SyncGroupResponse response, GroupActions& out);
  void persist(Write write, GroupMetadataValue value, GroupActions& out);
  void move_to(GroupState state);

  GroupState state_ = GroupState::kEmpty;
  GroupState previous_state_ = GroupState::kEmpty;
  std::int32_t generation_ = 0;
  std::string protocol_type_;
  std::optional<std::string> protocol_;
  std::optional<std::string> leader_;
  std::map<std::string, GroupMember> members_;
  std::map<std::string, std::string> static_members_;  // instance id -> member id
  std::set<std::string> pending_;                      // ids handed out, not joined yet (KIP-394)
  std::set<std::string> awaiting_sync_;  // members of this generation without a SyncGroup yet
  // The initial rebalance: whether someone joined since its timer began, and what may still be
  // added.
  bool joined_since_timer_ = false;
  std::int32_t initial_delay_left_ms_ = 0;
  std::int32_t initial_delay_running_ms_ = 0;
  std::map<std::uint64_t, Write> writes_;
  std::uint64_t next_write_ = 1;
};

}  // namespace leat::topics
