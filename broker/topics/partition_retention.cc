// What of a partition time and size let go.
#include "broker/topics/partition.h"

namespace leat::topics {

void Partition::enforce_retention(std::int64_t) {}

}  // namespace leat::topics
