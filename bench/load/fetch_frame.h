#pragma once

#include "bench/load/settings.h"
#include "common/base/bytes.h"

namespace leat::bench {

// A fetch request (version 11, without a session) for one partition; only the offset changes.
class FetchFrame {
 public:
  // Waits up to `max_wait_ms` for the first byte.
  FetchFrame(const Settings& settings, int partition, std::int32_t max_wait_ms);
  ByteView at(std::int64_t offset);

 private:
  Bytes bytes_;
  std::size_t offset_at_ = 0;
};

struct FetchAnswer {
  std::uint64_t bytes = 0;         // of batches, a cut one included
  std::uint64_t records = 0;       // of whole batches
  std::int64_t first_offset = -1;  // of the first whole batch; -1: there was none
  std::int64_t next_offset = -1;   // after the last whole batch; -1: there was none
};
// Reads an answer without its size. Ends the program when the broker reports an error.
FetchAnswer read_fetch_answer(ByteView frame);

}  // namespace leat::bench
