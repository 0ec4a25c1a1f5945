#pragma once

#include "common/protocol/types.h"

// DescribeProducers (key 61): versions 0, flexible since 0.
namespace leat {

struct DescribeProducersResponse;

struct DescribeProducersRequest {
  struct Topic {
    std::string name;
    std::vector<std::int32_t> partition_indexes;
  };
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 61;
  using Response = DescribeProducersResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeProducersResponse {
  struct ActiveProducer {
    std::int64_t producer_id = 0;
    std::int32_t producer_epoch = 0;
    std::int32_t last_sequence = -1;
    std::int64_t last_timestamp = -1;
    std::int32_t coordinator_epoch = 0;
    std::int64_t current_txn_start_offset = -1;
  };
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
    std::vector<ActiveProducer> active_producers;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 61;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
