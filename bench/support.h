#pragma once
// What every part of this benchmark needs: a clock, fail-fast system calls, percentiles.

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace leat::bench {

using Clock = std::chrono::steady_clock;

inline double micros_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double, std::micro>(to - from).count();
}

inline Clock::time_point after(Clock::time_point start, double seconds) {
  return start +
         std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

// A benchmark that met an error has no figures: say which call, and stop.
inline ssize_t must(ssize_t result, const char* call) {
  if (result >= 0) return result;
  std::fprintf(stderr, "%s: %s\n", call, std::strerror(errno));
  std::exit(1);
}

// Owns one descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

inline Fd open_or_die(const std::string& path, int flags) {
  return Fd(static_cast<int>(must(::open(path.c_str(), flags | O_CLOEXEC, 0644), path.c_str())));
}

inline void write_fully(int fd, const char* data, size_t size, off_t position) {
  while (size > 0) {
    const auto n = static_cast<size_t>(must(::pwrite(fd, data, size, position), "pwrite"));
    data += n;
    size -= n;
    position += static_cast<off_t>(n);
  }
}

// `samples` is sorted in place; `fraction` in [0, 1]. An empty set has no percentile: -1.
inline double percentile(std::vector<double>& samples, double fraction) {
  if (samples.empty()) return -1;
  std::sort(samples.begin(), samples.end());
  const auto last = static_cast<double>(samples.size() - 1);
  return samples[static_cast<size_t>(fraction * last + 0.5)];
}

inline double median(std::vector<double> samples) {
  return percentile(samples, 0.5);
}

}  // namespace leat::bench
