#include "broker/topics/cleaner.h"

#include <algorithm>

#include "common/base/log.h"
#include "common/base/thread_name.h"

namespace leat::topics {
namespace {

// A pass looks at the clock and at the free space after so much.
constexpr std::uint64_t kPaceStep = 1 << 20;
// And while it waits it looks this often whether the topic was deleted, or the rate changed.
constexpr Duration kPaceSlice = std::chrono::milliseconds(100);

double megabytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

void log_pass(const Partition& partition, const storage::CompactionReport& report, Duration took) {
  const double seconds = std::max(1e-9, std::chrono::duration<double>(took).count());
  LOG_INFO(
      "compacted partition={} up_to={} records={} kept={} read_mb={:.1f} written_mb={:.1f} "
      "segments={} into={} seconds={:.3f}",
      partition.directory(), report.cleaned_to, report.records_read, report.records_kept,
      megabytes(report.bytes_read), megabytes(report.bytes_written), report.segments_replaced,
      report.segments_made, seconds);
}

}  // namespace

Cleaner::~Cleaner() {
  stop();
}

void Cleaner::start() {
  thread_ = std::thread([this] { run(); });
}

void Cleaner::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Cleaner::is_stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

void Cleaner::run() {
  name_this_thread("leat-cleaner");
  while (true) {
    clean_due();
    const auto pause = std::chrono::milliseconds(parts_.options()->log_cleaner_backoff_ms);
    MutexLock lock(mutex_);
    if (!stopping_) wake_.wait_for(mutex_, pause);
    if (stopping_) return;
  }
}

std::vector<Cleaner::Candidate> Cleaner::due_partitions() {
  std::vector<Candidate> due;
  const std::int64_t now_ms = parts_.clock->wall_ms();
  const auto image = parts_.catalog->image();
  for (const auto& [name, topic] : image->by_name) {
    if (!topic->options->compacts()) continue;
    for (const auto& partition : topic->partitions) {
      if (is_stopping()) return {};
      if (damaged_.contains(partition->id())) continue;
      partition->open_now();
      const auto need = partition->prepare_compaction(now_ms);
      if (need.due) due.push_back({partition, need.view.dirty_ratio()});
    }
  }
  std::sort(due.begin(), due.end(),
            [](const auto& a, const auto& b) { return a.dirty_ratio > b.dirty_ratio; });
  return due;
}

std::size_t Cleaner::clean_due() {
  std::size_t passes = 0;
  for (const Candidate& candidate : due_partitions()) {
    // Several passes when the keys did not fit into memory at once.
    while (!is_stopping() && clean(*candidate.partition)) ++passes;
  }
  return passes;
}

// False when there is nothing more to do for this partition now.
bool Cleaner::clean(Partition& partition) {
  if (!parts_.disk->has_room_to_spare()) return false;
  const std::int64_t now_ms = parts_.clock->wall_ms();
  auto need = partition.prepare_compaction(now_ms);
  if (!need.due) return false;
  if (need.wants_checkpoint) {
    if (Status s = parts_.checkpointer->run(); !s.ok()) {
      LOG_WARN("compaction waits for a checkpoint partition={} why={}", partition.directory(),
               describe(s));
      return false;
    }
    need = partition.prepare_compaction(now_ms);
  }
  const auto options = parts_.options();
  storage::CompactionSettings settings;
  settings.map_bytes = static_cast<std::uint64_t>(options->log_cleaner_dedupe_buffer_size);
  settings.map_load_factor = std::clamp(options->log_cleaner_io_buffer_load_factor, 0.1, 0.95);
  settings.hash_key = {random_.next(), random_.next()};
  const MonotonicTime begin = parts_.clock->monotonic();
  throttle_.restart();
  const auto report = partition.compact(
      settings, now_ms, [&](std::uint64_t bytes) { return pace(partition, bytes); });
  if (!report.ok()) {
    report_failure(partition, report.status());
    return false;
  }
  if (report->bytes_read > 0) log_pass(partition, *report, parts_.clock->monotonic() - begin);
  return report->cleaned_to > need.view.first_dirty && report->cleaned_to < need.view.limit;
}

void Cleaner::report_failure(Partition& partition, const Status& why) {
  switch (why.code()) {
    case StatusCode::kUnavailable:  // stopped, or the topic was deleted
      return;
    case StatusCode::kAborted:  // the disk is full
    case StatusCode::kResourceExhausted:
      LOG_WARN("compaction pauses partition={} why={}", partition.directory(), describe(why));
      return;
    case StatusCode::kDataLoss:
      LOG_ERROR("partition {} is not compacted any more until the next start: {}",
                partition.directory(), describe(why));
      damaged_.insert(partition.id());
      return;
    default:
      parts_.fatal(with_context(why, partition.directory()));
  }
}

Status Cleaner::pace(const Partition& partition, std::uint64_t bytes) {
  const std::uint64_t before = throttle_.bytes();
  throttle_.did(bytes);
  if (throttle_.bytes() / kPaceStep == before / kPaceStep) return {};
  if (!parts_.disk->has_room_to_spare()) return disk_full("what is free is left to produce");
  MutexLock lock(mutex_);
  while (!stopping_ && partition.is_open()) {
    const Duration wait = throttle_.ahead(parts_.options()->log_cleaner_io_max_bytes_per_second);
    if (wait <= Duration::zero()) break;
    wake_.wait_for(mutex_, std::min<Duration>(kPaceSlice, wait));
  }
  return stopping_ ? unavailable("the broker stops") : Status();
}

}  // namespace leat::topics
