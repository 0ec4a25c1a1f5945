#include "broker/topics/checkpointer.h"

namespace leat::topics {
namespace {

struct Pending {
  std::shared_ptr<Partition> partition;
  Partition::CheckpointCandidate candidate;
  storage::LogRow row;
};

std::vector<Pending> changed_partitions(const CatalogImage& image) {
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

}  // namespace

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
  return {};
}

}  // namespace leat::topics
