#include "tests/sim/log_process.h"

#include "broker/storage/checkpoint.h"
#include "broker/storage/log_format.h"

namespace leat::storage {
namespace {

TopicPartitionId partition_id() { return {}; }

}  // namespace

LogProcess::LogProcess(FileSystem& fs, std::string root)
    : root_(std::move(root)), fs_(fs, nullptr) {}

// An error that only this operation suffers from; any other ends the process.
bool LogProcess::survives(const Status& s) {
  last_ = s;
  if (!fs_.state().ok()) return false;
  return s.ok() || is_disk_full(s) || s.code() == StatusCode::kResourceExhausted;
}

bool LogProcess::start() {
  auto checkpoint = BrokerCheckpoint::open(fs_, root_);
  last_ = checkpoint.status();
  if (!last_.ok()) return false;
  checkpoint_ = *std::move(checkpoint);
  const auto entry = checkpoint_->find(partition_id());
  last_ = entry.status();
  if (!last_.ok()) return false;
  committed_.reset();
  if (*entry) committed_ = (**entry).row;
  auto opened = Log::open(fs_, clock_, root_ + "/t-0", options_, committed_, nullptr, nullptr);
  last_ = opened.status();
  if (!last_.ok()) return false;
  log_ = *std::move(opened);
  return fs_.state().ok();
}

void LogProcess::stop() {
  log_.reset();
  checkpoint_.reset();
}

bool LogProcess::append(const BatchToAppend& batch, bool* appended) {
  const LogPosition before = log_->end();
  const Status s = log_->append({&batch, 1});
  *appended = s.ok();
  if (!s.ok() && !(log_->end() == before))
    violation_ = {Invariant::kCleanError, "the end moved"};
  return survives(s);
}

std::optional<Offset> LogProcess::sync() {
  const SyncTicket ticket = log_->prepare_sync();
  for (const auto& file : ticket.files)
    if (!file->sync().ok()) return std::nullopt;
  for (const auto& directory : ticket.directories)
    if (!fs_.sync_directory(directory).ok()) return std::nullopt;
  log_->mark_synced(ticket);
  return ticket.end.offset;
}

std::optional<Offset> LogProcess::sync_everything() {
  const SyncTicket ticket = log_->prepare_sync();
  if (!fs_.sync_all(root_).ok()) return std::nullopt;
  log_->mark_synced(ticket);
  return ticket.end.offset;
}

bool LogProcess::commit(Bytes producers) {
  const CheckpointChange change{partition_id(), CheckpointEntry{log_->row(), std::move(producers)}};
  const Status s = checkpoint_->commit({&change, 1});
  if (!s.ok()) return survives(s);
  committed_ = change.entry->row;
  log_->checkpointed(*committed_);
  write_epoch_file();
  return fs_.state().ok();
}

// An error that is none of a sync changes nothing: the file is for others to read.
void LogProcess::write_epoch_file() {
  const std::string directory = root_ + "/t-0";
  const auto beside = log_->write_epochs_beside(committed_->epochs);
  if (!beside.ok() || *beside == nullptr || !(*beside)->sync().ok()) return;
  if (!put_in_place(fs_, fmt::format("{}/{}", directory, kEpochFile)).ok()) return;
  static_cast<void>(fs_.sync_directory(directory));
}

}  // namespace leat::storage
