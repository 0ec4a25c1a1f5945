#pragma once

#include <algorithm>
#include <cstdint>

#include "broker/storage/file_system.h"

namespace leat::cli {

// Reads a file mostly forwards, through a buffer. One thread; `file` outlives it.
class LogWindow {
 public:
  explicit LogWindow(const storage::File& file) : file_(file) {}

  // `size` bytes at `position`, fewer where the file ends. Valid until the next call.
  StatusOr<ByteView> at(std::uint64_t position, std::size_t size) {
    const bool inside = position >= from_ && position + size <= from_ + buffer_.size();
    if (!inside) {
      buffer_.resize(std::max(size, kChunk));
      from_ = position;
      auto read = file_.read_at(position, buffer_);
      buffer_.resize(read.ok() ? *read : 0);
      if (!read.ok()) return read.status();
    }
    const ByteView rest = ByteView(buffer_).subspan(static_cast<std::size_t>(position - from_));
    return rest.first(std::min(size, rest.size()));
  }

  const storage::File& file() const { return file_; }

  // The file may have changed: reads again what is asked for next.
  void forget() { buffer_.clear(); }

  static constexpr std::size_t kChunk = 1 << 20;

 private:
  const storage::File& file_;
  Bytes buffer_;
  std::uint64_t from_ = 0;
};

}  // namespace leat::cli
