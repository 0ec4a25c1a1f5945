#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "bench/support.h"

namespace leat::bench {

// One append-only file. append by one thread; the rest by any.
class LogFile {
 public:
  explicit LogFile(const std::string& path) : fd_(open_or_die(path, O_RDWR | O_CREAT | O_TRUNC)) {}

  // Returns the position of the first byte.
  uint64_t append(const char* data, size_t size) {
    const uint64_t position = end_;
    write_fully(fd_.get(), data, size, static_cast<off_t>(position));
    end_ += size;
    return position;
  }

  int fd() const { return fd_.get(); }
  uint64_t end() const { return end_; }
  // What readers may see: the end, or what of it is stable.
  uint64_t visible() const { return visible_; }
  void set_visible(uint64_t end) { visible_ = end; }

 private:
  Fd fd_;
  std::atomic<uint64_t> end_ = 0, visible_ = 0;
};

}  // namespace leat::bench
