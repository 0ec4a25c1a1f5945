#pragma once

#include <cstdint>

#include "common/base/bytes.h"
#include "common/base/status.h"
#include "common/record/compression.h"
#include "common/record/record_parser.h"

// Internal to common/record.
namespace leat::record {

// Walks records while they are decompressed, through a window of 64 KiB that belongs to the thread:
// one object per thread at a time. Contents are dropped.
class RecordStream {
 public:
  static constexpr std::size_t kWindow = 64u << 10;

  // Stops with deferred() once more than `defer_above` bytes came out; 0: never.
  RecordStream(Decompressor& source, std::uint64_t defer_above);

  // Makes `n` <= kWindow bytes available, or as many as there are; true when there are `n`.
  bool fill(std::size_t n);
  // One record, length prefix included. nullptr, or what is wrong with it as parse_record says it;
  // meaningless when stopped().
  const char* next_record(RecordShape& shape);

  // The source failed or the walk was deferred: nothing more comes.
  bool stopped() const { return deferred_ || !status_.ok(); }
  bool deferred() const { return deferred_; }
  const Status& status() const { return status_; }
  // Bytes decompressed so far.
  std::uint64_t produced() const { return produced_; }

 private:
  class LongCursor;

  std::size_t available() const { return static_cast<std::size_t>(end_ - at_); }
  bool skip(std::size_t n);

  Decompressor& source_;
  std::uint64_t defer_above_;
  std::byte* window_;
  std::byte* at_;
  std::byte* end_;
  std::uint64_t produced_ = 0;
  bool ended_ = false;
  bool deferred_ = false;
  Status status_;
};

}  // namespace leat::record
