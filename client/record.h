#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "common/base/bytes.h"
#include "common/record/record_reader.h"

namespace leat {

// A header of a record; borrows its bytes. `value` may be null.
using HeaderView = record::HeaderView;

// A record to be sent; everything is borrowed for the duration of the call that takes it. A class
// with constructors, not an aggregate: programs compiled with g++ 12 may name it beside co_await.
class RecordToSend {
 public:
  RecordToSend() = default;
  RecordToSend(std::optional<ByteView> k, std::optional<ByteView> v) : key(k), value(v) {}

  std::optional<ByteView> key;
  std::optional<ByteView> value;  // nullopt is a tombstone
  std::span<const HeaderView> headers;
  std::int64_t timestamp_ms = -1;  // -1: the time of the call
};

// A consumed record; borrows the memory of the batch it came in, which outlives it.
struct RecordView {
  std::string_view topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::int64_t timestamp_ms = -1;
  std::int32_t leader_epoch = -1;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;
  std::optional<ByteView> key;
  std::optional<ByteView> value;
  std::span<const HeaderView> headers;
};

}  // namespace leat
