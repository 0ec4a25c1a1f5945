#pragma once

#include <absl/container/flat_hash_map.h>

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "common/base/clock.h"
#include "common/base/ids.h"
#include "common/base/mutex.h"
#include "common/base/random.h"
#include "common/protocol/errors.h"
#include "common/protocol/messages/01_fetch.h"

// Incremental fetches (KIP-227): the broker remembers which partitions a consumer reads, requests
// name only what changed, and answers only what is new.
namespace leat::api {

// A request names a topic once and many partitions of it: they share the name. Never null.
using SharedTopicName = std::shared_ptr<const std::string>;
SharedTopicName share_name(const std::string& name);

// One partition of a fetch, as asked for.
struct FetchTarget {
  SharedTopicName topic;  // empty from v13 on
  Uuid topic_id;      // zero before v13
  FetchRequest::Partition wanted;
  // What the last answer said, to leave out what has not changed; -2: not answered yet.
  std::int64_t sent_high_watermark = -2;
  std::int64_t sent_log_start = -2;
};

// How many partitions all sessions together remember. Thread-safe.
class SessionPartitions {
 public:
  static constexpr std::int64_t kMax = 500'000;

  // False, and nothing was added, when there is no room.
  bool add_one();
  void give_back(std::size_t count) { count_.fetch_sub(static_cast<std::int64_t>(count)); }
  std::int64_t count() const { return count_.load(); }
  bool full() const { return count() >= kMax; }

 private:
  std::atomic<std::int64_t> count_{0};
};

// Used by one request at a time: clients send the next epoch only after the answer.
class FetchSession {
 public:
  static constexpr std::size_t kMaxPartitions = 50'000;

  FetchSession(std::int32_t id, std::shared_ptr<SessionPartitions> all)
      : id_(id), all_(std::move(all)) {}
  ~FetchSession() { all_->give_back(places_.size()); }
  FetchSession(const FetchSession&) = delete;
  FetchSession& operator=(const FetchSession&) = delete;

  std::int32_t id() const { return id_; }
  std::int32_t next_epoch() const { return next_epoch_; }
  // 1, 2, ... 2^31-1, 1: zero asks for a new session.
  void advance() { next_epoch_ = next_epoch_ == INT32_MAX ? 1 : next_epoch_ + 1; }
  // Adds and changes what the request names, forgets what it says to forget. False when a session
  // cannot remember all of it: too many partitions, here or in all, or a name that no topic can
  // have. It is then of no more use; the client goes on with full fetches.
  [[nodiscard]] bool apply(const FetchRequest& request);
  // In the order in which they are to be served.
  std::vector<FetchTarget> targets() const;
  // Remembers what an answer said; partitions that got data go to the end of the order, so that
  // under a small limit everyone's turn comes.
  void answered(const FetchTarget& target, std::int64_t high_watermark, std::int64_t log_start,
                bool got_data);
  std::size_t size() const { return places_.size(); }

 private:
  // The name is the target's in order_.
  using Key = std::tuple<std::string_view, Uuid, std::int32_t>;
  static Key key_of(const FetchTarget& target) {
    return {*target.topic, target.topic_id, target.wanted.partition};
  }
  void forget(const FetchRequest& request);
  bool add(const FetchRequest::Topic& topic);

  const std::int32_t id_;
  const std::shared_ptr<SessionPartitions> all_;
  std::int32_t next_epoch_ = 1;
  std::list<FetchTarget> order_;
  absl::flat_hash_map<Key, std::list<FetchTarget>::iterator> places_;
};

// A session together with the lock that a request holds while it works with it.
struct LockedFetchSession {
  Mutex mutex;
  FetchSession session LEAT_GUARDED_BY(mutex);
  LockedFetchSession(std::int32_t id, std::shared_ptr<SessionPartitions> all)
      : session(id, std::move(all)) {}
};

// At most max.incremental.fetch.session.cache.slots sessions; the one unused for longest makes room
// once it has rested for two minutes, otherwise the newcomer gets none and fetches in full. Likewise
// when the sessions together remember as many partitions as they may.
// Thread-safe.
class FetchSessionCache {
 public:
  static constexpr Duration kEvictAfter = std::chrono::minutes(2);

  FetchSessionCache(std::size_t slots, const Clock& clock, std::uint64_t seed)
      : slots_(slots), clock_(clock), random_(seed) {}

  // A new session with a random id > 0; nullptr when there is no room.
  std::shared_ptr<LockedFetchSession> create();
  std::shared_ptr<LockedFetchSession> find(std::int32_t id);
  void remove(std::int32_t id);
  std::size_t size() const;
  std::int64_t partitions() const { return partitions_->count(); }

 private:
  struct Entry {
    std::shared_ptr<LockedFetchSession> session;
    MonotonicTime last_used;
    std::list<std::int32_t>::iterator place;
  };
  void touch(Entry& entry, std::int32_t id) LEAT_REQUIRES(mutex_);

  const std::size_t slots_;
  const Clock& clock_;
  // Sessions give back what they held when the last request that works with them is done.
  const std::shared_ptr<SessionPartitions> partitions_ = std::make_shared<SessionPartitions>();
  mutable Mutex mutex_;
  Random random_ LEAT_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::int32_t, Entry> sessions_ LEAT_GUARDED_BY(mutex_);
  std::list<std::int32_t> by_use_ LEAT_GUARDED_BY(mutex_);  // least recently used first
};

}  // namespace leat::api
