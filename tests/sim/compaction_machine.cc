#include "tests/sim/compaction_machine.h"

#include "broker/storage/batch_scan.h"
#include "common/record/record_reader.h"

namespace leat::sim {
namespace {

TopicPartitionId partition_id() {
  TopicPartitionId id;
  id.topic.bytes[0] = 1;
  return id;
}

topics::SequencedBatch sequenced(const record::BatchHeader& header) {
  return {header.producer_id, header.producer_epoch, header.base_sequence, header.last_sequence(),
          header.base_offset, header.last_offset(),  header.max_timestamp};
}

// The records of whole batches; `next` becomes the offset behind them.
Status fold_batches(ByteView bytes, LogFold& fold, Offset& next) {
  record::BatchIterator batches(bytes);
  while (batches.next()) {
    next = batches.header().next_offset();
    ASSIGN_OR_RETURN(auto reader, record::RecordReader::open(batches.bytes()));
    record::RecordView r;
    while (reader.next(r)) {
      ++fold.records;
      fold.newest[to_string(*r.key)] = {
          r.offset, r.value ? std::optional(to_string(*r.value)) : std::nullopt};
    }
    RETURN_IF_ERROR(reader.status());
  }
  return {};
}

}  // namespace

CompactionMachine::CompactionMachine(std::unique_ptr<storage::SimFileSystem> on,
                                     const ManualClock& clock, const storage::Sabotage& sabotage)
    : disk_(std::move(on)),
      files_(std::make_unique<storage::MutantFileSystem>(*disk_, sabotage)),
      clock_(clock) {
  options_.segment_bytes = 700;
  options_.index_interval_bytes = 100;
  options_.file_delete_delay_ms = 0;
  options_.may_have_gaps = true;
}

Status CompactionMachine::boot() {
  ASSIGN_OR_RETURN(checkpoint_, storage::BrokerCheckpoint::open(*files_, kCompactedRoot));
  ASSIGN_OR_RETURN(auto entry, checkpoint_->find(partition_id()));
  std::optional<storage::LogRow> row;
  if (entry) {
    ASSIGN_OR_RETURN(producers_, topics::ProducerState::decode(entry->blob));
    row = std::move(entry->row);
    checkpointed_base_ = row->durable.segment_base;
  }
  ASSIGN_OR_RETURN(log_, storage::Log::open(
                             *files_, clock_, kCompactedPath, options_, row,
                             [this](ByteView batch) { remember(batch); }, nullptr));
  return {};
}

void CompactionMachine::remember(ByteView batch) {
  const auto header = record::parse_header(batch);
  if (header && header->has_producer_id()) producers_.remember(sequenced(*header));
}

Status CompactionMachine::put(const std::vector<KeyedRecord>& records,
                              record::Compression compression, ProducerId producer,
                              std::int32_t sequence) {
  record::BatchBuilder builder;
  for (const KeyedRecord& r : records)
    builder.add(clock_.wall_ms(), as_bytes(r.key),
                r.value ? std::optional<ByteView>(as_bytes(*r.value)) : std::nullopt);
  record::BuildOptions build;
  build.base_offset = log_->end().offset;
  build.leader_epoch = LeaderEpoch{1};
  build.compression = compression;
  if (sequence >= 0) {
    build.producer_id = producer;
    build.producer_epoch = ProducerEpoch{0};
    build.base_sequence = sequence;
  }
  const Bytes bytes = builder.build(build);
  const auto info = storage::scan_batch(bytes, 0);
  const storage::BatchToAppend batch{bytes, info->base_offset, info->last_offset,
                                     info->max_timestamp, LeaderEpoch{1}};
  RETURN_IF_ERROR(log_->append({&batch, 1}));
  remember(bytes);
  return {};
}

Status CompactionMachine::sync() {
  const storage::SyncTicket ticket = log_->prepare_sync();
  for (const auto& file : ticket.files) RETURN_IF_ERROR(file->sync());
  for (const auto& folder : ticket.directories) RETURN_IF_ERROR(files_->sync_directory(folder));
  log_->mark_synced(ticket);
  return {};
}

Status CompactionMachine::commit() {
  storage::settle_end(*log_);
  const Bytes producers = producers_.encode();
  RETURN_IF_ERROR(sync());
  const storage::LogRow row = log_->row();
  const storage::CheckpointChange change{partition_id(), storage::CheckpointEntry{row, producers}};
  RETURN_IF_ERROR(checkpoint_->commit({&change, 1}));
  log_->checkpointed(row);
  checkpointed_base_ = row.durable.segment_base;
  return {};
}

StatusOr<storage::CompactionReport> CompactionMachine::compact(
    Offset limit, const storage::CompactionSettings& settings, bool knows_producers,
    const std::function<void()>& beside) {
  storage::CompactionHooks hooks;
  hooks.is_last_of_producer = [&](ProducerId producer, Offset last) {
    const auto found = producers_.last_batch(producer);
    return knows_producers && found && found->last_offset == last;
  };
  hooks.as_append_side = [](const auto& change) { return change(); };
  hooks.pace = [&](std::uint64_t) {
    if (beside) beside();
    return Status();
  };
  const auto view = storage::view_for_compaction(*log_, limit, clock_.wall_ms(), 0);
  return storage::compact(*log_, view.limit, clock_.wall_ms(), settings, hooks);
}

StatusOr<LogFold> CompactionMachine::fold() const {
  LogFold fold;
  Offset next = log_->start_offset();
  while (next < log_->end().offset) {
    ASSIGN_OR_RETURN(auto part, log_->read({next, 1 << 20, log_->end(), true}));
    RETURN_IF_ERROR(storage::materialize(part.data));
    const Offset before = next;
    RETURN_IF_ERROR(fold_batches(flatten(part.data), fold, next));
    if (next == before) return corruption("nothing to read at {}", next);
  }
  return fold;
}

}  // namespace leat::sim
