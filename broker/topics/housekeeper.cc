#include "broker/topics/housekeeper.h"

#include <algorithm>

#include "common/base/log.h"
#include "common/base/thread_name.h"

namespace leat::topics {

Housekeeper::~Housekeeper() { stop(); }

// The first seconds belong to whoever asks for partitions that are still to be opened.
void Housekeeper::start() {
  const MonotonicTime now = parts_.clock->monotonic();
  const auto interval =
      std::chrono::milliseconds(parts_.options()->log_retention_check_interval_ms);
  next_checkpoint_ = now + kCheckpointInterval;
  next_retention_ = now + std::min<Duration>(interval, kFirstRetention);
  thread_ = std::thread([this] { run(); });
}

void Housekeeper::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Housekeeper::run() {
  name_this_thread("leat-keeper");
  while (true) {
    {
      MutexLock lock(mutex_);
      if (!stopping_) wake_.wait_for(mutex_, kTickInterval);
      if (stopping_) return;
    }
    tick();
  }
}

void Housekeeper::tick() {
  const MonotonicTime now = parts_.clock->monotonic();
  parts_.disk->check();
  maybe_checkpoint(now);
  look_after_partitions();
  maybe_retain(now, *parts_.options());
  parts_.catalog->purge_deleted_topics();
}

void Housekeeper::look_after_partitions() {
  const auto image = parts_.catalog->image();
  for (const auto& [name, topic] : image->by_name) {
    for (const auto& partition : topic->partitions) {
      partition->purge_deleted();
      partition->look_again_if_offline();
    }
  }
}

void Housekeeper::maybe_checkpoint(MonotonicTime now) {
  const std::int64_t appended = parts_.appended_bytes->load(std::memory_order_relaxed);
  if (now < next_checkpoint_ && appended - bytes_at_checkpoint_ < kCheckpointBytes) return;
  next_checkpoint_ = now + kCheckpointInterval;
  bytes_at_checkpoint_ = appended;
  if (Status s = parts_.checkpointer->run(); !s.ok()) {
    LOG_WARN("the checkpoint stays where it is: {}", describe(s));
  }
}

void Housekeeper::maybe_retain(MonotonicTime now, const BrokerOptions& options) {
  if (now < next_retention_) return;
  next_retention_ = now + std::chrono::milliseconds(options.log_retention_check_interval_ms);
  const std::int64_t wall_ms = parts_.clock->wall_ms();
  const auto image = parts_.catalog->image();
  for (const auto& [name, topic] : image->by_name) {
    for (const auto& partition : topic->partitions) {
      partition->enforce_retention(wall_ms);
      partition->expire_producers(wall_ms - options.producer_id_expiration_ms);
    }
  }
}

}  // namespace leat::topics
