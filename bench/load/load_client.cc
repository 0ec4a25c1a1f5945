#include "bench/load/load_client.h"

#include <sys/socket.h>

#include "common/protocol/header.h"

namespace leat::bench {

bool ReceiveBuffer::receive(int fd) {
  make_room();
  // Not beyond a large frame: its successor's beginning would have to be moved.
  const std::size_t total = frame_total();
  const std::size_t room = total > capacity_ / 2 ? total - (end_ - begin_) : capacity_ - end_;
  const ssize_t n = ::recv(fd, &bytes_[end_], room, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (n == 0) errno = ECONNRESET;
  end_ += static_cast<std::size_t>(must(n > 0 ? n : -1, "recv"));
  return true;
}

std::optional<ByteView> ReceiveBuffer::next_frame() {
  const std::size_t total = frame_total();
  if (total == 0 || end_ - begin_ < total) return std::nullopt;
  const ByteView frame(&bytes_[begin_ + wire::kFrameSizeBytes], total - wire::kFrameSizeBytes);
  begin_ += total;
  return frame;
}

std::size_t ReceiveBuffer::frame_total() const {
  if (end_ - begin_ < wire::kFrameSizeBytes) return 0;
  return static_cast<std::size_t>(load_be<std::int32_t>(&bytes_[begin_])) + wire::kFrameSizeBytes;
}

void ReceiveBuffer::make_room() {
  if (!bytes_) bytes_ = std::make_unique_for_overwrite<std::byte[]>(capacity_);
  const std::size_t held = end_ - begin_;
  const std::size_t total = frame_total();
  if (total > capacity_) {
    auto larger = std::make_unique_for_overwrite<std::byte[]>(total);
    std::memcpy(larger.get(), &bytes_[begin_], held);
    bytes_ = std::move(larger);
    capacity_ = total;
  } else if (begin_ > 0) {
    std::memmove(bytes_.get(), &bytes_[begin_], held);
  }
  begin_ = 0;
  end_ = held;
}

}  // namespace leat::bench
