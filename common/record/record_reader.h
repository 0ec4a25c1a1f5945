#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/ids.h"
#include "common/base/status.h"
#include "common/record/batch_view.h"

namespace leat::record {

struct HeaderView {
  std::string_view key;
  std::optional<ByteView> value;  // nullopt: null
};

// One record; views last until the reader's next call, or as long as its bytes (see RecordReader).
struct RecordView {
  Offset offset{0};
  // Create time, or the batch's maximum when the batch has log append time.
  std::int64_t timestamp = kNoTimestamp;
  std::optional<ByteView> key;    // nullopt: null
  std::optional<ByteView> value;  // nullopt: null, a tombstone
  std::span<const HeaderView> headers;
};

// Reads the records of one batch in order. Uncompressed: key, value and header bytes are views into
// the batch, which outlives them. Compressed: views into the reader's own buffer, valid as long as
// the reader lives (it may be moved). `headers` itself is valid until the next call of next().
class RecordReader {
 public:
  static constexpr std::uint64_t kDefaultMaxUncompressed = 256u << 20;

  // `batch` is a whole batch; bytes after it are ignored. Errors: corruption; resource_exhausted
  // when it holds more than `max_uncompressed` bytes. The CRC is not checked: see validate().
  static StatusOr<RecordReader> open(ByteView batch,
                                     std::uint64_t max_uncompressed = kDefaultMaxUncompressed);

  // Moves to the next record; false at the end or at a damaged record: see status().
  bool next(RecordView& record);
  // OK, or corruption: which record and what is wrong with it.
  const Status& status() const { return status_; }
  const BatchHeader& header() const { return header_; }
  // The bytes of the record next() moved to, length prefix included.
  ByteView raw_record() const { return raw_; }

 private:
  RecordReader() = default;

  BatchHeader header_;
  Bytes owned_;
  ByteView rest_;
  ByteView raw_;
  std::vector<HeaderView> headers_;
  std::int32_t index_ = 0;
  Status status_;
};

}  // namespace leat::record
