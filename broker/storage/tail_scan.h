#pragma once

#include <cstdint>
#include <optional>

#include "broker/storage/batch_scan.h"
#include "broker/storage/file_system.h"

namespace leat::storage {

// Reads whole, verified batches from a file past the page cache, as recovery must: a batch counts
// when its magic, length, CRC and offsets are right. One thread; `file` outlives it.
//
// Where the page cache holds other bytes than the disk (it outlives a process that met a failed
// sync), the disk's bytes are written again, so that a sync makes both agree. Nothing below the first
// position is ever written.
class TailScan {
 public:
  // `expected` is the offset of the first batch; later ones must follow without a gap, or with one
  // when `gaps_allowed`. `epoch` is that of the batch before: epochs never decrease in a log, which
  // tells an old batch, left on the disk at just the right place, from one that belongs there.
  TailScan(File& file, std::uint64_t position, std::uint64_t end, Offset expected,
           LeaderEpoch epoch, bool gaps_allowed)
      : file_(file),
        position_(position),
        end_(end),
        expected_(expected),
        epoch_(epoch),
        gaps_allowed_(gaps_allowed) {}

  struct Batch {
    ScannedBatch info;
    ByteView bytes;  // until the next call
  };

  // The next whole batch; nullopt at the end or at the first byte that belongs to none.
  StatusOr<std::optional<Batch>> next();
  // After nullopt: up to where everything was whole, and the offset there.
  std::uint64_t position() const { return position_; }
  Offset expected() const { return expected_; }
  bool torn() const { return position_ < end_; }
  // Whether a whole batch with a later offset, below `end`, lies anywhere behind that. Reads the rest
  // of the file; gives up as find_sound_batch does, because clients choose what records hold.
  StatusOr<bool> whole_batch_follows(Offset end);

 private:
  // Makes `size` bytes from position_ contiguous in the buffer; false when the file ends before.
  StatusOr<bool> load(std::uint64_t size);
  Status agree_with_cache(std::uint64_t position, ByteView on_disk);
  // Checks the CRC of a batch too large to be held before it is known to be one.
  StatusOr<bool> large_batch_is_whole(const ScannedBatch& batch);

  File& file_;
  std::uint64_t position_;
  const std::uint64_t end_;
  Offset expected_;
  LeaderEpoch epoch_;
  const bool gaps_allowed_;
  Bytes buffer_;
  std::uint64_t buffer_at_ = 0;
  Bytes cached_;
};

}  // namespace leat::storage
