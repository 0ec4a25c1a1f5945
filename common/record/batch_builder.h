#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "common/base/bytes.h"
#include "common/base/ids.h"
#include "common/record/batch_view.h"
#include "common/record/compression.h"
#include "common/record/record_reader.h"

namespace leat::record {

struct BuildOptions {
  Compression compression = Compression::kNone;
  CompressionLevel level;
  Offset base_offset{0};
  LeaderEpoch leader_epoch = kNoLeaderEpoch;
  ProducerId producer_id = kNoProducerId;
  ProducerEpoch producer_epoch{-1};
  std::int32_t base_sequence = kNoSequence;
  bool transactional = false;
  bool control = false;
};

// Makes one batch. The first record's timestamp becomes the base timestamp. One thread at a time.
class BatchBuilder {
 public:
  BatchBuilder() { clear(); }

  // Copies the bytes. Offsets are 0, 1, 2, ... from base_offset. Key and value at most INT32_MAX
  // bytes each, and size_bytes() must stay below INT32_MAX.
  void add(std::int64_t timestamp, std::optional<ByteView> key, std::optional<ByteView> value,
           std::span<const HeaderView> headers = {});

  // What add() would add to size_bytes(), at most.
  static std::size_t record_size_bound(std::optional<ByteView> key, std::optional<ByteView> value,
                                       std::span<const HeaderView> headers = {});

  std::int32_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  // The batch's exact size without compression, header included.
  std::size_t size_bytes() const { return batch_.size(); }
  void clear();

  // The finished batch, CRC included; the builder is then empty. At least one record was added.
  Bytes build(const BuildOptions& options);

 private:
  Bytes batch_;  // header space, then records
  std::int32_t count_ = 0;
  std::int64_t base_timestamp_ = kNoTimestamp;
  std::int64_t max_timestamp_ = kNoTimestamp;
};

// Writes `header` over the front of `batch` with batch_length set to match its size, and computes
// the CRC. For code that assembles batches by hand. header.crc and header.batch_length are ignored.
void write_header(MutableByteView batch, BatchHeader header);

}  // namespace leat::record
