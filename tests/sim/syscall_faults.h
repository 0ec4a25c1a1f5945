#pragma once

#include <cstdint>
#include <set>
#include <string>

namespace leat::sim {

// Faults of the kernel: this binary's calls of open, pwritev, fsync and their like go through wrappers
// (linked with --wrap), which fail one of them by its number, or let it do half of its work.
struct SyscallFault {
  static constexpr int kShort = -1;  // half of the bytes, of reads and writes

  std::uint64_t index = ~std::uint64_t{0};  // which call, counted from arming
  int error = 0;                            // an errno, or kShort
  // From then on; EINTR then strikes every second call, or a loop that tries again would not end.
  bool sticky = false;
};

// Acts on this thread's calls while it lives.
class ArmedFault {
 public:
  explicit ArmedFault(SyscallFault fault);
  ~ArmedFault();
  ArmedFault(const ArmedFault&) = delete;
  ArmedFault& operator=(const ArmedFault&) = delete;

  std::uint64_t calls() const { return calls_; }
  // The names of the calls that were made, and the name of the first that failed ("" for none).
  const std::set<std::string>& seen() const { return seen_; }
  const std::string& struck() const { return struck_; }

  // For the wrappers: 0 to let the call pass, an errno, or kShort when `can_be_short`.
  int next(const char* call, bool can_be_short);

 private:
  const SyscallFault fault_;
  std::uint64_t calls_ = 0;
  std::set<std::string> seen_;
  std::string struck_;
};

}  // namespace leat::sim
