#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "broker/topics/group/group_machine.h"
#include "common/base/random.h"

namespace leat::topics {

// Bugs that a driver or a machine could have; each breaks a rule that GroupWorld checks.
enum class GroupMutant : std::uint8_t {
  kNone,
  kLosesJoinReplies,  // a parked JoinGroup is never answered
  kLosesSyncReplies,
  kAnswersTwice,
  kLosesSessionTimers,
  kLosesJoinTimer,
  kLosesSyncTimer,
  kHidesRebalances,        // a heartbeat says that all is well
  kAcceptsOldGenerations,  // of a commit
  kReportsWritesTooEarly,  // an assignment is told before it is on disk
  kTakesErrorsForWritten,
  kWritesOutOfOrder,      // the log holds them in another order
  kForgetsAtRestart,      // what was written last is not read back
  kGivesEverythingToAll,  // an answer carries another member's assignment
  kCount,
};

// One group, some clients that join, work, crash, lose connections and come back, a broker that
// restarts; everything in an order decided by the seed. Time is virtual.
class GroupWorld {
 public:
  GroupWorld(std::uint64_t seed, GroupMutant mutant);

  // Chaos for that many steps, then quiet until everything must have settled. Empty: all rules
  // held; else the first that did not.
  std::string run(int steps);
  // Hashes of the states that the machine was in.
  const std::set<std::uint64_t>& visited() const { return visited_; }

 private:
  enum class Doing : std::uint8_t { kOutside, kJoining, kJoined, kSyncing, kWorking };
  struct Client {
    std::string name;
    std::optional<std::string> instance;
    Doing doing = Doing::kOutside;
    std::string member;
    std::int32_t generation = -1;
    std::optional<RequestId> waiting;  // for an answer that can still reach it
    bool leads = false;
    bool may_assign = false;
    std::vector<std::string> all;  // members, if it leads
    std::string partitions;        // a letter each
    std::int64_t next_heartbeat_ms = 0;
  };

  void step();
  void settle();
  void advance(std::int64_t ms);
  void act(Client& client);
  void send_join(Client& client);
  void send_sync(Client& client);
  void send_heartbeat(Client& client);
  void crash(Client& client);
  void disconnect(Client& client);
  void leave(Client& client);
  void finish_write(bool failed);
  void restart();

  void perform(GroupActions actions);
  void on(const JoinReply& reply);
  void on(const SyncReply& reply);
  void on(const StartTimer& start);
  void on(const CancelTimer& cancel);
  void on(const PersistGroup& write);
  void on(const RebalanceBegan&) {}

  Client* client_of(RequestId id);
  void lose_membership(Client& client);
  void check_rules();
  void check_timers();
  void check_owners();
  void check_settled();
  void fail(std::string why);
  bool mutant(GroupMutant which) const { return mutant_ == which; }

  static constexpr std::string_view kPartitions = "ABCDEF";

  Random random_;
  const GroupMutant mutant_;
  GroupMachine machine_;
  GroupLimits limits_;
  std::vector<Client> clients_;
  std::int64_t now_ms_ = 0;
  std::map<GroupTimer, std::int64_t> timers_;
  std::deque<std::pair<std::uint64_t, GroupMetadataValue>> writing_;
  std::optional<GroupMetadataValue> on_disk_;
  std::optional<GroupMetadataValue> on_disk_before_;
  std::int32_t told_generation_ = 0;  // the greatest that a SyncGroup was answered with
  RequestId next_request_ = 1;
  std::set<RequestId> open_;  // asked and not answered
  std::uint64_t next_id_ = 1;
  bool quiet_ = false;
  std::string failure_;
  std::set<std::uint64_t> visited_;
};

}  // namespace leat::topics
