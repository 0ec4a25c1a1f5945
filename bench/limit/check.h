#pragma once

#include <string>

namespace leat::bench {

struct CheckOptions {
  std::string dir;
  std::string congestion;
  double seconds = 2;
  int rounds = 5;
};

// Runs the limit program beside loops that do the same system calls and nothing else, in turns, and
// prints the share of each that it reaches. Returns false where a share is below 85 %.
bool run_check(const CheckOptions& options);

}  // namespace leat::bench
