#pragma once

#include <cstdint>
#include <optional>

#include "broker/storage/batch_search.h"
#include "broker/storage/segment.h"
#include "common/base/bytes.h"

namespace leat::storage {

// Reads whole batches of a segment in order and checks their CRCs, and that their offsets rise: base
// offsets are not covered by a CRC. Memory: one megabyte, or the largest batch. One thread; `file`
// outlives it.
class BatchReader {
 public:
  // Up to `end`, where a batch ends. `bounds` are the segment's.
  BatchReader(const File& file, const OffsetBounds& bounds, std::uint64_t end)
      : file_(file), end_(end), bounds_(bounds) {}

  // The next batch, until the next call; nullopt at the end; corruption when what is there is none, or
  // the disk does not give it.
  StatusOr<std::optional<ByteView>> next();

 private:
  // Makes `size` bytes from position_ contiguous in the buffer.
  StatusOr<ByteView> load(std::uint64_t size);

  const File& file_;
  const std::uint64_t end_;
  std::uint64_t position_ = 0;
  OffsetBounds bounds_;  // of the next batch
  Bytes buffer_;
  std::uint64_t buffer_at_ = 0;
};

// The file of a segment that is to be read; corruption when it is not there or cannot be opened.
StatusOr<std::shared_ptr<File>> file_to_compact(const Segment& segment);

}  // namespace leat::storage
