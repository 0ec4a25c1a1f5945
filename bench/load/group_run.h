#pragma once

#include <string>
#include <vector>

#include "bench/load/settings.h"

namespace leat::bench {

// What one run of `leat-bench group` measured, in milliseconds. A pause is the time between a
// partition's being given up and its being assigned again, of the partition that waited longest.
struct GroupRun {
  double form = 0;   // all but one member start at once, until each partition has an owner
  double join = 0;   // one more starts, until each partition has its new owner
  double join_pause = 0;
  double leave = 0;  // that one leaves, until each partition has an owner again
  double leave_pause = 0;
};

// Members of one consumer group in this process, each with a client of its own; they own partitions
// and read nothing. Ends the program when the group does not settle.
std::vector<GroupRun> run_group(const Settings& settings);

std::string to_json(const Settings& settings, const std::vector<GroupRun>& runs);
std::string to_table(const Settings& settings, const std::vector<GroupRun>& runs);

}  // namespace leat::bench
