#include "common/net/congestion_control.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/net/address.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::net;

namespace {

struct Socket {
  Socket() : fd(::socket(AF_INET, SOCK_STREAM, 0)) { REQUIRE(fd >= 0); }
  ~Socket() { ::close(fd); }
  const int fd;
};

}  // namespace

TEST_CASE("a socket takes the congestion control it is told to", "[unit]") {
  const Socket socket;
  REQUIRE(set_congestion_control(socket.fd, "reno").ok());  // which every kernel has
  CHECK(congestion_control(socket.fd) == "reno");
}

TEST_CASE("a congestion control that the kernel lacks is refused by name", "[unit]") {
  const Socket socket;
  const std::string before = congestion_control(socket.fd);
  const Status refused = set_congestion_control(socket.fd, "warp");
  CHECK(refused.code() == StatusCode::kInvalidArgument);
  CHECK_THAT(std::string(message(refused)), ContainsSubstring("'warp'"));
  CHECK(congestion_control(socket.fd) == before);
}

TEST_CASE("a connection that does not pace keeps its congestion control", "[unit]") {
  const Socket socket;
  REQUIRE(set_congestion_control(socket.fd, "reno").ok());
  avoid_pacing(socket.fd);
  CHECK(congestion_control(socket.fd) == "reno");
}

TEST_CASE("a connection that paces gets a congestion control that does not", "[unit]") {
  const Socket socket;
  if (!set_congestion_control(socket.fd, "bbr").ok()) return;  // this kernel has nothing that paces
  avoid_pacing(socket.fd);
  const std::string now = congestion_control(socket.fd);
  CHECK((now == "cubic" || now == "reno"));
}

TEST_CASE("a peer is on this machine by loopback or by our own address", "[unit]") {
  const auto address = [](const char* text) { return asio::ip::make_address(text); };
  CHECK(is_same_machine(address("127.0.0.1"), address("127.0.0.1")));
  CHECK(is_same_machine(address("127.0.0.2"), address("127.0.0.1")));
  CHECK(is_same_machine(address("::1"), address("::1")));
  CHECK(is_same_machine(address("::ffff:127.0.0.1"), address("::ffff:127.0.0.1")));
  CHECK(is_same_machine(address("192.0.2.7"), address("192.0.2.7")));
  CHECK_FALSE(is_same_machine(address("192.0.2.8"), address("192.0.2.7")));
  CHECK_FALSE(is_same_machine(address("::ffff:192.0.2.8"), address("::ffff:192.0.2.7")));
}

TEST_CASE("an accepted connection has the congestion control of its listener", "[unit]") {
  const Socket listener;
  REQUIRE(set_congestion_control(listener.fd, "reno").ok());
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const where = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(::bind(listener.fd, where, size) == 0);
  REQUIRE(::listen(listener.fd, 1) == 0);
  REQUIRE(::getsockname(listener.fd, where, &size) == 0);
  const Socket client;
  REQUIRE(::connect(client.fd, where, size) == 0);
  const int accepted = ::accept(listener.fd, nullptr, nullptr);
  CHECK(congestion_control(accepted) == "reno");
  ::close(accepted);
}
