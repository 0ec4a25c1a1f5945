#pragma once

#include <cstdint>

#include "common/base/bytes.h"

// Internal to common/record: the one parser of a record's body, over bytes in memory or over a
// stream of decompressed pieces, with or without somebody looking at the contents.
namespace leat::record {

// What a record says beside its contents.
struct RecordShape {
  std::int64_t timestamp_delta = 0;
  std::int32_t offset_delta = 0;
  bool null_key = false;
  bool null_value = false;
};

// Takes numbers and runs of bytes from [at, end); every call returns false rather than pass `end`.
class MemoryCursor {
 public:
  MemoryCursor(const std::byte* at, const std::byte* end) : at_(at), end_(end) {}

  [[gnu::always_inline]] bool varint32(std::int32_t& value) {
    std::uint64_t raw = 0;
    if (!uvarint(raw, 5) || raw > 0xffffffffu) return false;
    const auto u = static_cast<std::uint32_t>(raw);
    value = static_cast<std::int32_t>((u >> 1) ^ (0u - (u & 1)));
    return true;
  }
  [[gnu::always_inline]] bool varint64(std::int64_t& value) {
    std::uint64_t raw = 0;
    if (!uvarint(raw, 10)) return false;
    value = static_cast<std::int64_t>((raw >> 1) ^ (std::uint64_t{0} - (raw & 1)));
    return true;
  }
  // `start` is where the bytes lie.
  bool take(std::size_t n, const std::byte*& start) {
    if (static_cast<std::size_t>(end_ - at_) < n) return false;
    start = at_;
    at_ += n;
    return true;
  }
  bool at_end() const { return at_ == end_; }
  const std::byte* position() const { return at_; }
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

 private:
  // One and two bytes are nearly all there is in practice. The rest is called with copies, so that
  // the cursor itself can stay in registers.
  [[gnu::always_inline]] bool uvarint(std::uint64_t& raw, int max_bytes) {
    if (at_ == end_) return false;
    const auto first = static_cast<std::uint8_t>(*at_);
    if (first < 0x80) {
      raw = first;
      ++at_;
      return true;
    }
    if (end_ - at_ >= 2) {
      const auto second = static_cast<std::uint8_t>(at_[1]);
      if (second < 0x80) {
        raw = (first & 0x7fu) | (std::uint64_t{second} << 7);
        at_ += 2;
        return true;
      }
    }
    const Long rest = long_uvarint(at_, end_, max_bytes);
    raw = rest.raw;
    at_ = rest.at;
    return at_ != nullptr;
  }
  struct Long {
    const std::byte* at;  // null: there is no whole number
    std::uint64_t raw;
  };
  [[gnu::noinline]] static Long long_uvarint(const std::byte* at, const std::byte* end,
                                             int max_bytes) {
    std::uint64_t raw = 0;
    for (int i = 0; i < max_bytes && at != end; ++i) {
      const auto b = static_cast<std::uint8_t>(*at++);
      raw |= static_cast<std::uint64_t>(b & 0x7f) << (7 * i);
      if (b < 0x80) return {i < 9 || b <= 1 ? at : nullptr, raw};
    }
    return {nullptr, 0};
  }

  const std::byte* at_;
  const std::byte* end_;
};

// A sink that wants nothing.
struct IgnoreContents {
  void key(const std::byte*, std::int32_t) {}
  void value(const std::byte*, std::int32_t) {}
  void header(const std::byte*, std::int32_t, const std::byte*, std::int32_t) {}
};

namespace internal {
// A length, then that many bytes; -1 is null.
template <class Cursor>
[[gnu::always_inline]] inline bool take_nullable(Cursor& in, const std::byte*& start,
                                                 std::int32_t& size) {
  if (!in.varint32(size) || size < -1) return false;
  start = nullptr;
  return size < 0 || in.take(static_cast<std::size_t>(size), start);
}
}  // namespace internal

// Reads one record's body, all of `in`: what follows the length prefix. nullptr, or what is wrong,
// as the end of the sentence "record 3 ...".
//
// Inlined into its few callers, because then cursor and shape live in registers: half the time.
template <class Cursor, class Sink>
[[gnu::always_inline]] inline const char* parse_record(Cursor& in, RecordShape& shape, Sink& sink) {
  const std::byte* start = nullptr;
  if (!in.take(1, start)) return "is empty";
  if (!in.varint64(shape.timestamp_delta)) return "has no whole timestamp";
  if (!in.varint32(shape.offset_delta)) return "has no whole offset";
  std::int32_t size = 0;
  if (!internal::take_nullable(in, start, size)) return "has a key that does not fit in it";
  shape.null_key = size < 0;
  sink.key(start, size);
  if (!internal::take_nullable(in, start, size)) return "has a value that does not fit in it";
  shape.null_value = size < 0;
  sink.value(start, size);
  std::int32_t headers = 0;
  if (!in.varint32(headers) || headers < 0) return "has no whole header count";
  for (; headers > 0; --headers) {
    const std::byte* name = nullptr;
    std::int32_t name_size = 0;
    if (!internal::take_nullable(in, name, name_size) || name_size < 0)
      return "has a header name that does not fit in it";
    if (!internal::take_nullable(in, start, size))
      return "has a header value that does not fit in it";
    sink.header(name, name_size, start, size);
  }
  return in.at_end() ? nullptr : "is shorter than its length says";
}

}  // namespace leat::record
