#include "broker/net/socket_writer.h"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace leat::net {
namespace {

constexpr std::size_t kMaxParts = 64;

// Bytes pieces at the front of `out`, as many as one sendmsg takes.
std::size_t gather(const Payload& out, std::array<iovec, kMaxParts>& parts) {
  std::size_t n = 0;
  for (const auto& piece : out.pieces()) {
    const auto* bytes = std::get_if<SharedBytes>(&piece);
    if (bytes == nullptr || n == kMaxParts) break;
    parts[n].iov_base = const_cast<std::byte*>(bytes->view().data());
    parts[n].iov_len = bytes->size();
    ++n;
  }
  return n;
}

StatusOr<std::size_t> send_bytes(int socket, const Payload& out) {
  std::array<iovec, kMaxParts> parts;
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = gather(out, parts);
  const bool more = message.msg_iovlen < out.pieces().size();
  while (true) {
    const ssize_t n = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT | (more ? MSG_MORE : 0));
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EAGAIN) return std::size_t{0};
    if (errno != EINTR) return unavailable("send: {}", std::generic_category().message(errno));
  }
}

// sendfile has no MSG_NOSIGNAL: the process ignores SIGPIPE.
StatusOr<std::size_t> send_range(int socket, const FileRange& range) {
  auto position = static_cast<off_t>(range.position);
  while (true) {
    const ssize_t n = ::sendfile(socket, range.fd, &position, range.size);
    if (n > 0) return static_cast<std::size_t>(n);
    if (n == 0) return corruption("a segment file ended before the range that was promised");
    if (errno == EAGAIN) return std::size_t{0};
    if (errno != EINTR) return unavailable("sendfile: {}", std::generic_category().message(errno));
  }
}

}  // namespace

StatusOr<WriteProgress> send_some(int socket, Payload& out) {
  while (!out.empty()) {
    const auto* range = std::get_if<FileRange>(&out.pieces().front());
    StatusOr<std::size_t> sent = range != nullptr ? send_range(socket, *range)
                                                  : send_bytes(socket, out);
    if (!sent.ok()) return sent.status();
    if (*sent == 0) return WriteProgress::kWouldBlock;
    out.drop_front(*sent);
  }
  return WriteProgress::kDone;
}

}  // namespace leat::net
