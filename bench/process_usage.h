#pragma once

#include <string>

namespace leat::bench {

// CPU time of all living threads of a process, from the scheduler's own account (nanoseconds, not
// ticks). Negative when there is no such process.
double cpu_seconds(int pid);
double resident_mib(int pid);

}  // namespace leat::bench
