#include "tests/support/wire_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "tests/support/catch.h"

namespace leat::test {

WireClient::WireClient(const std::string& host, std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  REQUIRE(::inet_pton(AF_INET, host.c_str(), &address.sin_addr) == 1);
  REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

WireClient::WireClient(WireClient&& other) noexcept
    : client_id(std::move(other.client_id)),
      socket_(std::exchange(other.socket_, -1)),
      sent_(other.sent_),
      answered_(other.answered_),
      last_frame_(std::move(other.last_frame_)) {}

WireClient& WireClient::operator=(WireClient&& other) noexcept {
  std::swap(client_id, other.client_id);
  std::swap(socket_, other.socket_);
  std::swap(sent_, other.sent_);
  std::swap(answered_, other.answered_);
  std::swap(last_frame_, other.last_frame_);
  return *this;
}

WireClient::~WireClient() {
  if (socket_ >= 0) ::close(socket_);
}

Bytes WireClient::flatten(StatusOr<Payload> frame) const {
  if (!frame.ok()) FAIL("cannot encode: " << message(frame.status()));
  return leat::flatten(*frame);
}

void WireClient::send_bytes(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    // A broker that has had enough may close before it has read everything.
    if (n < 0) return;
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

std::size_t WireClient::send_what_fits(ByteView bytes, std::chrono::milliseconds patience) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    pollfd wanted{socket_, POLLOUT, 0};
    if (::poll(&wanted, 1, static_cast<int>(patience.count())) != 1) break;
    const ssize_t n = ::send(socket_, bytes.data() + sent, bytes.size() - sent,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno != EINTR && errno != EAGAIN) break;
    if (n > 0) sent += static_cast<std::size_t>(n);
  }
  return sent;
}

void WireClient::close_sending() { ::shutdown(socket_, SHUT_WR); }

bool WireClient::wait_readable(std::chrono::milliseconds patience) const {
  pollfd wanted{socket_, POLLIN, 0};
  return ::poll(&wanted, 1, static_cast<int>(patience.count())) == 1;
}

bool WireClient::read_exactly(MutableByteView into) {
  while (!into.empty()) {
    if (!wait_readable(kPatience)) FAIL("no answer within " << kPatience.count() << " s");
    const ssize_t n = ::recv(socket_, into.data(), into.size(), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    into = into.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

std::optional<Bytes> WireClient::read_frame() {
  std::byte size[4];
  if (!read_exactly(size)) return std::nullopt;
  Bytes frame(static_cast<std::size_t>(load_be<std::int32_t>(size)));
  if (!read_exactly(frame)) FAIL("the broker closed in the middle of an answer");
  ++answered_;
  return frame;
}

Bytes WireClient::read_frame_or_fail() {
  auto frame = read_frame();
  if (!frame) FAIL("the broker closed the connection instead of answering");
  return *std::move(frame);
}

void WireClient::decode_into(Bytes frame, const wire::MessageSpec& spec, ApiKey key,
                             wire::Version version, std::byte* message) {
  last_frame_ = std::move(frame);
  const auto header = wire::decode_response_header(last_frame_, key, version);
  REQUIRE(header.ok());
  REQUIRE(header->correlation_id == answered_);
  const auto body = ByteView(last_frame_).subspan(header->body_offset);
  if (Status s = wire::decode(spec, body, version, message); !s.ok()) {
    FAIL("cannot decode version " << version << ": " << leat::message(s));
  }
}

bool WireClient::is_closed(std::chrono::milliseconds patience) {
  if (!wait_readable(patience)) return false;
  std::byte one;
  return ::recv(socket_, &one, 1, 0) <= 0;
}

bool WireClient::is_silent() const { return !wait_readable(std::chrono::milliseconds(0)); }

}  // namespace leat::test
