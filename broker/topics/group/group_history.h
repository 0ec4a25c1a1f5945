#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "common/base/clock.h"
#include "common/base/string_map.h"

namespace leat::topics {

// One rebalance of a group: why, and what came of it.
struct PastRebalance {
  std::int64_t began_ms = 0;  // wall clock
  MonotonicTime began;
  std::int64_t took_ms = -1;  // -1: it is running
  bool completed = false;     // false: running, or begun anew before it was over
  std::string reason;
  std::string member;  // whose doing it was; empty: nobody's
  std::int32_t generation = 0;
  std::int32_t members = 0;
};

// What people ask about a group and its state machine does not need: when each member was last
// heard of, which software it is, and the last rebalances. In memory only, bounded; nothing of it
// outlives the broker. One thread at a time.
class GroupHistory {
 public:
  static constexpr std::size_t kRebalances = 8;
  // Reasons and member ids are what clients send: longer ones are cut.
  static constexpr std::size_t kLongestText = 256;

  struct Heard {
    MonotonicTime when;
    std::string software_name;
    std::string software_version;
  };

  void rebalance_began(std::string_view reason, std::string_view member, std::int64_t wall_ms,
                       MonotonicTime now);
  // The group has its generation, or no members; means nothing while no rebalance is running.
  void settled(std::int32_t generation, std::size_t members, MonotonicTime now);
  bool is_rebalancing() const { return !rebalances_.empty() && rebalances_.back().took_ms < 0; }
  const std::deque<PastRebalance>& rebalances() const { return rebalances_; }  // oldest first

  void heard(std::string_view member, MonotonicTime now);
  void introduced(std::string_view member, std::string_view software_name,
                  std::string_view software_version);
  void left(std::string_view member);
  // Everyone is as if never heard of: the group was just read from the log.
  void forget_members() { members_.clear(); }
  // nullptr: nothing is known of it.
  const Heard* find(std::string_view member) const;

 private:
  std::deque<PastRebalance> rebalances_;
  StringMap<Heard> members_;
};

}  // namespace leat::topics
