#pragma once

#include "common/protocol/types.h"

// DescribeCluster (key 60): versions 0-2, flexible since 0.
//   Request
//     v1: adds EndpointType
//     v2: adds IncludeFencedBrokers
//   Response
//     v1: adds EndpointType
//     v2: adds IsFenced
namespace leat {

struct DescribeClusterResponse;

struct DescribeClusterRequest {
  bool include_cluster_authorized_operations = false;
  std::int8_t endpoint_type = 1;
  bool include_fenced_brokers = false;

  static constexpr std::int16_t kKey = 60;
  using Response = DescribeClusterResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeClusterResponse {
  struct Broker {
    std::int32_t broker_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::optional<std::string> rack;
    bool is_fenced = false;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::int8_t endpoint_type = 1;
  std::string cluster_id;
  std::int32_t controller_id = -1;
  std::vector<Broker> brokers;
  std::int32_t cluster_authorized_operations = std::numeric_limits<std::int32_t>::min();

  static constexpr std::int16_t kKey = 60;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
