#pragma once

#include <cstddef>
#include <cstring>
#include <memory>

#include "common/base/bytes.h"

namespace leat::net {

// Bytes of a connection that could not be handled in the thread's scratch buffer: the beginning of a
// frame, or frames behind one that is held. Memory is not zeroed and goes back when all is consumed.
// Bytes stay where they are until the buffer must grow: a worker may be reading a held frame.
class InputBuffer {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::size_t room() const { return capacity_ - begin_ - size_; }
  MutableByteView view() { return {bytes_.get() + begin_, size_}; }
  // Where the next bytes from the socket go.
  MutableByteView tail() { return {bytes_.get() + begin_ + size_, room()}; }
  void grew(std::size_t n) { size_ += n; }

  // Room for `wanted` bytes in all. Views are void then.
  void reserve(std::size_t wanted) {
    if (wanted <= capacity_ - begin_) return;
    if (wanted <= capacity_) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, size_);
    } else {
      auto bytes = std::make_unique_for_overwrite<std::byte[]>(wanted);
      if (size_ > 0) std::memcpy(bytes.get(), bytes_.get() + begin_, size_);
      bytes_ = std::move(bytes);
      capacity_ = wanted;
    }
    begin_ = 0;
  }
  void append(ByteView more) {
    reserve(size_ + more.size());
    if (!more.empty()) std::memcpy(tail().data(), more.data(), more.size());
    size_ += more.size();
  }
  // Forgets the first `n` bytes.
  void consume(std::size_t n) {
    begin_ += n;
    size_ -= n;
    if (size_ == 0) clear();
  }
  void clear() {
    bytes_.reset();
    begin_ = size_ = capacity_ = 0;
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t begin_ = 0;  // bytes before it are consumed
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace leat::net
