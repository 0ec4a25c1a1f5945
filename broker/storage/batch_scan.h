#pragma once

#include <cstdint>
#include <optional>

#include "broker/storage/file_system.h"
#include "common/base/bytes.h"
#include "common/base/ids.h"

// The little that storage must know of a batch: where it ends, which offsets it holds, whether its
// bytes are the ones written. Everything else is common/record's.
namespace leat::storage {

struct ScannedBatch {
  std::uint64_t position = 0;  // in the segment
  std::uint64_t size = 0;      // header and length field included
  Offset base_offset;
  Offset last_offset;
  LeaderEpoch leader_epoch;
  std::int64_t max_timestamp = -1;
  bool log_append_time = false;

  std::uint64_t end_position() const { return position + size; }
};

// Reads the fixed part at the front of `bytes`. nullopt when it cannot be a batch of ours: fewer than
// 61 bytes, another magic, an impossible length or offset.
std::optional<ScannedBatch> scan_batch(ByteView bytes, std::uint64_t position);

// The CRC stored in a whole batch, and that of its bytes.
bool crc_matches(ByteView whole_batch);

// The length of the longest prefix of `bytes`, which begins at a batch, in which every whole batch
// passes its CRC. A batch cut off by the end of `bytes` counts as good. Equal to bytes.size() when
// nothing is wrong.
std::size_t verified_prefix(ByteView bytes);

// The same for `size` bytes of a file from `position` on, all of which are read, a chunk at a time.
StatusOr<std::uint64_t> verified_prefix(const FileRange& range);

// Walks the headers of a file's batches through the page cache, without reading their bodies. One
// thread; `file` outlives it.
class HeaderWalk {
 public:
  // `chunk` is how much is read at once: small for a lookup, large for a whole segment.
  HeaderWalk(const File& file, std::uint64_t position, std::uint64_t end, std::size_t chunk,
             Wait wait = Wait::kMay)
      : file_(file), position_(position), end_(end), chunk_(chunk), wait_(wait) {}

  // The next batch; nullopt at the end; corruption when what is there is not a whole batch;
  // unavailable as File::read says.
  StatusOr<std::optional<ScannedBatch>> next();

 private:
  // The bytes at position_, at least a header's worth where the file has them.
  StatusOr<ByteView> header_bytes();

  const File& file_;
  std::uint64_t position_;
  const std::uint64_t end_;
  const std::size_t chunk_;
  const Wait wait_;
  Bytes buffer_;
  std::uint64_t buffer_at_ = 0;
};

}  // namespace leat::storage
