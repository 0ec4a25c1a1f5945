#include "tests/sim/error_workload.h"

#include "common/record/batch_builder.h"

namespace leat::storage {
namespace {

// Large enough that the fifth checkpoint folds the file.
constexpr std::size_t kProducerBytes = 300'000;

TopicPartitionId partition_id() { return {}; }

}  // namespace

ErrorWorkload::ErrorWorkload(FileSystem& fs, std::string root)
    : root_(std::move(root)), fs_(fs, nullptr) {
  options_.segment_bytes = 900;
  options_.index_interval_bytes = 200;
}

bool ErrorWorkload::run() { return start() && fill() && shorten() && read() && restart(); }

bool ErrorWorkload::fill() {
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 3; ++i)
      if (!append(2)) return false;
    if (!(round == 3 ? sync_everything() : sync()) || !commit()) return false;
  }
  return true;
}

bool ErrorWorkload::shorten() {
  if (!remove_to(Offset{7}) || !commit()) return false;
  clock_.advance(std::chrono::minutes(5));
  log_->purge_deleted();
  if (!append(1) || !take_back() || !append(3) || !roll() || !append(1) || !sync()) return false;
  log_->close_idle_files();
  return true;
}

bool ErrorWorkload::restart() {
  // Not synced: recovery has something to scan.
  if (!append(2)) return false;
  log_.reset();
  checkpoint_.reset();
  if (!start()) return false;
  oracle_.acked = std::max(oracle_.acked, log_->end().offset);
  return append(2) && sync() && commit() && read();
}

// An error that only this operation suffers from; any other ends the process.
bool ErrorWorkload::survives(const Status& s) {
  last_ = s;
  if (!fs_.state().ok()) return false;
  return s.ok() || is_disk_full(s) || s.code() == StatusCode::kResourceExhausted;
}

bool ErrorWorkload::start() {
  auto checkpoint = BrokerCheckpoint::open(fs_, root_);
  last_ = checkpoint.status();
  if (!last_.ok()) return false;
  checkpoint_ = *std::move(checkpoint);
  const auto entry = checkpoint_->find(partition_id());
  last_ = entry.status();
  if (!last_.ok()) return false;
  std::optional<LogRow> row;
  if (*entry) row = (**entry).row;
  auto opened = Log::open(fs_, clock_, root_ + "/t-0", options_, row, nullptr, nullptr);
  last_ = opened.status();
  if (!last_.ok()) return false;
  log_ = *std::move(opened);
  return fs_.state().ok();
}

bool ErrorWorkload::append(int records) {
  const LogPosition before = log_->end();
  record::BatchBuilder builder;
  const std::int64_t timestamp = 1000 + before.offset.value();
  for (int i = 0; i < records; ++i)
    builder.add(timestamp, std::nullopt, as_bytes(std::string(80, 'x')));
  record::BuildOptions build;
  build.base_offset = before.offset;
  build.leader_epoch = LeaderEpoch{0};
  const Bytes bytes = builder.build(build);
  const BatchToAppend batch{bytes, before.offset, before.offset + (records - 1), timestamp,
                            LeaderEpoch{0}};
  const Status appended = log_->append({&batch, 1});
  if (appended.ok()) {
    oracle_.appended(before.offset, bytes);
    return survives(appended);
  }
  // Refused: nothing of it may ever be seen.
  if (!(log_->end() == before)) violation_ = {Invariant::kCleanError, "the end moved"};
  return survives(appended);
}

bool ErrorWorkload::sync() {
  const SyncTicket ticket = log_->prepare_sync();
  for (const auto& file : ticket.files)
    if (!file->sync().ok()) return false;
  for (const auto& directory : ticket.directories)
    if (!fs_.sync_directory(directory).ok()) return false;
  log_->mark_synced(ticket);
  oracle_.acked = ticket.end.offset;
  return true;
}

bool ErrorWorkload::sync_everything() {
  const SyncTicket ticket = log_->prepare_sync();
  if (!fs_.sync_all(root_).ok()) return false;
  log_->mark_synced(ticket);
  oracle_.acked = ticket.end.offset;
  return true;
}

bool ErrorWorkload::commit() {
  const CheckpointChange change{partition_id(),
                                CheckpointEntry{log_->row(), Bytes(kProducerBytes, std::byte{7})}};
  const Status committed = checkpoint_->commit({&change, 1});
  if (!committed.ok()) return survives(committed);
  oracle_.start_committed = change.entry->row.start;
  log_->checkpointed(change.entry->row);
  return fs_.state().ok();
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
