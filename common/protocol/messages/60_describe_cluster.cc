#include "common/protocol/messages/60_describe_cluster.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeClusterRequest,
            WIRE_FIELD(include_cluster_authorized_operations, "IncludeClusterAuthorizedOperations"),
            WIRE_FIELD(endpoint_type, "EndpointType", .present = since(1)),
            WIRE_FIELD(include_fenced_brokers, "IncludeFencedBrokers", .present = since(2)));

WIRE_STRUCT(DescribeClusterResponse::Broker, WIRE_FIELD(broker_id, "BrokerId"),
            WIRE_FIELD(host, "Host"), WIRE_FIELD(port, "Port"),
            WIRE_FIELD(rack, "Rack", .nullable = kAlways),
            WIRE_FIELD(is_fenced, "IsFenced", .present = since(2)));

WIRE_STRUCT(DescribeClusterResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(endpoint_type, "EndpointType", .present = since(1)),
            WIRE_FIELD(cluster_id, "ClusterId"), WIRE_FIELD(controller_id, "ControllerId"),
            WIRE_FIELD(brokers, "Brokers"),
            WIRE_FIELD(cluster_authorized_operations, "ClusterAuthorizedOperations"));

}  // namespace wire

const wire::MessageSpec& DescribeClusterRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeClusterRequest>(
      "DescribeClusterRequest", wire::MessageType::kRequest, {0, 2}, 0);
  return kSpec;
}

const wire::MessageSpec& DescribeClusterResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeClusterResponse>(
      "DescribeClusterResponse", wire::MessageType::kResponse, {0, 2}, 0);
  return kSpec;
}

}  // namespace leat
