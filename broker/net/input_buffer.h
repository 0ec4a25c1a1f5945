#pragma once

#include <cstddef>
#include <cstring>
#include <memory>

#include "common/base/bytes.h"

namespace leat::net {

// Bytes of a connection that could not be handled in the thread's scratch buffer: the beginning of a
// frame, or frames behind one that is held. Memory is not zeroed and goes back when cleared.
class InputBuffer {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  std::size_t room() const { return capacity_ - size_; }
  MutableByteView view() { return {bytes_.get(), size_}; }
  // Where the next bytes from the socket go.
  MutableByteView tail() { return {bytes_.get() + size_, room()}; }
  void grew(std::size_t n) { size_ += n; }

  void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    auto bytes = std::make_unique_for_overwrite<std::byte[]>(capacity);
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
  }
  void append(ByteView more) {
    reserve(size_ + more.size());
    if (!more.empty()) std::memcpy(bytes_.get() + size_, more.data(), more.size());
    size_ += more.size();
  }
  // Forgets the first `n` bytes.
  void consume(std::size_t n) {
    size_ -= n;
    if (size_ == 0) {
      clear();
    } else if (n > 0) {
      std::memmove(bytes_.get(), bytes_.get() + n, size_);
    }
  }
  void clear() {
    bytes_.reset();
    size_ = capacity_ = 0;
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace leat::net
