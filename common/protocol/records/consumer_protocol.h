#pragma once

#include "common/protocol/types.h"

// What consumers of the classic protocol put into JoinGroup metadata and SyncGroup assignments: two
// bytes of version, then this. A newer version is read as the newest known one.
//   Subscription
//     v1: adds OwnedPartitions
//     v2: adds GenerationId
//     v3: adds RackId
namespace leat {

struct ConsumerProtocolSubscription {
  struct OwnedPartition {
    std::string topic;
    std::vector<std::int32_t> partitions;
  };
  std::vector<std::string> topics;
  std::optional<Bytes> user_data;
  std::vector<OwnedPartition> owned_partitions;
  std::int32_t generation_id = -1;
  std::optional<std::string> rack_id;

  static constexpr std::int16_t kKey = -1;
  static const wire::MessageSpec& schema();
};

struct ConsumerProtocolAssignment {
  struct AssignedPartition {
    std::string topic;
    std::vector<std::int32_t> partitions;
  };
  std::vector<AssignedPartition> assigned_partitions;
  std::optional<Bytes> user_data;

  static constexpr std::int16_t kKey = -1;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
