#include "broker/storage/compaction_writer.h"

#include <algorithm>

#include "broker/storage/batch_scan.h"
#include "broker/storage/log_format.h"
#include "common/record/batch_view.h"

namespace leat::storage {
namespace {
constexpr std::size_t kWriteChunk = 1 << 20;
// Handed to the disk as it grows, so that a sync of somebody else never finds much of ours to wait for.
constexpr std::uint64_t kWritebackEvery = 8 << 20;
constexpr std::uint64_t kSyncEvery = 64 << 20;
}  // namespace

Status CompactionWriter::write(std::span<const std::shared_ptr<Segment>> segments, Offset end) {
  RETURN_IF_ERROR(made_->create());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto& segment = segments[i];
    const Offset segment_end = i + 1 < segments.size() ? segments[i + 1]->base() : end;
    last_append_ms_ = std::max(last_append_ms_, segment->last_append_ms());
    ASSIGN_OR_RETURN(const auto file, file_to_compact(*segment));
    BatchReader reader(*file, {segment->base(), segment_end}, segment->size());
    while (true) {
      ASSIGN_OR_RETURN(const auto batch, reader.next());
      if (!batch) break;
      report_.bytes_read += batch->size();
      RETURN_IF_ERROR(hooks_.pace(batch->size()));
      RETURN_IF_ERROR(take(*batch));
    }
  }
  if (!last_gone_.empty()) RETURN_IF_ERROR(add(last_gone_));
  RETURN_IF_ERROR(flush());
  RETURN_IF_ERROR(made_->seal());
  return sync();
}

Status CompactionWriter::take(ByteView batch) {
  ASSIGN_OR_RETURN(FilteredBatch filtered, filter_for_compaction(batch, rules_));
  report_.records_read += static_cast<std::uint64_t>(filtered.records);
  report_.records_kept += static_cast<std::uint64_t>(filtered.kept);
  last_horizon_ms_ = std::max(last_horizon_ms_, filtered.horizon_ms);
  if (filtered.fate == BatchFate::kGone) return take_gone(batch, std::move(filtered.bytes));
  changed_ = changed_ || !last_gone_.empty();
  last_gone_.clear();
  if (filtered.fate == BatchFate::kSame) return add(batch);
  changed_ = true;
  return add(filtered.bytes);
}

Status CompactionWriter::take_gone(ByteView batch, Bytes bare) {
  // The one before it is not the last any more.
  changed_ = changed_ || !last_gone_.empty() || !std::ranges::equal(batch, bare);
  last_gone_.clear();
  const auto header = record::parse_header(batch);
  if (header->has_producer_id() &&
      hooks_.is_last_of_producer(header->producer_id, header->last_offset()))
    return add(bare);
  last_gone_ = std::move(bare);
  return {};
}

Status CompactionWriter::add(ByteView batch) {
  const auto info = scan_batch(batch, 0);
  if (!info) return corruption("compaction made no batch");
  if (made_->size() + out_.size() + batch.size() > kMaxSegmentBytes)
    return resource_exhausted("what is left does not fit into one segment");
  append(out_, batch);
  batches_.push_back({ByteView(), info->base_offset, info->last_offset, info->max_timestamp,
                      info->leader_epoch});
  return out_.size() >= kWriteChunk ? flush() : Status();
}

Status CompactionWriter::flush() {
  if (out_.empty()) return {};
  ByteView rest(out_);
  for (BatchToAppend& batch : batches_) {
    const std::uint64_t size = scan_batch(rest, 0)->size;
    batch.bytes = rest.first(size);
    rest = rest.subspan(size);
  }
  RETURN_IF_ERROR(made_->append(batches_, index_interval_bytes_, last_append_ms_));
  report_.bytes_written += out_.size();
  const std::uint64_t written = out_.size();
  since_writeback_ += written;
  since_sync_ += written;
  out_.clear();
  batches_.clear();
  ASSIGN_OR_RETURN(const auto file, made_->file());
  if (since_sync_ >= kSyncEvery) {
    RETURN_IF_ERROR(file->sync());
    since_sync_ = since_writeback_ = 0;
  } else if (since_writeback_ >= kWritebackEvery) {
    file->start_writeback();
    since_writeback_ = 0;
  }
  return hooks_.pace(written);
}

Status CompactionWriter::sync() {
  std::vector<std::shared_ptr<File>> files;
  RETURN_IF_ERROR(made_->collect_files(files));
  for (const auto& file : files) RETURN_IF_ERROR(file->sync());
  made_->mark_synced(made_->size(), 0);
  return {};
}

}  // namespace leat::storage
