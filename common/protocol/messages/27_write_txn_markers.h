#pragma once

#include "common/protocol/types.h"

// WriteTxnMarkers (key 27): versions 1-2, flexible since 1.
//   Request
//     v2: adds TransactionVersion
namespace leat {

struct WriteTxnMarkersResponse;

struct WriteTxnMarkersRequest {
  struct Topic {
    std::string name;
    std::vector<std::int32_t> partition_indexes;
  };
  struct Marker {
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    bool transaction_result = false;
    std::vector<Topic> topics;
    std::int32_t coordinator_epoch = 0;
    std::int8_t transaction_version = 0;
  };
  std::vector<Marker> markers;

  static constexpr std::int16_t kKey = 27;
  using Response = WriteTxnMarkersResponse;
  static const wire::MessageSpec& schema();
};

struct WriteTxnMarkersResponse {
  struct Partition {
    std::int32_t partition_index = 0;
    std::int16_t error_code = 0;
  };
  struct Topic {
    std::string name;
    std::vector<Partition> partitions;
  };
  struct Marker {
    std::int64_t producer_id = 0;
    std::vector<Topic> topics;
  };
  std::vector<Marker> markers;

  static constexpr std::int16_t kKey = 27;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
