#include "common/net/congestion_control.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstring>

namespace leat::net {
namespace {

// TCP_CA_NAME_MAX of the kernel, which <netinet/tcp.h> lacks.
constexpr std::size_t kLongestName = 16;

bool set(int socket, std::string_view name) {
  return ::setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name.data(),
                      static_cast<socklen_t>(name.size())) == 0;
}

}  // namespace

Status set_congestion_control(int socket, const std::string& name) {
  if (set(socket, name)) return {};
  return invalid_argument(
      "'{}' is no TCP congestion control that the kernel has and allows: see "
      "/proc/sys/net/ipv4/tcp_allowed_congestion_control",
      name);
}

std::string congestion_control(int socket) {
  char name[kLongestName] = {};
  socklen_t size = sizeof name;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name, &size) != 0) return {};
  return std::string(name, ::strnlen(name, sizeof name));
}

void avoid_pacing(int socket) {
  if (!congestion_control(socket).starts_with("bbr")) return;
  if (!set(socket, "cubic")) set(socket, "reno");
}

}  // namespace leat::net
