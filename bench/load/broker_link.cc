#include "bench/load/broker_link.h"

#include <netdb.h>

#include "bench/sockets.h"

namespace leat::bench {
namespace {

constexpr std::int32_t kMaxFrame = 512 << 20;

Status receive_all(int fd, MutableByteView out) {
  while (!out.empty()) {
    const ssize_t n = ::recv(fd, out.data(), out.size(), MSG_WAITALL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return absl::UnavailableError(std::strerror(errno));
    if (n == 0) return absl::UnavailableError("the broker closed the connection");
    out = out.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

}  // namespace

Fd dial(const Settings& settings) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(settings.port);
  if (::getaddrinfo(settings.host.c_str(), port.c_str(), &hints, &found) != 0) return Fd();
  Fd fd;
  for (const addrinfo* at = found; at != nullptr && fd.get() < 0; at = at->ai_next) {
    Fd candidate(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, 0));
    if (::connect(candidate.get(), at->ai_addr, at->ai_addrlen) == 0) fd = std::move(candidate);
  }
  ::freeaddrinfo(found);
  if (fd.get() >= 0) set_no_delay(fd.get());
  return fd;
}

BrokerLink::BrokerLink(const Settings& settings) : fd_(dial(settings)) {
  if (fd_.get() < 0) must(-1, (settings.host + ":" + std::to_string(settings.port)).c_str());
}

Status BrokerLink::send_all(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return absl::UnavailableError(std::strerror(errno));
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

StatusOr<ByteView> BrokerLink::receive_frame() {
  std::byte size_bytes[wire::kFrameSizeBytes];
  RETURN_IF_ERROR(receive_all(fd_.get(), size_bytes));
  const auto size = load_be<std::int32_t>(size_bytes);
  if (size < 0 || size > kMaxFrame) return absl::DataLossError("a frame of impossible size");
  if (frame_.size() < static_cast<std::size_t>(size)) frame_.resize(static_cast<std::size_t>(size));
  const MutableByteView frame = MutableByteView(frame_).first(static_cast<std::size_t>(size));
  RETURN_IF_ERROR(receive_all(fd_.get(), frame));
  return ByteView(frame);
}

void BrokerLink::fail(const Status& status) {
  std::fprintf(stderr, "leat-bench: %s\n", std::string(message(status)).c_str());
  std::exit(1);
}

}  // namespace leat::bench
