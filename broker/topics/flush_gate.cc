#include "broker/topics/flush_gate.h"

#include "common/base/thread_hops.h"
#include "common/base/thread_name.h"

namespace leat::topics {

Status Syncer::make_durable(std::span<const storage::SyncTicket> tickets) {
  std::size_t files = 0;
  for (const auto& ticket : tickets) files += ticket.files.size() + ticket.directories.size();
  if (files >= kSyncAllFrom) return files_.sync_all(data_directory_);
  for (const auto& ticket : tickets) {
    for (const auto& file : ticket.files) RETURN_IF_ERROR(file->sync());
    for (const auto& directory : ticket.directories) {
      const Status synced = files_.sync_directory(directory);
      // No descriptor to open it with, or its topic was deleted and it has moved away meanwhile: the
      // whole file system takes neither.
      if (synced.code() == StatusCode::kResourceExhausted || is_not_found(synced))
        return files_.sync_all(data_directory_);
      RETURN_IF_ERROR(synced);
    }
  }
  return {};
}

FlushGate::FlushGate(Syncer syncer, SyncFailed on_failure)
    : syncer_(std::move(syncer)), on_failure_(std::move(on_failure)) {}

FlushGate::~FlushGate() { stop(); }

void FlushGate::start() {
  thread_ = std::thread([this] { run(); });
}

void FlushGate::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void FlushGate::request(std::shared_ptr<Partition> partition) {
  if (partition->in_flush_set().exchange(true, std::memory_order_acq_rel)) return;
  bool first = false;
  {
    MutexLock lock(mutex_);
    first = requested_.empty();
    requested_.push_back(std::move(partition));
  }
  if (!first) return;
  count_thread_hop();
  work_.notify_one();
}

bool FlushGate::flush_once() {
  std::vector<std::shared_ptr<Partition>> partitions;
  {
    MutexLock lock(mutex_);
    partitions.swap(requested_);
  }
  if (partitions.empty()) return false;
  std::vector<storage::SyncTicket> tickets;
  tickets.reserve(partitions.size());
  for (const auto& partition : partitions) {
    // Cleared before the ticket is made: an append after this line asks for a flush of its own.
    partition->in_flush_set().store(false, std::memory_order_release);
    tickets.push_back(partition->prepare_sync());
  }
  if (Status s = syncer_.make_durable(tickets); !s.ok()) {
    on_failure_(s);
    return false;
  }
  flushes_.fetch_add(1, std::memory_order_relaxed);
  WakeList wakes;
  for (std::size_t i = 0; i < partitions.size(); ++i) partitions[i]->flushed(tickets[i], wakes);
  wakes.post();
  return true;
}

void FlushGate::run() {
  name_this_thread("leat-flush");
  while (true) {
    {
      MutexLock lock(mutex_);
      while (requested_.empty() && !stopping_) work_.wait(mutex_);
      if (requested_.empty()) return;
    }
    flush_once();
  }
}

}  // namespace leat::topics
