#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "broker/storage/batch_scan.h"
#include "common/base/bytes.h"
#include "common/base/ids.h"
#include "common/base/status.h"

// Batches in a file of which nothing is trusted. Memory: one buffer, however long a length field says
// that a batch is.
namespace leat::storage {

// The bytes below `end`, mostly forwards, through a buffer of 256 KiB. One thread.
class ByteWindow {
 public:
  // Fills `into` from `position` on, or fails.
  using Read = std::function<Status(std::uint64_t position, MutableByteView into)>;

  ByteWindow(std::uint64_t end, Read read) : end_(end), read_(std::move(read)) {}

  std::uint64_t end() const { return end_; }
  // What is buffered from `at` on: at least `need` bytes (up to 256 KiB), which lie below the end.
  // Good until the next call.
  StatusOr<ByteView> bytes(std::uint64_t at, std::size_t need);

 private:
  const std::uint64_t end_;
  const Read read_;
  Bytes buffer_;
  std::uint64_t buffer_at_ = 0;
};

// CRC-32C of [from, to).
StatusOr<std::uint32_t> crc_of(ByteWindow& window, std::uint64_t from, std::uint64_t to);

// Where a batch may lie among its neighbours.
struct OffsetBounds {
  Offset from;
  Offset end;  // its last offset is below
  LeaderEpoch epoch = kNoLeaderEpoch;  // its own is not below

  bool hold(const ScannedBatch& batch) const {
    return batch.base_offset >= from && batch.last_offset < end && batch.leader_epoch >= epoch;
  }
};

// What lies at a position.
struct BatchFinding {
  std::optional<ScannedBatch> frame;  // when there is a header, and the batch ends in the window
  bool crc_matches = false;
  bool in_bounds = false;

  bool is_sound() const { return frame && crc_matches && in_bounds; }
};
StatusOr<BatchFinding> look_for_batch(ByteWindow& window, std::uint64_t at,
                                      const OffsetBounds& bounds);

// The first position from `from` on at which a sound batch lies; nullopt when there is none. Bytes
// that look like batch headers cost a CRC each; after 1 GiB of those it gives up.
StatusOr<std::optional<std::uint64_t>> find_sound_batch(ByteWindow& window, std::uint64_t from,
                                                        const OffsetBounds& bounds);

}  // namespace leat::storage
