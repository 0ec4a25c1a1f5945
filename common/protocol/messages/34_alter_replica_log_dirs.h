#pragma once

#include "common/protocol/types.h"

// AlterReplicaLogDirs (key 34): versions 1-2, flexible since 2.
namespace leat {

struct AlterReplicaLogDirsResponse;

struct AlterReplicaLogDirsRequest {
  struct Topic {
    std::string name;
    std::vector<std::int32_t> partitions;
  };
  struct Dir {
    std::string path;
    std::vector<Topic> topics;
  };
  std::vector<Dir> dirs;

  static constexpr std::int16_t kKey = 34;
  using Response = AlterReplicaLogDirsResponse;
  static const wire::MessageSpec& schema();
};

struct AlterReplicaLogDirsResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
  };
  struct Result {
    std::string topic_name;
    std::vector<Partition> partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 34;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
