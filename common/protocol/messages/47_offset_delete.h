#pragma once

#include "common/protocol/types.h"

// OffsetDelete (key 47): versions 0, never flexible.
namespace leat {

struct OffsetDeleteResponse;

struct OffsetDeleteRequest {
  struct Partition {
    std::int32_t partition_index = 0;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::string group_id;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 47;
  using Response = OffsetDeleteResponse;
  static const wire::MessageSpec& schema();
};

struct OffsetDeleteResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::int16_t error_code = 0;
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 47;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
