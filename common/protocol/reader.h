#pragma once

#include <string_view>

#include "common/base/bytes.h"

namespace leat::wire {

// Reads numbers and lengths from the front of some bytes. Sticky: after the first failure every
// read returns zero, so a caller may check once.
class Reader {
 public:
  explicit Reader(ByteView in) : begin_(in.data()), at_(begin_), end_(begin_ + in.size()) {}

  bool ok() const { return problem_.empty(); }
  std::string_view problem() const { return problem_; }  // empty while ok
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  // How far it has come.
  std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }

  template <class T>
  T number() {
    if (left() < sizeof(T)) return fail("is cut off"), T{};
    const T value = load_be<T>(at_);
    at_ += sizeof(T);
    return value;
  }
  // At most 32 bits, in at most five bytes.
  std::uint32_t uvarint() {
    if (at_ != end_ && (*at_ & std::byte{0x80}) == std::byte{0}) {
      return static_cast<std::uint32_t>(*at_++);
    }
    return long_uvarint();
  }
  ByteView take(std::size_t count) {
    if (left() < count) return fail("is cut off"), ByteView{};
    const ByteView taken{at_, count};
    at_ += count;
    return taken;
  }

  // The first problem stays. `problem` outlives the reader.
  void fail(std::string_view problem) {
    if (ok()) problem_ = problem;
    end_ = at_;
  }

  // The end moved to `count` bytes from here (there are as many), until restore_end.
  const std::byte* narrow_end(std::size_t count) {
    const std::byte* old = end_;
    end_ = at_ + count;
    return old;
  }
  void restore_end(const std::byte* end) {
    if (ok()) end_ = end;
  }

 private:
  std::uint32_t long_uvarint();

  const std::byte* begin_;
  const std::byte* at_;
  const std::byte* end_;
  std::string_view problem_;
};

inline std::uint32_t Reader::long_uvarint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (at_ == end_) return fail("is cut off"), 0;
    const auto b = static_cast<std::uint64_t>(*at_++);
    value |= (b & 0x7f) << shift;
    if ((b & 0x80) == 0) {
      if (value > 0xffffffffu) break;
      return static_cast<std::uint32_t>(value);
    }
  }
  return fail("has a number of more than 32 bits"), 0;
}

// Consumes the tagged fields of a header, whatever they are. Tags ascend (KIP-482).
void skip_tagged_fields(Reader& in);

}  // namespace leat::wire
