#include "broker/meta/log_meta_store.h"

#include "common/base/log.h"
#include "common/record/batch_builder.h"
#include "common/record/record_reader.h"

namespace leat::meta {
namespace {

constexpr std::uint64_t kRecordOverhead = 64;

// The revision of a transaction is the offset after its batch, so it needs no record of its own.
Bytes seal(record::BatchBuilder& builder, Offset base) {
  record::BuildOptions options;
  options.base_offset = base;
  options.leader_epoch = LeaderEpoch{0};
  return builder.build(options);
}

}  // namespace

LogMetaStore::LogMetaStore(const Clock& clock, storage::FileSystem& files, Fatal on_fatal)
    : clock_(clock), files_(files), on_fatal_(std::move(on_fatal)) {}

StatusOr<std::unique_ptr<LogMetaStore>> LogMetaStore::open(storage::FileSystem& files,
                                                           const Clock& clock,
                                                           std::string directory, Fatal on_fatal) {
  std::unique_ptr<LogMetaStore> store(new LogMetaStore(clock, files, std::move(on_fatal)));
  MutexLock lock(store->mutex_);
  Status replayed;
  const auto replay = [&](ByteView batch) LEAT_REQUIRES(store->mutex_) {
    if (replayed.ok()) replayed = store->replay(batch);
  };
  storage::LogOptions options;
  options.file_delete_delay_ms = 0;
  options.is_synced_batch_by_batch = true;
  auto log = storage::Log::open(files, clock, directory, options, std::nullopt, replay, nullptr);
  if (!log.ok()) return with_context(log.status(), "metadata log");
  store->log_ = *std::move(log);
  RETURN_IF_ERROR(with_context(replayed, "metadata log"));
  return store;
}

Status LogMetaStore::replay(ByteView batch) {
  ASSIGN_OR_RETURN(auto reader, record::RecordReader::open(batch));
  const std::int64_t revision = reader.header().next_offset().value();
  record::RecordView record;
  while (reader.next(record)) {
    if (!record.key) {
      entries_.clear();
      live_bytes_ = 0;
      continue;
    }
    MetaOp op{to_string(*record.key), std::nullopt};
    if (record.value) op.value = to_string(*record.value);
    apply(op, revision);
  }
  revision_ = revision;
  return reader.status();
}

void LogMetaStore::apply(const MetaOp& op, std::int64_t revision) {
  const auto size = [](const std::string& key, const std::string& value) {
    return key.size() + value.size() + kRecordOverhead;
  };
  if (auto found = entries_.find(op.key); found != entries_.end()) {
    live_bytes_ -= size(found->first, found->second.value);
    entries_.erase(found);
  }
  if (!op.value) return;
  live_bytes_ += size(op.key, *op.value);
  entries_.emplace(op.key, Value{*op.value, revision});
}

Status LogMetaStore::append_durably(Bytes batch) {
  const auto header = record::parse_header(batch);
  storage::BatchToAppend one;
  one.bytes = batch;
  one.base_offset = header->base_offset;
  one.last_offset = header->last_offset();
  one.max_timestamp = header->max_timestamp;
  one.leader_epoch = LeaderEpoch{0};
  if (Status s = log_->append(std::span(&one, 1)); !s.ok()) {
    const bool passes = is_disk_full(s) || s.code() == StatusCode::kResourceExhausted;
    if (!passes) on_fatal_(s);
    return s;
  }
  const storage::SyncTicket ticket = log_->prepare_sync();
  for (const auto& file : ticket.files) {
    if (Status s = file->sync(); !s.ok()) {
      on_fatal_(s);
      return s;
    }
  }
  for (const auto& directory : ticket.directories) {
    if (Status s = files_.sync_directory(directory); !s.ok()) {
      on_fatal_(s);
      return s;
    }
  }
  log_->mark_synced(ticket);
  return {};
}

StatusOr<std::int64_t> LogMetaStore::txn(std::span<const MetaCompare> compares,
                                         std::vector<MetaOp> ops) {
  MutexLock lock(mutex_);
  for (const auto& compare : compares) {
    const auto found = entries_.find(compare.key);
    const std::int64_t revision = found == entries_.end() ? 0 : found->second.revision;
    if (revision != compare.revision) {
      return failed_precondition("'{}' has revision {}, not {}", compare.key, revision,
                                 compare.revision);
    }
  }
  if (ops.empty()) return revision_;
  record::BatchBuilder builder;
  const std::int64_t now = clock_.wall_ms();
  for (const auto& op : ops) {
    builder.add(now, as_bytes(op.key),
                op.value ? std::optional(as_bytes(*op.value)) : std::nullopt);
  }
  RETURN_IF_ERROR(append_durably(seal(builder, log_->end().offset)));
  revision_ = log_->end().offset.value();
  std::vector<MetaEvent> events;
  for (auto& op : ops) {
    apply(op, revision_);
    events.push_back({std::move(op), revision_});
  }
  const std::int64_t revision = revision_;
  if (watch_) watch_(events);
  maybe_compact();
  return revision;
}

void LogMetaStore::maybe_compact() {
  if (log_->size_bytes() < kCompactFrom || log_->size_bytes() < 4 * live_bytes_) return;
  record::BatchBuilder builder;
  const std::int64_t now = clock_.wall_ms();
  builder.add(now, std::nullopt, std::nullopt);
  for (const auto& [key, value] : entries_) builder.add(now, as_bytes(key), as_bytes(value.value));
  Status s = log_->roll();
  const Offset snapshot = log_->end().offset;
  if (s.ok()) s = append_durably(seal(builder, snapshot));
  if (s.ok()) {
    revision_ = log_->end().offset.value();
    // Replay gives every entry of a snapshot the snapshot's revision; so does this.
    for (auto& [key, value] : entries_) value.revision = revision_;
    s = log_->delete_before(snapshot);
    // No checkpoint names this log's segments: they may go at once.
    log_->checkpointed(log_->row());
    log_->purge_deleted();
  }
  if (!s.ok()) LOG_WARN("metadata log was not compacted, will try again: {}", describe(s));
}

std::vector<MetaEntry> LogMetaStore::range(std::string_view prefix) const {
  MutexLock lock(mutex_);
  std::vector<MetaEntry> out;
  for (auto it = entries_.lower_bound(prefix); it != entries_.end(); ++it) {
    if (!std::string_view(it->first).starts_with(prefix)) break;
    out.push_back({it->first, it->second.value, it->second.revision});
  }
  return out;
}

std::optional<MetaEntry> LogMetaStore::get(std::string_view key) const {
  MutexLock lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return MetaEntry{found->first, found->second.value, found->second.revision};
}

void LogMetaStore::watch(Watch watch) {
  MutexLock lock(mutex_);
  watch_ = std::move(watch);
}

std::int64_t LogMetaStore::revision() const {
  MutexLock lock(mutex_);
  return revision_;
}

}  // namespace leat::meta
