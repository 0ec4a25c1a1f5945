#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>

#include <string>

#include "bench/support.h"

namespace leat::bench {

inline void pin_to(int cpu) {
  if (cpu < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  must(::sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
}

inline sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline void set_no_delay(int fd) {
  const int on = 1;
  must(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)), "TCP_NODELAY");
}

// Empty: what the kernel does by default.
inline void set_congestion_control(int fd, const std::string& name) {
  if (name.empty()) return;
  must(::setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name.data(),
                    static_cast<socklen_t>(name.size())),
       "TCP_CONGESTION");
}

inline std::string congestion_control(int fd) {
  char name[32] = {};
  socklen_t size = sizeof(name);
  must(::getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &size), "TCP_CONGESTION");
  return name;
}

// On a free port; accepted sockets inherit the congestion control.
inline Fd listen_on_loopback(const std::string& congestion) {
  Fd fd(static_cast<int>(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")));
  set_congestion_control(fd.get(), congestion);
  const sockaddr_in address = loopback(0);
  must(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
  must(::listen(fd.get(), 4096), "listen");
  return fd;
}

inline int port_of(const Fd& fd) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  must(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  return ntohs(address.sin_port);
}

// Blocking, without delay.
inline Fd connect_to(int port, const std::string& congestion) {
  Fd fd(static_cast<int>(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")));
  set_congestion_control(fd.get(), congestion);
  const sockaddr_in address = loopback(port);
  must(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
       "connect");
  set_no_delay(fd.get());
  return fd;
}

}  // namespace leat::bench
