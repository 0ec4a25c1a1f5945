#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "client/consumer.h"
#include "common/protocol/messages/01_fetch.h"

namespace leat {

// For an owner who lives through what ends a plain consumer. Both may be empty.
class FetcherEvents {
 public:
  // The topic stays unknown: it was deleted. With this set that is no failure; reading it is tried
  // again, and each failure told, until it is removed or there again.
  std::function<void()> topic_gone;
  // Reading goes on before where it stood: the topic was made anew, or its end cut off. With this
  // set, what was fetched before and not taken is dropped.
  std::function<void(const TopicPartition&)> moved_back;
};

// The consumer's engine: one fetch at a time per broker, sent again as soon as its answer is taken
// apart, while the budget lasts. Internal.
class Fetcher : public std::enable_shared_from_this<Fetcher> {
 public:
  Fetcher(std::shared_ptr<Client> client, ConsumerOptions options);
  void set_events(FetcherEvents events) { events_ = std::move(events); }

  // See Consumer::assign.
  asio::awaitable<Error> assign(std::shared_ptr<Fetcher> self, std::vector<Assignment> assignments);
  // Reads these too, but for those whose start was not found, to be added again: then an error, one
  // that cannot pass before one that can. `wanted` is asked once a start is known: it may have
  // taken a while.
  asio::awaitable<Error> add(std::shared_ptr<Fetcher> self, std::vector<Assignment> assignments,
                             std::function<bool(const TopicPartition&)> wanted);
  // Stops reading these; what was fetched of them and not taken is dropped.
  void remove(const TopicPartitions& partitions);
  asio::awaitable<Result<std::optional<ConsumedRecords>>> next(std::shared_ptr<Fetcher> self,
                                                               Duration wait);
  std::optional<ConsumedRecords> try_next();
  bool finished() const;
  const Error& failure() const { return failure_; }
  // Notified when there may be something to take.
  Signal& arrived() { return arrived_; }
  void close();

 private:
  struct Partition {
    std::shared_ptr<const std::string> topic;
    std::int32_t index = 0;
    std::int64_t position = 0;
    std::int64_t until = kNoEnd;
    std::optional<StartAt> if_out_of_range;
    bool resetting = false;
    int failures = 0;  // in a row
    MonotonicTime not_before;
    bool done() const { return position >= until; }
  };
  struct Node {
    ConnectionPtr connection;
    bool busy = false;  // dialing or a fetch in flight
    bool lost = false;  // as on_contact was told last
    MonotonicTime not_before;
  };

  struct Located {
    std::vector<Partition> partitions;
    std::vector<Assignment> others;  // whose start was not found
    Error error;                     // of one of these
  };
  asio::awaitable<Located> locate(std::vector<Assignment> assignments);
  asio::awaitable<void> locate_others(std::shared_ptr<Fetcher> self);
  void drop_ready(const std::set<TopicPartition>& partitions);
  void begin(const std::shared_ptr<Fetcher>& self);
  asio::awaitable<void> reset(std::shared_ptr<Fetcher> self, TopicPartition partition, StartAt to);
  asio::awaitable<void> pump(std::shared_ptr<Fetcher> self);
  void start_fetches(MonotonicTime at);
  void fetch(std::int32_t node_id, const std::vector<Partition*>& partitions);
  asio::awaitable<void> dial(std::shared_ptr<Fetcher> self, std::int32_t node_id);
  asio::awaitable<void> refresh(std::shared_ptr<Fetcher> self);
  void handle_answer(std::int32_t node_id, const Result<Reply<FetchResponse>>& reply);
  void take_partition(const Reply<FetchResponse>& reply, Partition& partition,
                      const FetchResponse::Partition& answer);
  void partition_failed(Partition& partition, const Error& error);
  void fail(Error error);
  void contact(std::int32_t node_id, const Error& error);
  Partition* find(const FetchResponse::Topic& topic, std::int32_t index);
  Partition* find(const TopicPartition& partition);
  // When the metadata of a partition is to be asked for again.
  MonotonicTime aged_at(const Partition& partition) const;
  // The first thing due after `at`, up to which time the pump has looked.
  MonotonicTime next_event(MonotonicTime at) const;

  std::shared_ptr<Client> client_;
  ConsumerOptions options_;
  FetcherEvents events_;
  Signal wake_;     // the pump may have something to do
  Signal arrived_;  // the caller may have something to take
  std::vector<Partition> partitions_;
  std::vector<Assignment> others_;  // assigned, and not located yet
  bool locating_ = false;
  std::map<std::int32_t, Node> nodes_;
  std::deque<ConsumedRecords> ready_;
  std::size_t buffered_ = 0;
  std::size_t rotation_ = 0;
  Backoff backoff_;
  bool stale_ = false;  // metadata proved wrong
  bool refreshing_ = false;
  MonotonicTime refresh_not_before_;
  bool pumping_ = false;
  bool closed_ = false;
  std::uint64_t generation_ = 0;  // answers to fetches of an earlier assignment are dropped
  Error failure_;
};

}  // namespace leat
