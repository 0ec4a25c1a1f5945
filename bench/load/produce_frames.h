#pragma once

#include <span>

#include "bench/load/settings.h"
#include "common/base/bytes.h"

namespace leat::bench {

// Produce requests (version 9) of one batch each, encoded once for all connections: request i is
// for partition i modulo partitions and has correlation id i. They lie one after the other, so that
// several leave with one call. All have the same size.
class ProduceFrames {
 public:
  // At least `at_least` of them, and a multiple of the partitions.
  ProduceFrames(const Settings& settings, std::size_t at_least);

  ByteView bytes() const { return bytes_; }
  std::size_t frame_size() const { return frame_size_; }
  std::size_t count() const { return bytes_.size() / frame_size_; }
  std::size_t batch_size() const { return batch_size_; }
  std::size_t records_per_batch() const { return records_per_batch_; }

 private:
  Bytes bytes_;
  std::size_t frame_size_ = 0, batch_size_ = 0, records_per_batch_ = 0;
};

// One batch as `settings` describe it; `records` is how many it has.
Bytes make_batch(const Settings& settings, std::size_t& records);

// Of a produce answer without its size: the error code of its only partition, and the correlation
// id. `topic_size` is the length of the topic's name.
struct ProduceAnswer {
  std::int32_t correlation_id = 0;
  std::int16_t error = 0;
};
ProduceAnswer read_produce_answer(ByteView frame, std::size_t topic_size);

}  // namespace leat::bench
