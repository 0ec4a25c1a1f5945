#pragma once

#include <absl/container/flat_hash_map.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "broker/topics/config_store.h"
#include "broker/topics/group/group_history.h"
#include "broker/topics/group/group_machine.h"
#include "broker/topics/group/group_offsets.h"
#include "broker/topics/group/group_records.h"
#include "broker/topics/topic_catalog.h"
#include "common/base/random.h"
#include "common/protocol/messages/12_heartbeat.h"
#include "common/protocol/messages/15_describe_groups.h"
#include "common/protocol/messages/16_list_groups.h"
#include "common/protocol/messages/20001_describe_group_members.h"

namespace leat::topics {

inline constexpr std::string_view kOffsetsTopic = "__consumer_offsets";

// What it is created with beside what every internal topic has. A CreateTopics that names it gets
// the same, its own settings on top.
using TopicSettings = std::vector<std::pair<std::string, std::optional<std::string>>>;
TopicSettings offsets_topic_settings(const BrokerOptions& broker);

// One group: its members and its offsets. Lives on the coordinator's executor.
struct Group {
  std::string id;
  std::int32_t partition = 0;  // of __consumer_offsets
  GroupMachine machine;
  GroupOffsets offsets;
  GroupHistory history;
  std::map<GroupTimer, Executor::TimerId> timers;
  std::int64_t empty_since_ms = 0;  // meaningful in kEmpty
  bool gone = false;                // deleted or unloaded; somebody may still hold it
};

// One partition of a commit, and of its answer; the topic id is set.
struct OffsetToCommit {
  TopicPartitionName key;
  CommittedOffset value;
  ErrorCode error = ErrorCode::kNone;
};
struct CommitCall {
  std::string group;
  std::int32_t generation = -1;
  std::string member_id;
  std::optional<std::string> instance_id;
  // What a generation without a group is answered with: ILLEGAL_GENERATION, from v9 on
  // GROUP_ID_NOT_FOUND.
  ErrorCode unknown_group = ErrorCode::kIllegalGeneration;
  std::vector<OffsetToCommit> offsets;
};

// Which offsets of a group are wanted; no topics: all of them. A topic is named once, however many
// of its partitions are wanted.
struct WantedOffsets {
  std::string topic;
  std::vector<std::int32_t> partitions;
};
struct FetchOffsetsCall {
  std::string group;
  std::optional<std::vector<WantedOffsets>> topics;
};
struct FetchedOffset {
  std::int32_t partition = 0;
  CommittedOffset value;  // offset -1: none
};
struct FetchedTopic {
  std::string topic;
  std::vector<FetchedOffset> offsets;
};
// Topics and partitions in the order of the call.
struct FetchedOffsets {
  ErrorCode error = ErrorCode::kNone;
  std::vector<FetchedTopic> topics;
};

struct DeleteOffsetsCall {
  std::string group;
  std::vector<TopicPartitionName> keys;
};
struct DeletedOffsets {
  ErrorCode error = ErrorCode::kNone;
  std::vector<ErrorCode> of_keys;  // in their order
};

// What a client calls itself (KIP-511); empty where it does not.
struct ClientSoftware {
  std::string name;
  std::string version;
};

// A place in the order of lag pages: group, topic, partition.
struct LagPlace {
  std::string group;
  std::string topic;
  std::int32_t partition = 0;
};
struct LagCall {
  std::optional<std::vector<std::string>> groups;  // nullopt: all
  std::optional<LagPlace> from;
  std::size_t limit = 1;  // groups and partitions of the page together
};
struct LagRow {
  TopicPartitionName key;
  std::int64_t committed = -1;
  std::int64_t commit_ms = -1;
  std::optional<std::string> member;  // to whom the partition is assigned
};
struct GroupLag {
  ErrorCode error = ErrorCode::kNone;
  std::string id;
  std::string_view state;
  std::vector<LagRow> rows;
};
struct LagPage {
  ErrorCode error = ErrorCode::kNone;
  std::vector<GroupLag> groups;
  std::optional<LagPlace> next;
};

// The groups of this broker: state machines, committed offsets, their log and their timers.
//
// Everything lives on one executor; the public calls may be made from any thread and call `done`
// on that executor, once (never, if the broker stops first). A change is answered when it survives
// a power cut. While a partition of __consumer_offsets is read, its groups answer
// COORDINATOR_LOAD_IN_PROGRESS; before the topic exists, COORDINATOR_NOT_AVAILABLE.
class GroupCoordinator {
 public:
  template <class T>
  using Done = std::function<void(T)>;

  struct Parts {
    TopicCatalog* catalog = nullptr;
    ConfigStore* config = nullptr;
    WorkerPool* workers = nullptr;
    Executor* executor = nullptr;  // outlives the coordinator, and is stopped before it goes
    const Clock* clock = nullptr;
    std::uint64_t seed = 0;
  };
  explicit GroupCoordinator(Parts parts);

  // Begins to read what there is.
  void start();
  // Answers whoever is parked and every later request with NOT_COORDINATOR.
  void stop();
  // Creates __consumer_offsets unless it exists; its groups can then be used. For workers.
  ErrorCode ensure_topic();

  // `call.id` and `call.new_member_id` are set here.
  void join(JoinCall call, ClientSoftware software, Done<JoinGroupResponse> done);
  void sync(SyncGroupRequest request, Done<SyncGroupResponse> done);
  void heartbeat(HeartbeatRequest request, ClientSoftware software, Done<ErrorCode> done);
  struct Left {
    ErrorCode error = ErrorCode::kNone;
    std::vector<LeaveGroupResponse::Member> members;
  };
  void leave(std::string group, std::vector<LeaveGroupRequest::Member> members, Done<Left> done);

  void commit(CommitCall call, Done<std::vector<OffsetToCommit>> done);
  // One answer each, all together of at most kMaxFetchedBytes; a group beyond that is INVALID_REQUEST.
  static constexpr std::size_t kMaxFetchedBytes = 64u << 20;
  void fetch(std::vector<FetchOffsetsCall> calls, Done<std::vector<FetchedOffsets>> done);
  void delete_offsets(DeleteOffsetsCall call, Done<DeletedOffsets> done);
  // The topic is gone: so are its offsets in every group.
  void topic_deleted(std::string name);

  // Code and state of each; error_message is not set.
  void describe(std::vector<std::string> groups,
                Done<std::vector<DescribeGroupsResponse::Group>> done);
  struct Listing {
    ErrorCode error = ErrorCode::kNone;
    std::vector<ListGroupsResponse::Group> groups;
  };
  void list(ListGroupsRequest filters, Done<Listing> done);
  void remove(std::vector<std::string> groups, Done<std::vector<ErrorCode>> done);

  // One page of what is committed and assigned; how far behind that is, LagReader says.
  void lag_page(LagCall call, Done<LagPage> done);
  void describe_members(std::vector<std::string> groups,
                        Done<std::vector<DescribeGroupMembersResponse::Group>> done);

 private:
  enum class Load { kLoading, kLoaded, kFailed, kOffline };
  using GroupPtr = std::shared_ptr<Group>;
  struct ReadPartition;  // what a replay found

  // --- loading (coordinator_load.cc) ---
  // Follows the topic as the catalog has it; false when there is none.
  bool follow_topic();
  void load_partition(std::int32_t index);
  static Status read_partition(Partition& partition, const CatalogImage& image,
                               ReadPartition& into);
  void take_over(const Uuid& topic_id, std::int32_t index, ReadPartition read,
                 const Status& status);
  void unload(ErrorCode error);
  ErrorCode availability(std::string_view group);

  // --- the log ---
  // Appends to the group's partition; `then` runs when that is stable or failed, unless the group
  // is gone by then.
  void append(const GroupPtr& group, const std::vector<InternalRecord>& records,
              std::function<void(ErrorCode)> then);

  // --- groups ---
  GroupPtr find(std::string_view id) const;
  GroupPtr find_or_make(const std::string& id);
  void forget_if_blank(const GroupPtr& group);
  void forget(const GroupPtr& group);
  void perform(const GroupPtr& group, GroupActions actions);
  void perform_one(const GroupPtr& group, JoinReply& action);
  void perform_one(const GroupPtr& group, SyncReply& action);
  void stop_timer(const GroupPtr& group, const GroupTimer& timer);
  void perform_one(const GroupPtr& group, StartTimer& action);
  void perform_one(const GroupPtr& group, CancelTimer& action);
  void perform_one(const GroupPtr& group, PersistGroup& action);
  void perform_one(const GroupPtr& group, RebalanceBegan& action);
  GroupLimits limits() const;
  std::string new_member_id(const JoinCall& call);

  void do_join(JoinCall call, const ClientSoftware& software, Done<JoinGroupResponse> done);
  void do_sync(SyncGroupRequest request, Done<SyncGroupResponse> done);
  void do_commit(CommitCall call, Done<std::vector<OffsetToCommit>> done);
  ErrorCode check_commit(const CommitCall& call, GroupPtr& group);
  void do_delete_offsets(DeleteOffsetsCall call, Done<DeletedOffsets> done);
  void delete_keys(const GroupPtr& group, std::vector<TopicPartitionName> keys,
                   std::function<void(ErrorCode)> then);
  FetchedOffsets fetch_one(const FetchOffsetsCall& call, std::size_t& room);
  DescribeGroupsResponse::Group describe_one(const std::string& id);
  Listing do_list(const ListGroupsRequest& filters);
  std::vector<std::string> groups_of(const LagCall& call) const;
  LagPage do_lag_page(const LagCall& call);
  // The rows of a group from topic and partition `from` on, at most `left`.
  void add_lag(const std::string& id, const std::pair<std::string, std::int32_t>& from,
               std::size_t& left, LagPage& page);
  DescribeGroupMembersResponse::Group members_of(const std::string& id);
  DescribeGroupMembersResponse::Member describe_member(const Group& group,
                                                       const GroupMember& member) const;
  void remove_one(const std::string& id, std::function<void(ErrorCode)> then);
  void expire(const GroupPtr& group, std::int64_t now_ms, std::int64_t retention_ms);
  void sweep();

  const Parts parts_;
  Random random_;
  bool stopped_ = false;
  // The topic as it was when its partitions were read.
  std::shared_ptr<const Topic> topic_;
  std::vector<Load> loads_;
  StringMap<GroupPtr> groups_;
  RequestId next_request_ = 1;
  absl::flat_hash_map<RequestId, Done<JoinGroupResponse>> joins_;
  absl::flat_hash_map<RequestId, Done<SyncGroupResponse>> syncs_;
};

// What a client is told of a group or offset record that could not be written.
ErrorCode error_of_append(ErrorCode error);

// Whether members of the group have subscribed to the topic, as far as their metadata can be read
// (protocol type "consumer"); true when it cannot.
bool is_subscribed(const GroupMachine& machine, std::string_view topic);

}  // namespace leat::topics
