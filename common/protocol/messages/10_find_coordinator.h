#pragma once

#include "common/protocol/types.h"

// FindCoordinator (key 10): versions 0-6, flexible since 3.
//   Request
//     v1: adds KeyType
//     v4: adds CoordinatorKeys; drops Key
//   Response
//     v1: adds ThrottleTimeMs, ErrorMessage
//     v4: adds Coordinators; drops ErrorCode, ErrorMessage, NodeId, Host, Port
namespace leat {

struct FindCoordinatorResponse;

struct FindCoordinatorRequest {
  std::string key;
  std::int8_t key_type = 0;
  std::vector<std::string> coordinator_keys;

  static constexpr std::int16_t kKey = 10;
  using Response = FindCoordinatorResponse;
  static const wire::MessageSpec& schema();
};

struct FindCoordinatorResponse {
  struct Coordinator {
    std::string key;
    std::int32_t node_id = 0;
    std::string host;
    std::int32_t port = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};
  std::int32_t node_id = 0;
  std::string host;
  std::int32_t port = 0;
  std::vector<Coordinator> coordinators;

  static constexpr std::int16_t kKey = 10;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
