#pragma once

#include "common/protocol/types.h"

// DescribeLogDirs (key 35): versions 1-5, flexible since 2.
//   Response
//     v3: adds ErrorCode
//     v4: adds TotalBytes, UsableBytes
//     v5: adds IsCordoned
namespace leat {

struct DescribeLogDirsResponse;

struct DescribeLogDirsRequest {
  struct Topic {
    std::string topic;
    std::vector<std::int32_t> partitions;
  };
  std::optional<std::vector<Topic>> topics = std::vector<Topic>{};

  static constexpr std::int16_t kKey = 35;
  using Response = DescribeLogDirsResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeLogDirsResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int64_t partition_size = 0;
    std::int64_t offset_lag = 0;
    bool is_future_key = false;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  struct Result {
    std::int16_t error_code = 0;
    std::string log_dir;
    std::vector<Topic> topics;
    std::int64_t total_bytes = -1;
    std::int64_t usable_bytes = -1;
    bool is_cordoned = false;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 35;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
