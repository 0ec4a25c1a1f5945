#pragma once

#include <asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "client/group/coordinator_link.h"
#include "client/group/group_offsets.h"
#include "client/group/membership.h"
#include "client/signal.h"

namespace leat {

// What a member is told of its partitions, one call at a time and in order; the group's rebalance
// waits for each to end, heartbeats go on meanwhile. All may be empty.
class RebalanceHandlers {
 public:
  using Handler = std::function<asio::awaitable<void>(TopicPartitions)>;

  // Begin to read these. Called after every rebalance, with none too.
  Handler assigned;
  // These go to others when this returns: the time to commit.
  Handler revoked;
  // Others have these already: the group took this member for dead. Commits would be refused.
  Handler lost;
};

// A place in a consumer group of the classic protocol: joins, keeps alive, rebalances, commits. It
// reads nothing itself; GroupConsumer does. Works against any broker with JoinGroup; its two
// connections to the coordinator are its own.
//
// Its client's executor only. It keeps itself alive from start() until it stopped.
class GroupMember : public std::enable_shared_from_this<GroupMember> {
 public:
  static std::shared_ptr<GroupMember> make(std::shared_ptr<Client> client,
                                           GroupMemberOptions options, RebalanceHandlers handlers);

  // Joins, and joins again whenever its place was lost, until leave(), close() or a failure.
  void start();
  // Revokes what is owned, leaves so that the others take over at once (a static member does not:
  // it comes back), and stops. At most `patience`; then it stops without having been answered.
  asio::awaitable<void> leave(Duration patience = std::chrono::seconds(30));
  // Stops at once and tells nobody, like a crash. Idempotent.
  void close();

  // Commits offsets of partitions that are owned, with retries of what may pass. Not retried:
  // REBALANCE_IN_PROGRESS (the member joins again first, then try again), UNKNOWN_MEMBER_ID,
  // ILLEGAL_GENERATION (the place is lost: the records will be read again by others) and
  // FENCED_INSTANCE_ID (another process uses this instance id; ends the member). With
  // UNKNOWN_TOPIC_OR_PARTITION, all but `gone` were committed.
  asio::awaitable<Error> commit(std::vector<CommittedOffset> offsets,
                                Duration patience = std::chrono::seconds(30),
                                TopicPartitions* gone = nullptr);
  // What the group committed, in the order asked.
  asio::awaitable<Result<std::vector<CommittedOffset>>> committed(
      TopicPartitions partitions, Duration patience = std::chrono::seconds(30));

  // Joins again soon: for a change of mind outside (KIP-568).
  void rejoin(std::string reason);

  // A subscribed topic seems to be gone: if this member leads the group, it looks and joins again.
  void check_topics();

  const Membership& state() const { return state_; }
  // Why it stopped by itself: FENCED_INSTANCE_ID, GROUP_AUTHORIZATION_FAILED, INVALID_GROUP_ID, …
  const Error& failure() const { return state_.failure(); }
  bool is_stopped() const { return stopped_; }
  // Notified whenever any of the above may have changed.
  Signal& changed() { return changed_; }

 private:
  GroupMember(std::shared_ptr<Client> client, GroupMemberOptions options,
              RebalanceHandlers handlers);
  asio::awaitable<void> run(std::shared_ptr<GroupMember> self);
  asio::awaitable<void> keep_alive(std::shared_ptr<GroupMember> self);
  asio::awaitable<void> do_step(Membership::Step step);
  asio::awaitable<void> find_coordinator();
  asio::awaitable<void> join();
  asio::awaitable<void> describe_topics();
  asio::awaitable<void> sync();
  asio::awaitable<void> send_leave();
  asio::awaitable<void> tell(const RebalanceHandlers::Handler& handler, TopicPartitions partitions);
  Duration answer_timeout() const;

  std::shared_ptr<Client> client_;
  RebalanceHandlers handlers_;
  Membership state_;
  CoordinatorLink place_;    // JoinGroup, SyncGroup, Heartbeat
  CoordinatorLink offsets_;  // commits, and LeaveGroup past a JoinGroup that waits
  Signal changed_;
  bool started_ = false;
  bool stopped_ = false;
  bool closed_ = false;
};

}  // namespace leat
