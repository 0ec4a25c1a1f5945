#pragma once

#include "common/protocol/types.h"

// AlterShareGroupOffsets (key 91): versions 0, flexible since 0.
namespace leat {

struct AlterShareGroupOffsetsResponse;

struct AlterShareGroupOffsetsRequest {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int64_t start_offset = 0;
  };
  struct Topic {
    std::string topic_name;
    std::vector<Partition> partitions;
  };
  std::string group_id;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 91;
  using Response = AlterShareGroupOffsetsResponse;
  static const wire::MessageSpec& schema();
};

struct AlterShareGroupOffsetsResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
  };
  struct Topic {
    std::string topic_name;
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<Topic> responses;

  static constexpr std::int16_t kKey = 91;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
