#include "tests/sim/error_workload.h"

#include "broker/storage/log_format.h"
#include "common/record/batch_builder.h"

namespace leat::storage {
namespace {

// Large enough that the fifth checkpoint folds the file.
constexpr std::size_t kProducerBytes = 300'000;

}  // namespace

ErrorWorkload::ErrorWorkload(FileSystem& fs, std::string root)
    : LogProcess(fs, std::move(root)) {
  options_.segment_bytes = 900;
  options_.index_interval_bytes = 200;
}

bool ErrorWorkload::run() { return start() && fill() && shorten() && read() && restart(); }

bool ErrorWorkload::fill() {
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 3; ++i)
      if (!put(2)) return false;
    if (!(round == 3 ? make_everything_stable() : make_stable()) || !checkpoint()) return false;
  }
  return true;
}

bool ErrorWorkload::shorten() {
  if (!remove_to(Offset{7}) || !checkpoint()) return false;
  clock_.advance(std::chrono::minutes(5));
  log_->purge_deleted();
  if (!put(1) || !take_back() || !put(3) || !roll() || !put(1) || !make_stable()) return false;
  log_->close_idle_files();
  return true;
}

bool ErrorWorkload::restart() {
  // Not synced: recovery has something to scan.
  if (!put(2) || !tear()) return false;
  if (!start()) return false;
  oracle_.acked = std::max(oracle_.acked, log_->end().offset);
  return put(2) && make_stable() && checkpoint() && read();
}

bool ErrorWorkload::put(int records) {
  const Offset base = log_->end().offset;
  record::BatchBuilder builder;
  const std::int64_t timestamp = 1000 + base.value();
  for (int i = 0; i < records; ++i)
    builder.add(timestamp, std::nullopt, as_bytes(std::string(80, 'x')));
  record::BuildOptions build;
  build.base_offset = base;
  build.leader_epoch = LeaderEpoch{0};
  const Bytes bytes = builder.build(build);
  bool appended = false;
  const bool alive =
      append({bytes, base, base + (records - 1), timestamp, LeaderEpoch{0}}, &appended);
  if (appended) oracle_.appended(base, bytes);
  return alive;
}

bool ErrorWorkload::make_stable() {
  const auto end = sync();
  if (end) oracle_.acked = *end;
  return end.has_value();
}

bool ErrorWorkload::make_everything_stable() {
  const auto end = sync_everything();
  if (end) oracle_.acked = *end;
  return end.has_value();
}

bool ErrorWorkload::checkpoint() {
  const bool alive = commit(Bytes(kProducerBytes, std::byte{7}));
  if (committed_) oracle_.start_committed = committed_->start;
  return alive;
}

bool ErrorWorkload::remove_to(Offset start) {
  if (start > log_->durable().offset) return true;
  oracle_.start_requested = std::max(oracle_.start_requested, start);
  return survives(log_->delete_before(start));
}

bool ErrorWorkload::take_back() {
  const LogPosition to = log_->durable();
  if (to.offset < oracle_.acked) return true;
  const Status cut = log_->truncate_to(to);
  // Half taken back is no state to go on from.
  if (!cut.ok()) return false;
  oracle_.taken_back(to.offset);
  return survives(cut);
}

// Killed while it wrote: recovery keeps a copy of what it cuts off.
bool ErrorWorkload::tear() {
  const std::string name = segment_file_name(log_->segments().back().base, kLogSuffix);
  stop();
  const auto file = fs_.open(root_ + "/t-0/" + name, OpenMode::kReadWrite);
  if (!file.ok()) return false;
  const Bytes half(40, std::byte{'h'});
  const ByteView part = half;
  return (*file)->append({&part, 1}).ok();
}

bool ErrorWorkload::roll() { return survives(log_->roll()); }

// Reads may fail with the disk, but never lie.
bool ErrorWorkload::read() {
  const auto result = log_->read({log_->start_offset(), 1 << 20, log_->end(), true});
  if (!result.ok()) return true;
  Payload data = result->data;
  if (!materialize(data).ok()) return true;
  for (const auto& piece : data.pieces()) {
    ByteView bytes = std::get<SharedBytes>(piece).view();
    while (const auto batch = scan_batch(bytes, 0)) {
      if (batch->size > bytes.size()) break;
      if (!oracle_.allows(*batch, bytes.first(batch->size)))
        violation_ = {Invariant::kNoPhantom, fmt::format("read at {}", batch->base_offset)};
      bytes = bytes.subspan(batch->size);
    }
  }
  return true;
}

std::optional<Violation> ErrorWorkload::check(FileSystem& fs, const std::string& root,
                                              const LogOracle& oracle) {
  ErrorWorkload next(fs, root);
  if (!next.start()) return Violation{Invariant::kNeverRefused, describe(next.last_)};
  return compare(*next.log_, oracle);
}

}  // namespace leat::storage
