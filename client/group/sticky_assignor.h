#pragma once

#include "client/group/assignor.h"

namespace leat {

// Balanced, with as few moves from what members own as balance allows. Two members that claim one
// partition: the newer generation owns it, and nobody where both are of the same.
GroupAssignment assign_sticky(const std::vector<SubscribedMember>& members,
                              const TopicSizes& topics);

// `assignment` without the partitions that a member would get while another one still claims them:
// what makes an assignment cooperative (KIP-429). The next rebalance, which follows when they were
// given up, hands them out.
GroupAssignment withhold_owned(const std::vector<SubscribedMember>& members,
                               GroupAssignment assignment);

}  // namespace leat
