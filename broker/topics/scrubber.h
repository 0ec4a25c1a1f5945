#pragma once

#include <atomic>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "broker/options/broker_options.h"
#include "broker/storage/scrub_progress.h"
#include "broker/topics/throttle.h"
#include "broker/topics/topic_catalog.h"

namespace leat::topics {

// The thread that looks for bit rot: once in leat.scrub.interval.ms it reads everything below the
// durable checkpoint, at leat.scrub.io.max.bytes.per.second at most, past the page cache and
// without opening a partition. What is damaged is told in the log, once, and served as
// CORRUPT_MESSAGE; it is never touched. A round goes by topic id, partition and segment, and goes
// on where a stop interrupted it. At a start the segments that were damaged are looked at first.
// What cannot be checked when its turn comes (a partition that is being opened, no descriptors) is
// tried again before the round ends, which says how much it had to leave out.
class Scrubber {
 public:
  struct Parts {
    TopicCatalog* catalog = nullptr;
    storage::FileSystem* files = nullptr;
    std::string data_directory;
    const Clock* clock = nullptr;
    // The broker's settings as they are now.
    std::function<std::shared_ptr<const BrokerOptions>()> options;
    // How the thread waits, for tests and simulation; by default until the time is over or stop().
    std::function<void(Duration)> rest;
  };
  explicit Scrubber(Parts parts) : parts_(std::move(parts)) {}
  ~Scrubber();

  void start();
  // Ends the thread before its next read, and writes down where it stood.
  void stop();

  // --- one step each, for tests and simulation; the thread calls them in this order ---
  // Reads how far an earlier run came, and checks the segments that it knew to be damaged.
  void resume();
  // Tries what was put off, then begins a round when it is time, or goes on with one; true when it
  // came to its end.
  bool scrub_due();
  // Writes down how far it is.
  void save();

  // Damaged ranges found since the start.
  std::uint64_t damage_count() const { return damage_count_.load(std::memory_order_relaxed); }

 private:
  void run();
  bool is_stopping() const;
  // False when it is to stop.
  bool rest(Duration time);
  bool is_off() const;
  // How long to wait before looking whether a round is due.
  Duration pause() const;
  void load();
  void save_if_due();
  bool scrub_round();
  // The segments with these bases.
  struct Bases {
    Offset from;
    Offset last{std::numeric_limits<std::int64_t>::max()};
  };
  // An error of these ends the round for now; what one segment has to say for itself does not.
  Status scrub_partition(Partition& partition, Bases bases, bool is_round);
  Status scrub_segment(Partition& partition, storage::SegmentToScrub segment);
  void put_off(const Partition& partition, Bases bases, const Status& why);
  Status try_put_off();
  Status try_put_off_often();
  Status scrub_again(const storage::SegmentPlace& place);
  void forget_if_gone(const storage::SegmentPlace& place);
  void forget_gone();
  void end_round(MonotonicTime begin);
  bool take(Partition& partition, const storage::SegmentToScrub& segment,
            std::vector<storage::Damage> found);
  StatusOr<std::vector<storage::Damage>> check(const Partition& partition,
                                               const storage::SegmentToScrub& segment);
  void report(const Partition& partition, const storage::Damage& damage);
  // Holds the thread up before a read, so that the disk is used at the configured rate. unavailable
  // when the round is to end.
  Status pace(std::uint64_t bytes);

  Parts parts_;
  Throttle throttle_{*parts_.clock};
  storage::ScrubProgress progress_;
  std::set<storage::SegmentPlace> damaged_;
  // What could not be checked when its turn came, with the last base of it, and why not.
  struct PutOff {
    Offset last;
    std::string why;
  };
  std::map<storage::SegmentPlace, PutOff> put_off_;
  std::uint64_t not_kept_ = 0;  // would have been too many to put off
  MonotonicTime saved_at_{};
  bool unsaved_ = false;
  std::uint64_t bytes_this_round_ = 0;  // since the start, that is
  std::atomic<std::uint64_t> damage_count_{0};
  mutable Mutex mutex_;
  CondVar wake_;
  bool stopping_ LEAT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// Where it stands is written down at most so often, and at the end of a round.
inline constexpr Duration kScrubSaveInterval = std::chrono::minutes(1);
// A start has other things to read than this.
inline constexpr Duration kScrubStartDelay = std::chrono::minutes(1);

}  // namespace leat::topics
