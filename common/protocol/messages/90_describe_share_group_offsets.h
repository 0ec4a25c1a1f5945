#pragma once

#include "common/protocol/types.h"

// DescribeShareGroupOffsets (key 90): versions 0-1, flexible since 0.
//   Response
//     v1: adds Lag
namespace leat {

struct DescribeShareGroupOffsetsResponse;

struct DescribeShareGroupOffsetsRequest {
  struct Topic {
    std::string topic_name;
    std::vector<std::int32_t> partitions;
  };
  struct Group {
    std::string group_id;
    std::optional<std::vector<Topic>> topics = std::vector<Topic>{};
  };
  std::vector<Group> groups;

  static constexpr std::int16_t kKey = 90;
  using Response = DescribeShareGroupOffsetsResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeShareGroupOffsetsResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int64_t start_offset = 0;
    std::int32_t leader_epoch = 0;
    std::int64_t lag = -1;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
  };
  struct Topic {
    std::string topic_name;
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  struct Group {
    std::string group_id;
    std::vector<Topic> topics;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Group> groups;

  static constexpr std::int16_t kKey = 90;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
