// What of a partition goes into the broker-wide checkpoint.
#include <algorithm>

#include "broker/storage/compaction_record.h"
#include "broker/storage/log_format.h"
#include "broker/topics/partition.h"
#include "broker/topics/replaced_files.h"

namespace leat::topics {
namespace {

// The log may have become durable beyond the position whose producers are recorded.
storage::LogRow cut_at(storage::LogRow row, const storage::LogPosition& end) {
  row.durable = end;
  std::erase_if(row.segments, [&](const auto& segment) { return segment.base > end.segment_base; });
  if (!row.segments.empty() && row.segments.back().base == end.segment_base) {
    row.segments.back().size = end.position;
  }
  std::erase_if(row.epochs, [&](const auto& epoch) { return epoch.start >= end.offset; });
  return row;
}

}  // namespace

std::optional<Partition::CheckpointCandidate> Partition::prepare_checkpoint() {
  if (!is_open()) return std::nullopt;
  MutexLock lock(append_mutex_);
  if (changes_ == changes_checkpointed_) return std::nullopt;
  CheckpointCandidate candidate;
  candidate.ticket = prepare_sync_locked();
  candidate.producers = producers_.encode();
  candidate.changes = changes_;
  return candidate;
}

storage::LogRow Partition::checkpoint_row(const CheckpointCandidate& candidate) const {
  MutexLock lock(append_mutex_);
  return cut_at(log_->row(), candidate.ticket.end);
}

StatusOr<std::optional<storage::LogRow>> Partition::checkpointed_row() {
  ASSIGN_OR_RETURN(auto known, context_.checkpoint->find(id_));
  const State state = state_.load(std::memory_order_acquire);
  if (!known || state == State::kDeleted) return std::optional<storage::LogRow>();
  if (state == State::kOpen) return std::optional(cut_at(log_->row(), known->row.durable));
  if (state == State::kOpening || state == State::kOffline)
    return unavailable("{} is {}", directory_,
                       state == State::kOffline ? "offline" : "being opened");
  // A row may be older than a compaction's swap.
  ASSIGN_OR_RETURN(auto row,
                   storage::row_as_compacted(*context_.files, directory_, std::move(known->row)));
  if (!row) return unavailable("{}: only an opening tells what its compaction left", directory_);
  return row;
}

void Partition::checkpointed(const CheckpointCandidate& candidate, const storage::LogRow& row) {
  MutexLock upkeep(upkeep_mutex_);
  if (!is_open()) return;
  {
    MutexLock lock(append_mutex_);
    changes_checkpointed_ = std::max(changes_checkpointed_, candidate.changes);
    checkpointed_base_ = std::max(checkpointed_base_, row.durable.segment_base);
    log_->checkpointed(row);
    log_->close_idle_files();
  }
  has_deleted_files_ = true;  // the row may have let some go
}

Status Partition::write_epochs_beside(const storage::LogRow& row, ReplacedFiles& beside) {
  MutexLock upkeep(upkeep_mutex_);
  if (!is_open()) return {};
  ASSIGN_OR_RETURN(auto written, log_->write_epochs_beside(row.epochs));
  if (written) beside.add(directory_, storage::kEpochFile, std::move(written));
  return {};
}

void Partition::purge_deleted() {
  if (!has_deleted_files_.load(std::memory_order_relaxed)) return;
  MutexLock upkeep(upkeep_mutex_);
  if (is_open()) has_deleted_files_ = log_->purge_deleted();
}

}  // namespace leat::topics
