#include "tests/sim/compaction_error_workload.h"

#include "broker/storage/compaction.h"
#include "common/record/batch_builder.h"
#include "common/record/batch_view.h"
#include "common/record/record_reader.h"

namespace leat::storage {
namespace {

constexpr int kKeys = 4;
constexpr int kRecordsInBatch = 2;

std::string value_of(Offset offset, std::string_view key) {
  return fmt::format("{} at {} {}", key, offset, std::string(60, 'v'));
}

struct KeyAt {
  std::string key;
  bool has_its_value = false;
};

// Every record of whole batches, by its offset; the first offset behind them.
StatusOr<Offset> collect(ByteView bytes, Offset next, std::map<Offset, KeyAt>& out) {
  record::BatchIterator batches(bytes);
  while (batches.next()) {
    next = batches.header().next_offset();
    ASSIGN_OR_RETURN(auto reader, record::RecordReader::open(batches.bytes()));
    record::RecordView r;
    while (reader.next(r)) {
      const std::string key = to_string(*r.key);
      out[r.offset] = {key, r.value && to_string(*r.value) == value_of(r.offset, key)};
    }
    RETURN_IF_ERROR(reader.status());
  }
  return next;
}

StatusOr<std::map<Offset, KeyAt>> read_all(const Log& log) {
  std::map<Offset, KeyAt> records;
  Offset next = log.start_offset();
  while (next < log.end().offset) {
    const Offset before = next;
    ASSIGN_OR_RETURN(auto part, log.read({next, 1 << 20, log.end(), true}));
    RETURN_IF_ERROR(materialize(part.data));
    ASSIGN_OR_RETURN(next, collect(flatten(part.data), next, records));
    if (next == before) return corruption("nothing to read at {}", next);
  }
  return records;
}

}  // namespace

CompactionErrorWorkload::CompactionErrorWorkload(FileSystem& fs, std::string root)
    : LogProcess(fs, std::move(root)) {
  options_.segment_bytes = 700;
  options_.index_interval_bytes = 100;
  options_.file_delete_delay_ms = 0;
  options_.may_have_gaps = true;
}

bool CompactionErrorWorkload::run() {
  return start() && fill() && compact() && put(0) && put(1) && checkpoint() && compact() &&
         remove_to(Offset{3}) && checkpoint() && compact() && restart();
}

bool CompactionErrorWorkload::fill() {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 3; ++i)
      if (!put(i)) return false;
    if (!checkpoint()) return false;
  }
  return survives(log_->roll()) && checkpoint();
}

bool CompactionErrorWorkload::restart() {
  // Not synced: recovery has something to scan, beside what compaction left.
  if (!put(2)) return false;
  stop();
  if (!start()) return false;
  return put(3) && survives(log_->roll()) && checkpoint() && compact();
}

bool CompactionErrorWorkload::put(int first_key) {
  const Offset base = log_->end().offset;
  record::BatchBuilder builder;
  std::vector<std::pair<Offset, std::string>> records;
  for (int i = 0; i < kRecordsInBatch; ++i) {
    records.emplace_back(base + i, fmt::format("key {}", (first_key + i) % kKeys));
    const auto& [offset, key] = records.back();
    builder.add(clock_.wall_ms(), as_bytes(key), as_bytes(value_of(offset, key)));
  }
  record::BuildOptions build;
  build.base_offset = base;
  build.leader_epoch = LeaderEpoch{0};
  const Bytes bytes = builder.build(build);
  bool appended = false;
  const bool alive = append(
      {bytes, base, base + (kRecordsInBatch - 1), clock_.wall_ms(), LeaderEpoch{0}}, &appended);
  if (!appended) return alive;
  for (const auto& [offset, key] : records) {
    oracle_.appended.emplace(offset, key);
    oracle_.newest[key] = offset;
  }
  return alive;
}

bool CompactionErrorWorkload::checkpoint() {
  settle_end(*log_);
  const auto end = sync();
  if (!end) return false;
  oracle_.acked = oracle_.newest;
  oracle_.acked_end = *end;
  return commit({});
}

bool CompactionErrorWorkload::compact() {
  CompactionHooks hooks;
  hooks.is_last_of_producer = [](ProducerId, Offset) { return false; };
  hooks.as_append_side = [](const auto& change) { return change(); };
  hooks.pace = [](std::uint64_t) { return Status(); };
  CompactionSettings settings;
  settings.segment_bytes = 1500;
  settings.index_interval_bytes = 100;
  settings.map_bytes = 1 << 16;
  const Offset base = committed_ ? committed_->durable.segment_base : Offset{0};
  const auto view = view_for_compaction(*log_, base, clock_.wall_ms(), 0);
  const auto report = storage::compact(*log_, view.limit, clock_.wall_ms(), settings, hooks);
  if (report.ok()) replaced_ += report->segments_replaced;
  if (!survives(report.status())) return false;
  clock_.advance(std::chrono::minutes(5));
  log_->purge_deleted();
  log_->close_idle_files();
  // Reads may fail with the disk, but never lie.
  if (auto broken = compare(oracle_); broken && broken->invariant != Invariant::kNoHole)
    violation_ = broken;
  return fs_.state().ok();
}

bool CompactionErrorWorkload::remove_to(Offset start) {
  if (start > log_->durable().offset) return true;
  oracle_.start_requested = std::max(oracle_.start_requested, start);
  return survives(log_->delete_before(start));
}

std::optional<Violation> CompactionErrorWorkload::compare(const Oracle& oracle) const {
  if (log_->start_offset() > oracle.start_requested)
    return Violation{Invariant::kStartNotInvented, fmt::format("{}", log_->start_offset())};
  if (log_->end().offset < oracle.acked_end)
    return Violation{Invariant::kAckedKept, fmt::format("ends at {}", log_->end().offset)};
  const auto records = read_all(*log_);
  if (!records.ok()) return Violation{Invariant::kNoHole, describe(records.status())};
  std::map<std::string, Offset> found;
  for (const auto& [offset, record] : *records) {
    if (!record.has_its_value || !oracle.appended.contains({offset, record.key}))
      return Violation{Invariant::kNoPhantom, fmt::format("{} at {}", record.key, offset)};
    found[record.key] = offset;
  }
  for (const auto& [key, offset] : oracle.acked) {
    if (offset < oracle.start_requested) continue;
    const auto newest = found.find(key);
    if (newest == found.end() || newest->second < offset)
      return Violation{Invariant::kAckedKept, fmt::format("{} at {} is gone", key, offset)};
  }
  return std::nullopt;
}

std::optional<Violation> CompactionErrorWorkload::check(FileSystem& fs, const std::string& root,
                                                        const Oracle& oracle) {
  CompactionErrorWorkload next(fs, root);
  if (!next.start()) return Violation{Invariant::kNeverRefused, describe(next.last_)};
  return next.compare(oracle);
}

}  // namespace leat::storage
