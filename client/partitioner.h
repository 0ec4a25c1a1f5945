#pragma once

#include <cstdint>

#include "common/base/bytes.h"
#include "common/base/random.h"

namespace leat {

// MurmurHash2 with Kafka's seed and signedness, as org.apache.kafka.common.utils.Utils.murmur2.
std::int32_t murmur2(ByteView data);

// The partition of a record with this key, as Kafka's default partitioner chooses it, so that
// programs in any language put one key in one place. `partitions` > 0.
std::int32_t partition_of_key(ByteView key, std::int32_t partitions);

// Records without a key: all go to one partition until `batch_bytes` were put there, then to
// another (KIP-480, KIP-794), so that batches fill. One thread at a time.
class StickyPartitioner {
 public:
  StickyPartitioner(std::uint64_t seed, std::size_t batch_bytes)
      : random_(seed), batch_bytes_(batch_bytes) {}

  // The partition for a record of `bytes`; `partitions` > 0 and may change between calls.
  std::int32_t choose(std::size_t bytes, std::int32_t partitions);
  // The batch of the current partition was closed for another reason: move on.
  void next_batch() { used_ = batch_bytes_; }

 private:
  Random random_;
  std::size_t batch_bytes_;
  std::size_t used_ = 0;
  std::int32_t current_ = -1;
};

}  // namespace leat
