#include "bench/load/usage.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>

#include "bench/process_usage.h"

namespace leat::bench {
namespace {

double own_cpu_seconds() {
  rusage usage{};
  must(::getrusage(RUSAGE_SELF, &usage), "getrusage");
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Of all processes and interrupts, on all CPUs.
double all_cpu_seconds() {
  std::ifstream stat("/proc/stat");
  std::string label;
  double user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0;
  stat >> label >> user >> nice >> system >> idle >> iowait >> irq >> softirq >> steal;
  return (user + nice + system + irq + softirq + steal) /
         static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

UsageMeter::UsageMeter(int broker_pid)
    : broker_pid_(broker_pid),
      begin_(Clock::now()),
      broker_(broker_pid > 0 ? cpu_seconds(broker_pid) : 0),
      own_(own_cpu_seconds()),
      all_(all_cpu_seconds()) {}

void UsageMeter::finish(LoadResult& result) const {
  result.seconds = micros_between(begin_, Clock::now()) / 1e6;
  result.client_cpu_seconds = own_cpu_seconds() - own_;
  double known = result.client_cpu_seconds;
  if (broker_pid_ > 0) {
    result.broker_cpu_seconds = cpu_seconds(broker_pid_) - broker_;
    result.broker_rss_bytes = resident_mib(broker_pid_) * (1 << 20);
    known += result.broker_cpu_seconds;
  }
  const double capacity = result.seconds * static_cast<double>(::sysconf(_SC_NPROCESSORS_ONLN));
  result.foreign_cpu_share = std::clamp((all_cpu_seconds() - all_ - known) / capacity, 0.0, 1.0);
}

}  // namespace leat::bench
