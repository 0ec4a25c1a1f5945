// From the intended time of a record to its arrival at a waiting consumer.

#include <sys/prctl.h>

#include <atomic>
#include <thread>

#include "bench/load/fetch_frame.h"
#include "bench/load/load.h"
#include "bench/load/produce_frames.h"
#include "bench/load/progress.h"
#include "bench/load/topic.h"
#include "bench/load/usage.h"
#include "bench/sockets.h"

namespace leat::bench {
namespace {

constexpr std::int32_t kMaxWaitMs = 500;
constexpr double kRampSeconds = 0.1;
constexpr double kGiveUpSeconds = 5;  // after the last record was due

Settings one_record_per_batch(Settings settings) {
  settings.records_per_batch = 1;
  settings.partitions = 1;
  return settings;
}

class EndToEnd {
 public:
  explicit EndToEnd(const Settings& settings)
      : settings_(one_record_per_batch(settings)),
        producer_(settings),
        consumer_(settings),
        frames_(settings_, 1),
        fetch_(settings_, 0, kMaxWaitMs),
        total_(static_cast<std::uint64_t>(settings.rate * (settings.warmup + settings.seconds))),
        skipped_(static_cast<std::uint64_t>(settings.rate * settings.warmup)),
        base_(list_offset(producer_, settings_, 0, kLatest)) {}

  LoadResult run() {
    start_ = after(Clock::now(), kRampSeconds);
    std::thread producer([this] { produce(); });
    std::thread answers([this] { take_answers(); });
    consume();
    // Frees the other two when the broker could not hold the rate.
    if (result_.ended_early) ::shutdown(producer_.fd().get(), SHUT_RDWR);
    producer.join();
    answers.join();
    if (!meter_) BrokerLink::fail(absl::DeadlineExceededError("nothing arrived in time"));
    meter_->finish(result_);
    result_.congestion_control = congestion_control(producer_.fd().get());
    return std::move(result_);
  }

 private:
  Clock::time_point intended(std::uint64_t index) const {
    return after(start_, static_cast<double>(index) / settings_.rate);
  }

  void produce() {
    ::prctl(PR_SET_TIMERSLACK, 1);
    for (std::uint64_t i = 0; i < total_; ++i) {
      std::this_thread::sleep_until(intended(i));
      if (const Status s = producer_.send_all(frames_.bytes()); !s.ok()) return stop_or_fail(s);
    }
  }

  void stop_or_fail(const Status& status) {
    if (!gave_up_) BrokerLink::fail(status);
  }

  // On a thread of its own: reading them between two sends would delay the second.
  void take_answers() {
    for (std::uint64_t i = 0; i < total_ && settings_.acks != 0; ++i) {
      const auto frame = producer_.receive_frame();
      if (!frame.ok()) return stop_or_fail(frame.status());
      if (read_produce_answer(*frame, settings_.topic.size()).error != 0) {
        BrokerLink::fail(absl::InternalError("produce failed"));
      }
    }
  }

  void consume() {
    const auto end = base_ + static_cast<std::int64_t>(total_);
    const auto deadline = after(intended(total_), kGiveUpSeconds);
    for (std::int64_t next = base_; next < end;) {
      if (Clock::now() > deadline) {
        gave_up_ = result_.ended_early = true;
        return;
      }
      if (const Status s = consumer_.send_all(fetch_.at(next)); !s.ok()) BrokerLink::fail(s);
      const auto frame = consumer_.receive_frame();
      const auto now = Clock::now();
      if (!frame.ok()) BrokerLink::fail(frame.status());
      progress_.show(now, result_.consumed.records, meter_.has_value());
      const FetchAnswer answer = read_fetch_answer(*frame);
      if (answer.next_offset < 0) continue;
      for (; next < answer.next_offset; ++next) {
        count(static_cast<std::uint64_t>(next - base_), now);
      }
    }
  }

  void count(std::uint64_t index, Clock::time_point now) {
    if (index < skipped_) return;
    if (!meter_) meter_.emplace(settings_.broker_pid);
    ++result_.consumed.requests;
    result_.consumed.answered(1, frames_.batch_size(),
                              static_cast<double>(index - skipped_) / settings_.rate,
                              now - intended(index));
  }

  const Settings settings_;
  BrokerLink producer_, consumer_;
  const ProduceFrames frames_;
  FetchFrame fetch_;
  const std::uint64_t total_, skipped_;
  const std::int64_t base_;
  Clock::time_point start_;
  std::atomic<bool> gave_up_ = false;
  std::optional<UsageMeter> meter_;
  Progress progress_;
  LoadResult result_;
};

}  // namespace

LoadResult run_end_to_end(const Settings& settings) {
  return EndToEnd(settings).run();
}

}  // namespace leat::bench
