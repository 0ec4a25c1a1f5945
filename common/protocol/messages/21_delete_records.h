#pragma once

#include "common/protocol/types.h"

// DeleteRecords (key 21): versions 0-2, flexible since 2.
namespace leat {

struct DeleteRecordsResponse;

struct DeleteRecordsRequest {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int64_t offset = 0;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::vector<Topic> topics;
  std::int32_t timeout_ms = 0;

  static constexpr std::int16_t kKey = 21;
  using Response = DeleteRecordsResponse;
  static const wire::MessageSpec& schema();
};

struct DeleteRecordsResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int64_t low_watermark = 0;
    std::int16_t error_code = 0;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 21;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
