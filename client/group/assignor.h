#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/topic_partition.h"

// Which member of a group reads which partition. Pure functions that give what the Java client's
// assignors of the same name give, so that a group may mix clients; whichever member leads decides
// for all. Racks (KIP-881) are not looked at.
namespace leat {

// A member as the group's leader sees it.
class SubscribedMember {
 public:
  std::string id;
  std::optional<std::string> instance_id;  // a static member's name (KIP-345)
  std::vector<std::string> topics;
  TopicPartitions owned;         // what it has not given up (KIP-429)
  std::int32_t generation = -1;  // in which it owned that; -1 unknown
};

// Partitions per topic. A topic that is not there does not exist and has nothing to assign.
using TopicSizes = std::map<std::string, std::int32_t, std::less<>>;

// By member id, every member; partitions are sorted.
using GroupAssignment = std::map<std::string, TopicPartitions, std::less<>>;

enum class Assignor {
  // Topic by topic, neighbouring partitions to each member: partition p of every topic that all
  // subscribe to goes to the same one.
  kRange,
  // All partitions of all topics in turn.
  kRoundRobin,
  // Balanced with as few moves as possible. A partition that changes hands is assigned to nobody
  // until its owner gave it up: two rebalances, and the others never stop (KIP-429).
  kCooperativeSticky,
};

// The names under which groups agree: "range", "roundrobin", "cooperative-sticky".
std::string_view to_string(Assignor assignor);
std::optional<Assignor> parse_assignor(std::string_view name);

GroupAssignment assign(Assignor assignor, const std::vector<SubscribedMember>& members,
                       const TopicSizes& topics);

}  // namespace leat
