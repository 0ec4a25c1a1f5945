#pragma once

#include <map>
#include <set>

#include "client/fetcher.h"
#include "client/group/group_consumer.h"

namespace leat {

// GroupConsumer's engine: a member, a fetcher, and what is done and committed of each partition.
// Internal.
class GroupReader : public std::enable_shared_from_this<GroupReader> {
 public:
  GroupReader(std::shared_ptr<Client> client, GroupConsumerOptions options);
  void start();

  asio::awaitable<Result<std::optional<ConsumedRecords>>> next(std::shared_ptr<GroupReader> self,
                                                               Duration wait);
  void done(TopicPartition partition, std::int64_t next_offset);
  asio::awaitable<Error> commit(std::shared_ptr<GroupReader> self, Duration patience);
  asio::awaitable<Error> close(std::shared_ptr<GroupReader> self, Duration patience);
  void abandon();
  bool finished() const;
  const std::shared_ptr<GroupMember>& member() const { return member_; }

 private:
  struct Position {
    // Which assignment of the partition this is; another one when it was made anew since.
    std::uint64_t turn = 0;
    bool located = false;       // the fetcher has it
    std::int64_t done = -1;     // to be committed
    std::int64_t committed = -1;
    MonotonicTime not_before;  // the coordinator did not know the partition: when to try again
  };

  asio::awaitable<void> assigned(std::shared_ptr<GroupReader> self, TopicPartitions partitions);
  asio::awaitable<void> revoked(std::shared_ptr<GroupReader> self, TopicPartitions partitions);
  asio::awaitable<void> lost(std::shared_ptr<GroupReader> self, TopicPartitions partitions);
  asio::awaitable<void> locate_loop(std::shared_ptr<GroupReader> self);
  // By assignment: which turn it was when it was asked for.
  using Turns = std::map<TopicPartition, std::uint64_t>;
  asio::awaitable<Error> locate(Turns turns);
  asio::awaitable<Error> locate_apart(Turns turns);
  asio::awaitable<void> commit_loop(std::shared_ptr<GroupReader> self);
  asio::awaitable<void> watch(std::shared_ptr<GroupReader> self);
  // What may be tried at the time `as_of`.
  asio::awaitable<Error> commit_now(Duration patience, MonotonicTime as_of);
  void take_commit(const std::vector<CommittedOffset>& offsets, const Turns& turns,
                   const TopicPartitions& gone);
  asio::awaitable<Result<std::vector<Assignment>>> plan(std::vector<CommittedOffset> committed);
  asio::awaitable<void> wait_until_free();
  Turns not_located() const;
  void moved_back(const TopicPartition& partition);
  std::vector<CommittedOffset> not_committed(MonotonicTime as_of) const;
  void forget(const TopicPartitions& partitions);
  Error failure() const;
  bool stopped() const { return closed_ || member_->is_stopped() || !failure().ok(); }

  std::shared_ptr<Client> client_;
  GroupConsumerOptions options_;
  std::shared_ptr<GroupMember> member_;
  std::shared_ptr<Fetcher> fetcher_;
  Signal changed_;  // partitions came or went, something is done, a commit ended, closed
  std::map<TopicPartition, Position> positions_;
  std::set<TopicPartition> stale_;  // made anew since the caller took what it has in hand
  std::uint64_t turns_ = 0;
  bool told_ = false;       // an assignment came, empty or not
  bool in_hand_ = false;    // the caller has records
  bool committing_ = false;
  bool closed_ = false;
  Error failure_;
  Error commit_failure_;  // of the last commit before partitions were given up
};

}  // namespace leat
