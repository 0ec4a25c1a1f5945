#pragma once

#include <memory>
#include <span>
#include <vector>

#include "broker/storage/compaction.h"
#include "broker/storage/compaction_filter.h"
#include "broker/storage/compaction_reader.h"
#include "broker/storage/segment.h"

namespace leat::storage {

// Writes what is left of some segments into a new one, named *.cleaned until it is swapped in. Memory:
// about two megabytes and the largest batch twice. One thread.
class CompactionWriter {
 public:
  // The references outlive the object; `report` is added to.
  CompactionWriter(std::shared_ptr<Segment> made, std::uint32_t index_interval_bytes,
                   const FilterRules& rules, const CompactionHooks& hooks, CompactionReport& report)
      : made_(std::move(made)),
        index_interval_bytes_(index_interval_bytes),
        rules_(rules),
        hooks_(hooks),
        report_(report) {}

  // Everything, and syncs it. The last batch always stays, empty if need be, so that the segment ends
  // at the offset where the next begins and is never empty. `end`: base of the segment behind them.
  Status write(std::span<const std::shared_ptr<Segment>> segments, Offset end);
  void discard() { static_cast<void>(made_->remove_files()); }
  // Whether the result differs from the bytes read.
  bool changed() const { return changed_; }
  // The latest horizon of tombstones that stayed; -1 without any.
  std::int64_t last_horizon_ms() const { return last_horizon_ms_; }
  const std::shared_ptr<Segment>& made() const { return made_; }

 private:
  Status take(ByteView batch);
  Status take_gone(ByteView batch, Bytes bare);
  Status add(ByteView batch);
  Status flush();
  Status sync();

  const std::shared_ptr<Segment> made_;
  const std::uint32_t index_interval_bytes_;
  const FilterRules& rules_;
  const CompactionHooks& hooks_;
  CompactionReport& report_;
  bool changed_ = false;
  std::int64_t last_horizon_ms_ = -1;
  std::int64_t last_append_ms_ = -1;
  Bytes out_;                           // whole batches, to be written at once
  std::vector<BatchToAppend> batches_;  // of out_; their bytes are set when it is written
  Bytes last_gone_;                     // the batch read last, when nothing of it was kept
  std::uint64_t since_writeback_ = 0;
  std::uint64_t since_sync_ = 0;
};

}  // namespace leat::storage
