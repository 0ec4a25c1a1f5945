// A partition that is offline because durable data is missing, and how it comes back without it.
#include "broker/topics/partition.h"
#include "common/base/log.h"

namespace leat::topics {
namespace {

Status no_such_loss(const Partition& partition) {
  if (partition.is_open())
    return failed_precondition("the partition is online: nothing is missing");
  const Status reason = partition.offline_reason();
  if (reason.ok() || storage::is_durable_data_missing(reason))
    return failed_precondition("the partition is just being opened");
  return failed_precondition("the partition is offline for another reason: {}", message(reason));
}

}  // namespace

StatusOr<storage::CheckpointEntry> Partition::row_with_loss() {
  RETURN_IF_ERROR(check_identity().status());
  ASSIGN_OR_RETURN(auto known, context_.checkpoint->find(id_));
  if (!known) return failed_precondition("the checkpoint knows nothing of the partition");
  return *std::move(known);
}

StatusOr<storage::LossReport> Partition::assess_loss() {
  open_now();
  // Not under the append mutex: the scan may take hours, and an offline partition answers at once.
  MutexLock lock(loss_mutex_);
  if (state_.load() != State::kOffline || !storage::is_durable_data_missing(offline_reason()))
    return no_such_loss(*this);
  ASSIGN_OR_RETURN(const auto known, row_with_loss());
  ASSIGN_OR_RETURN(auto report, storage::assess_loss(*context_.files, directory_, known.row));
  if (!report.has_loss())
    return failed_precondition("{} is complete again: restart the broker to open it", directory_);
  return report;
}

StatusOr<storage::LossReport> Partition::accept_loss(const ShownLoss& shown) {
  open_now();
  MutexLock looking(loss_mutex_);
  {
    MutexLock lock(append_mutex_);
    const auto& done = accepted_loss_;
    const bool is_done = is_open() && done && done->found_end == shown.found_end &&
                         done->lost_offsets == shown.lost_offsets;
    if (is_done) return *done;
    if (!storage::is_durable_data_missing(offline_reason())) return no_such_loss(*this);
  }
  // Whoever wants the partition now waits for the end of this, as for any opening.
  State expected = State::kOffline;
  if (!state_.compare_exchange_strong(expected, State::kOpening)) return no_such_loss(*this);
  auto accepted = accept_offline(shown);
  if (accepted.ok()) {
    recover_and_finish();
    if (!is_open()) return unavailable("the loss was accepted, and the partition is not open");
  } else {
    finish(State::kOffline);
  }
  return accepted;
}

StatusOr<storage::LossReport> Partition::accept_offline(const ShownLoss& shown) {
  MutexLock lock(append_mutex_);
  if (availability() != ErrorCode::kNone) return unavailable("{} was deleted", directory_);
  ASSIGN_OR_RETURN(auto known, row_with_loss());
  ASSIGN_OR_RETURN(auto now, storage::assess_loss(*context_.files, directory_, known.row));
  if (now.found_end != shown.found_end || now.lost_offsets != shown.lost_offsets)
    return out_of_range("{} offsets are lost and the log ends at {}, not {} and {}",
                        now.lost_offsets, now.found_end, shown.lost_offsets, shown.found_end);
  ASSIGN_OR_RETURN(producers_, ProducerState::decode(known.blob));
  const auto commit = [&](const storage::LogRow& row) LEAT_REQUIRES(append_mutex_) {
    // The first of two rows has the old end: what its producers are told of later batches is not
    // used, because the next opening replays those.
    const storage::CheckpointChange change{
        id_, storage::CheckpointEntry{row, row.durable == known.row.durable ? known.blob
                                                                            : producers_.encode()}};
    const Status committed = context_.checkpoint->commit({&change, 1});
    if (!committed.ok() && !is_disk_full(committed))
      context_.fatal(with_context(committed, "accepting a loss"));
    return committed;
  };
  auto accepted = storage::accept_loss(*context_.files, *context_.clock, directory_, known.row,
                                       remember_producers(), commit);
  if (accepted.ok()) accepted_loss_ = *accepted;
  return accepted;
}

}  // namespace leat::topics
