#pragma once

#include "common/protocol/types.h"

// UnregisterController (key 94): versions 0, flexible since 0.
namespace leat {

struct UnregisterControllerResponse;

struct UnregisterControllerRequest {
  std::int32_t controller_id = 0;

  static constexpr std::int16_t kKey = 94;
  using Response = UnregisterControllerResponse;
  static const wire::MessageSpec& schema();
};

struct UnregisterControllerResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};

  static constexpr std::int16_t kKey = 94;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
