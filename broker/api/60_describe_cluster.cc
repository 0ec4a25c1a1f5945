// DescribeCluster (60), v0-2: this broker, under the address on which the client reached it.
// - Endpoint type 2 (controllers): MISMATCHED_ENDPOINT_TYPE; any other but 1:
//   UNSUPPORTED_ENDPOINT_TYPE (KIP-919).
#include "broker/api/authorized_operations.h"
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/60_describe_cluster.h"

namespace leat::api {
namespace {

constexpr std::int8_t kBrokers = 1;
constexpr std::int8_t kControllers = 2;

DescribeClusterResponse refuse(ErrorCode code, std::string text) {
  DescribeClusterResponse response;
  response.error_code = wire_code(code);
  response.error_message = std::move(text);
  return response;
}

DescribeClusterResponse answer_describe_cluster(Services& services,
                                                const DescribeClusterRequest& request,
                                                const CallInfo& info) {
  if (request.endpoint_type == kControllers) {
    return refuse(ErrorCode::kMismatchedEndpointType,
                  "The request was sent to an endpoint of type BROKER, but we wanted an endpoint "
                  "of type CONTROLLER");
  }
  if (request.endpoint_type != kBrokers) {
    return refuse(ErrorCode::kUnsupportedEndpointType,
                  fmt::format("Unsupported endpoint type {}", request.endpoint_type));
  }
  DescribeClusterResponse response;
  response.cluster_id = services.identity.cluster_id;
  response.controller_id = services.identity.node_id;
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = kAllClusterOperations;
  }
  auto& broker = response.brokers.emplace_back();
  broker.broker_id = services.identity.node_id;
  broker.host = info.advertised.host;
  broker.port = info.advertised.port;
  broker.rack = services.config->options()->broker_rack.value;
  return response;
}

}  // namespace

Handled handle_describe_cluster(Services& services, Request& request) {
  return right_here<DescribeClusterRequest>(services, request, answer_describe_cluster);
}

}  // namespace leat::api
