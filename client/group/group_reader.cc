#include "client/group/group_reader.h"

#include "client/spawn.h"
#include "common/base/random.h"

namespace leat {
namespace {

// For what can be tried again later.
constexpr Duration kPatience = std::chrono::seconds(10);

}  // namespace

GroupReader::GroupReader(std::shared_ptr<Client> client, GroupConsumerOptions options)
    : client_(std::move(client)),
      options_(std::move(options)),
      fetcher_(std::make_shared<Fetcher>(client_, options_.fetch)),
      changed_(client_->executor()) {}

void GroupReader::start() {
  using Told = asio::awaitable<void> (GroupReader::*)(std::shared_ptr<GroupReader>,
                                                      TopicPartitions);
  const auto handler = [weak = weak_from_this()](Told told) -> RebalanceHandlers::Handler {
    return [weak, told](TopicPartitions partitions) -> asio::awaitable<void> {
      const std::shared_ptr<GroupReader> self = weak.lock();
      if (self) co_await (self.get()->*told)(self, std::move(partitions));
    };
  };
  RebalanceHandlers handlers;
  handlers.assigned = handler(&GroupReader::assigned);
  handlers.revoked = handler(&GroupReader::revoked);
  handlers.lost = handler(&GroupReader::lost);
  member_ = GroupMember::make(client_, options_.member, std::move(handlers));
  FetcherEvents events;
  events.topic_gone = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->member_->check_topics();
  };
  events.moved_back = [weak = weak_from_this()](const TopicPartition& partition) {
    if (const auto self = weak.lock()) self->moved_back(partition);
  };
  fetcher_->set_events(std::move(events));
  member_->start();
  spawn(client_->executor(), locate_loop(shared_from_this()));
  spawn(client_->executor(), watch(shared_from_this()));
  if (options_.commit_interval) spawn(client_->executor(), commit_loop(shared_from_this()));
}

// --- what the group says ---

asio::awaitable<void> GroupReader::assigned(std::shared_ptr<GroupReader> self,
                                            TopicPartitions partitions) {
  told_ = true;
  for (const TopicPartition& partition : partitions) positions_[partition].turn = ++turns_;
  changed_.notify_all();
  fetcher_->arrived().notify_all();
  if (options_.handlers.assigned) co_await options_.handlers.assigned(std::move(partitions));
}

asio::awaitable<void> GroupReader::revoked(std::shared_ptr<GroupReader> self,
                                           TopicPartitions partitions) {
  told_ = false;  // an assignment follows: to have nothing until then is not the end
  fetcher_->remove(partitions);
  co_await wait_until_free();
  if (options_.handlers.revoked) co_await options_.handlers.revoked(partitions);
  commit_failure_ = co_await commit_now(kPatience, MonotonicTime::max());
  // Nobody will ask for the offsets of a topic that was deleted.
  if (is_gone(commit_failure_)) commit_failure_ = Error();
  forget(partitions);
}

asio::awaitable<void> GroupReader::lost(std::shared_ptr<GroupReader> self,
                                        TopicPartitions partitions) {
  told_ = false;
  fetcher_->remove(partitions);
  forget(partitions);
  if (options_.handlers.lost) co_await options_.handlers.lost(std::move(partitions));
}

// After the rebalance time-out the group has gone on without this member.
asio::awaitable<void> GroupReader::wait_until_free() {
  const MonotonicTime deadline = monotonic_now() + options_.member.rebalance_timeout;
  while (in_hand_ && !closed_ && monotonic_now() < deadline) co_await changed_.wait_until(deadline);
}

void GroupReader::forget(const TopicPartitions& partitions) {
  for (const TopicPartition& partition : partitions) positions_.erase(partition);
  changed_.notify_all();
}

// The member may stop by itself; who waits for records learns it here.
asio::awaitable<void> GroupReader::watch(std::shared_ptr<GroupReader> self) {
  while (!member_->is_stopped() && !closed_) co_await member_->changed().wait();
  changed_.notify_all();
  fetcher_->arrived().notify_all();
}

// --- where to read ---

GroupReader::Turns GroupReader::not_located() const {
  Turns turns;
  for (const auto& [partition, position] : positions_)
    if (!position.located) turns.emplace(partition, position.turn);
  return turns;
}

asio::awaitable<void> GroupReader::locate_loop(std::shared_ptr<GroupReader> self) {
  Backoff backoff(client_->options().retry_backoff, client_->options().retry_backoff_max,
                  entropy());
  while (!stopped()) {
    const std::uint64_t seen = changed_.count();
    Turns turns = not_located();
    if (turns.empty()) {
      co_await changed_.wait_since(seen, MonotonicTime::max());
      continue;
    }
    Error error = co_await locate(std::move(turns));
    if (is_gone(error)) member_->check_topics();
    if (is_gone(error) || error.is(ErrorCode::kLeaderNotAvailable))
      error = co_await locate_apart(not_located());
    if (error.ok()) {
      backoff.reset();
    } else if (error.retriable()) {
      co_await sleep_for(backoff.next());
    } else if (!closed_) {
      failure_ = error;
      fetcher_->arrived().notify_all();
    }
  }
}

// The others do not wait for a topic that was deleted, nor for partitions without a leader: some
// steps of locate() fail for all when they fail for one.
asio::awaitable<Error> GroupReader::locate_apart(Turns turns) {
  std::map<std::pair<std::string, bool>, Turns> parts;
  for (const auto& [partition, turn] : turns) {
    static_cast<void>(co_await client_->topic(partition.topic));
    const bool offline = !client_->metadata().leader(partition.topic, partition.partition);
    parts[{partition.topic, offline}].emplace(partition, turn);
  }
  Error first;
  for (auto& [what, part] : parts) {
    if (stopped()) break;
    const Error error = co_await locate(std::move(part));
    if (!error.ok() && (first.ok() || !error.retriable())) first = error;
  }
  co_return first;
}

asio::awaitable<Error> GroupReader::locate(Turns turns) {
  TopicPartitions partitions;
  for (const auto& [partition, turn] : turns) partitions.push_back(partition);
  Result<std::vector<CommittedOffset>> committed =
      co_await member_->committed(std::move(partitions), kPatience);
  if (!committed.ok()) co_return committed.error();
  const std::vector<CommittedOffset> known = *committed;
  Result<std::vector<Assignment>> assignments =
      options_.plan ? co_await options_.plan(*std::move(committed))
                    : co_await plan(*std::move(committed));
  if (!assignments.ok()) co_return assignments.error();
  // A partition that was given up meanwhile, or came again, is no longer where we asked.
  std::function<bool(const TopicPartition&)> wanted = [this, &turns](const TopicPartition& p) {
    const auto position = positions_.find(p);
    if (position == positions_.end() || position->second.turn != turns.at(p)) return false;
    return position->second.located = true;
  };
  const Error error =
      co_await fetcher_->add(fetcher_, *std::move(assignments), std::move(wanted));
  for (const CommittedOffset& offset : known)
    if (const auto position = positions_.find(offset.partition);
        position != positions_.end() && position->second.turn == turns.at(offset.partition))
      position->second.committed = std::max(position->second.committed, offset.offset);
  co_return error;
}

asio::awaitable<Result<std::vector<Assignment>>> GroupReader::plan(
    std::vector<CommittedOffset> committed) {
  std::vector<Assignment> assignments;
  for (const CommittedOffset& offset : committed) {
    const StartAt start = offset.offset < 0 ? options_.start : StartAt::offset(offset.offset);
    assignments.emplace_back(offset.partition.topic, offset.partition.partition, start);
    if (options_.start.kind() != StartAt::Kind::kOffset)
      assignments.back().if_out_of_range = options_.start;
  }
  co_return assignments;
}

// The old offsets are of records that are no more, and greater than those to come.
void GroupReader::moved_back(const TopicPartition& partition) {
  const auto position = positions_.find(partition);
  if (position == positions_.end()) return;
  position->second.turn = ++turns_;
  position->second.done = position->second.committed = -1;
  // What the caller has in hand may be of them, too.
  if (in_hand_) stale_.insert(partition);
}

// --- reading ---

Error GroupReader::failure() const {
  if (!failure_.ok()) return failure_;
  if (!member_->failure().ok()) return member_->failure();
  return fetcher_->failure();
}

asio::awaitable<Result<std::optional<ConsumedRecords>>> GroupReader::next(
    std::shared_ptr<GroupReader> self, Duration wait) {
  in_hand_ = false;
  stale_.clear();
  changed_.notify_all();
  const MonotonicTime deadline = monotonic_now() + wait;
  for (;;) {
    const std::uint64_t seen = fetcher_->arrived().count();
    std::optional<ConsumedRecords> taken = fetcher_->try_next();
    if (taken) {
      in_hand_ = true;
      co_return taken;
    }
    if (const Error error = failure(); !error.ok()) co_return error;
    if (closed_) co_return Error::make(ClientCode::kClosed, "the consumer was closed");
    if (finished() || monotonic_now() >= deadline) co_return std::optional<ConsumedRecords>();
    co_await fetcher_->arrived().wait_since(seen, deadline);
  }
}

bool GroupReader::finished() const {
  return options_.bounded && told_ && not_located().empty() && fetcher_->finished();
}

// --- what is done ---

void GroupReader::done(TopicPartition partition, std::int64_t next_offset) {
  if (stale_.contains(partition)) return;
  const auto position = positions_.find(partition);
  // Not located: these are records of an earlier turn, and others may have gone further since.
  if (position == positions_.end() || !position->second.located) return;
  position->second.done = std::max(position->second.done, next_offset);
}

std::vector<CommittedOffset> GroupReader::not_committed(MonotonicTime as_of) const {
  std::vector<CommittedOffset> offsets;
  for (const auto& [partition, position] : positions_)
    if (position.done > position.committed && as_of >= position.not_before)
      offsets.emplace_back(partition, position.done);
  return offsets;
}

asio::awaitable<Error> GroupReader::commit_now(Duration patience, MonotonicTime as_of) {
  // One at a time: a retry must not overtake the commit after it.
  const MonotonicTime deadline = monotonic_now() + patience;
  while (committing_ && monotonic_now() < deadline) co_await changed_.wait_until(deadline);
  if (committing_) co_return Error::make(ClientCode::kTimedOut, "an earlier commit still waits");
  const std::vector<CommittedOffset> offsets = not_committed(as_of);
  if (offsets.empty()) co_return Error();
  Turns turns;
  for (const CommittedOffset& offset : offsets)
    turns.emplace(offset.partition, positions_[offset.partition].turn);
  committing_ = true;
  std::vector<CommittedOffset> sent = offsets;
  TopicPartitions gone;
  const Error error = co_await member_->commit(std::move(sent), patience, &gone);
  committing_ = false;
  if (error.ok() || is_gone(error)) take_commit(offsets, turns, gone);
  changed_.notify_all();
  co_return error;
}

// Says nothing of a partition that was given up or made anew meanwhile.
void GroupReader::take_commit(const std::vector<CommittedOffset>& offsets, const Turns& turns,
                              const TopicPartitions& gone) {
  const std::set<TopicPartition> unknown(gone.begin(), gone.end());
  for (const CommittedOffset& offset : offsets) {
    const auto position = positions_.find(offset.partition);
    if (position == positions_.end() || position->second.turn != turns.at(offset.partition))
      continue;
    // Deleted, and soon revoked; or the coordinator is behind and will know it.
    if (unknown.contains(offset.partition))
      position->second.not_before = monotonic_now() + options_.member.topic_check_interval;
    else position->second.committed = std::max(position->second.committed, offset.offset);
  }
  if (!gone.empty()) member_->check_topics();
}

asio::awaitable<Error> GroupReader::commit(std::shared_ptr<GroupReader> self, Duration patience) {
  co_return co_await commit_now(patience, monotonic_now());
}

// An error here is not the end: the next round, or the one before partitions are given up, has the
// same offsets in it.
asio::awaitable<void> GroupReader::commit_loop(std::shared_ptr<GroupReader> self) {
  while (!stopped()) {
    const MonotonicTime next = monotonic_now() + *options_.commit_interval;
    while (!stopped() && monotonic_now() < next) co_await changed_.wait_until(next);
    if (stopped()) co_return;
    const Error ignored = co_await commit_now(kPatience, monotonic_now());
  }
}

// --- the end ---

asio::awaitable<Error> GroupReader::close(std::shared_ptr<GroupReader> self, Duration patience) {
  const Error failed = failure();
  in_hand_ = false;
  changed_.notify_all();
  if (!closed_) co_await member_->leave(patience);
  abandon();
  co_return failed.ok() ? commit_failure_ : failed;
}

void GroupReader::abandon() {
  closed_ = true;
  member_->close();
  fetcher_->close();
  changed_.notify_all();
}

}  // namespace leat
