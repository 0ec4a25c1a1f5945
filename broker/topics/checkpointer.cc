#include "broker/topics/checkpointer.h"

#include "broker/topics/replaced_files.h"
#include "common/base/log.h"

namespace leat::topics {

std::vector<Checkpointer::Pending> Checkpointer::changed_partitions(const CatalogImage& image) {
  std::vector<Pending> pending;
  for (const auto& [id, topic] : image.by_id) {
    for (const auto& partition : topic->partitions) {
      if (auto candidate = partition->prepare_checkpoint()) {
        pending.push_back({partition, std::move(*candidate), {}});
      }
    }
  }
  return pending;
}

Status Checkpointer::run() {
  MutexLock lock(mutex_);
  std::vector<Pending> pending = changed_partitions(*catalog_.image());
  if (pending.empty()) return {};
  std::vector<storage::SyncTicket> tickets;
  for (const auto& p : pending) tickets.push_back(p.candidate.ticket);
  if (Status s = syncer_.make_durable(tickets); !s.ok()) {
    on_sync_failure_(s);
    return s;
  }
  WakeList wakes;
  std::vector<storage::CheckpointChange> changes;
  for (auto& p : pending) {
    p.partition->flushed(p.candidate.ticket, wakes);
    p.row = p.partition->checkpoint_row(p.candidate);
    changes.push_back({p.partition->id(),
                       storage::CheckpointEntry{p.row, std::move(p.candidate.producers)}});
  }
  wakes.post();
  RETURN_IF_ERROR(checkpoint_.commit(changes));
  for (auto& p : pending) p.partition->checkpointed(p.candidate, p.row);
  write_epoch_files(pending);
  return {};
}

// When all indexes are written: after a start every partition has a new epoch, so this takes long,
// and a kill meanwhile must leave no index behind its log. A sync that fails has ended the process.
void Checkpointer::write_epoch_files(std::span<const Pending> pending) {
  ReplacedFiles beside;
  Status first;
  std::size_t unwritten = 0;
  for (const Pending& p : pending) {
    const Status s = p.partition->write_epochs_beside(p.row, beside);
    if (!s.ok() && unwritten++ == 0) first = s;
  }
  if (unwritten > 0)
    LOG_WARN("{} epoch files stay as they are; the first: {}", unwritten, describe(first));
  if (const Status s = beside.put_in_place(files_, syncer_); !s.ok())
    LOG_WARN("some epoch files stay as they are: {}", describe(s));
}

}  // namespace leat::topics
