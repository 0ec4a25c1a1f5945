#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

namespace leat::counts {

struct Calls {
  std::uint64_t done = 0;
  std::uint64_t failed = 0;  // EAGAIN: there was nothing to do
};

// A leatd under strace, in a directory of its own that goes away with it.
class TracedBroker {
 public:
  TracedBroker();
  ~TracedBroker();
  TracedBroker(const TracedBroker&) = delete;
  TracedBroker& operator=(const TracedBroker&) = delete;

  int port() const { return port_; }
  // Ends it; the system calls of its whole life, by name. Once.
  std::map<std::string, Calls> stop();

 private:
  std::string wait_for(const std::string& file, std::string_view word) const;
  void remove();

  std::string directory_;
  pid_t pid_ = -1;
  int port_ = 0;
};

}  // namespace leat::counts
