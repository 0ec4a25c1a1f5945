#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/payload.h"

namespace leat::wire {

// Collects the bytes of a message in one buffer, with payloads spliced in where they belong. Not
// copied, one thread at a time.
class Encoder {
 public:
  // Room for `expected` bytes, to save growing.
  explicit Encoder(std::size_t expected = 256) { bytes_.resize(expected); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  void int8(std::int8_t v) { *grow(1) = static_cast<std::byte>(v); }
  void int16(std::int16_t v) { store_be(grow(sizeof v), v); }
  void int32(std::int32_t v) { store_be(grow(sizeof v), v); }
  void int64(std::int64_t v) { store_be(grow(sizeof v), v); }
  void uvarint(std::uint32_t v) {
    while (v >= 0x80) {
      *grow(1) = static_cast<std::byte>(v | 0x80);
      v >>= 7;
    }
    *grow(1) = static_cast<std::byte>(v);
  }
  void raw(ByteView bytes) {
    if (!bytes.empty()) std::memcpy(grow(bytes.size()), bytes.data(), bytes.size());
  }
  // Shares the payload's bytes.
  void splice(const Payload& payload) {
    if (payload.empty()) return;
    splices_.push_back({used_, payload});
    spliced_ += payload.size();
  }

  // Bytes written so far, spliced ones included.
  std::uint64_t size() const { return used_ + spliced_; }
  // A place in the buffer, for the two below; spliced bytes do not count.
  std::size_t position() const { return used_; }
  void set_int32(std::size_t position, std::int32_t v) { store_be(&bytes_[position], v); }
  // Writes the number of bytes since `position` in front of them. Nothing was spliced since then.
  void prefix_with_uvarint_size(std::size_t position);

  // The whole, and the encoder starts again from nothing.
  Payload take();
  // The same in one piece; payloads are copied and hold no file ranges.
  Bytes take_bytes();

 private:
  struct Splice {
    std::size_t at;
    Payload payload;
  };

  std::byte* grow(std::size_t n) {
    if (bytes_.size() - used_ < n) enlarge(n);
    std::byte* at = bytes_.data() + used_;
    used_ += n;
    return at;
  }
  void enlarge(std::size_t n);

  Bytes bytes_;  // the first used_ are written
  std::size_t used_ = 0;
  std::vector<Splice> splices_;
  std::uint64_t spliced_ = 0;
};

}  // namespace leat::wire
