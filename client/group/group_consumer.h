#pragma once

#include <asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "client/consumer.h"
#include "client/group/group_member.h"

namespace leat {

class GroupConsumerOptions {
 public:
  // Where to read partitions that became this member's: one Assignment for each. `committed` says
  // where the group stands, -1 where it never committed.
  using Plan = std::function<asio::awaitable<Result<std::vector<Assignment>>>(
      std::vector<CommittedOffset> committed)>;

  GroupConsumerOptions() = default;
  GroupConsumerOptions(std::string group, std::vector<std::string> topics)
      : member(std::move(group), std::move(topics)) {}

  GroupMemberOptions member;
  ConsumerOptions fetch;
  // Where nothing was committed, or what was committed is no longer there. Partitions that a topic
  // gets later begin here too: end() skips what they hold before the group noticed them.
  StartAt start = StartAt::end();
  // How often what is done is committed beside the work; nullopt: by commit() and when partitions
  // are given up only.
  std::optional<Duration> commit_interval = std::chrono::seconds(5);
  // Instead of `start`. With `bounded` every Assignment has an end, see finished().
  Plan plan;
  bool bounded = false;
  // Told beside the reading. `revoked` may still call done(); the commit follows it.
  RebalanceHandlers handlers;
};

class GroupReader;

// A member of a consumer group that reads what it is assigned:
//
//   GroupConsumer consumer(client, GroupConsumerOptions("billing", {"orders"}));
//   for (;;) {
//     auto records = co_await consumer.next();          // Result<optional<ConsumedRecords>>
//     while ((*records)->next(record)) handle(record);
//     consumer.done(**records);                         // from here on it may be committed
//   }
//   co_await consumer.close();
//
// At least once: only what was declared done is committed, so a crash repeats some records and
// skips none. A rebalance waits for the caller to come back to next() before it gives partitions
// up, at most GroupMemberOptions::rebalance_timeout: until then what is in hand is not given to
// others. The client's executor only.
class GroupConsumer {
 public:
  // Joins at once.
  GroupConsumer(std::shared_ptr<Client> client, GroupConsumerOptions options);
  // Without close(): stops like a crash, and the group waits for the session time-out.
  ~GroupConsumer();
  GroupConsumer(GroupConsumer&&) noexcept;
  GroupConsumer& operator=(GroupConsumer&&) noexcept;

  // The next records of any partition; nullopt when none came within `wait`, or when finished().
  // An error is the end: fenced, not authorized, damaged records. A topic that was deleted is not:
  // its partitions are revoked when the group's leader noticed, and assigned when it is there again.
  asio::awaitable<Result<std::optional<ConsumedRecords>>> next(
      Duration wait = std::chrono::hours(24 * 365));

  // Everything up to this record, or to the end of these records, need not be read again by this
  // group. Nothing happens for a partition that was given up meanwhile.
  void done(const RecordView& record);
  void done(const ConsumedRecords& records);
  // Commits what is done. See GroupMember::commit for errors.
  asio::awaitable<Error> commit(Duration patience = std::chrono::seconds(30));

  // Commits what is done, leaves the group and stops. The commit's error, or the failure that had
  // stopped it before. At most `patience` for the farewell.
  asio::awaitable<Error> close(Duration patience = std::chrono::seconds(30));

  // With `bounded`: everything assigned was read to its end and taken.
  bool finished() const;
  const std::shared_ptr<GroupMember>& member() const;

 private:
  std::shared_ptr<GroupReader> reader_;
};

}  // namespace leat
