#pragma once

#include "common/protocol/types.h"

// RemoveRaftVoter (key 81): versions 0, flexible since 0.
namespace leat {

struct RemoveRaftVoterResponse;

struct RemoveRaftVoterRequest {
  std::optional<std::string> cluster_id = std::string{};
  std::int32_t voter_id = 0;
  Uuid voter_directory_id;

  static constexpr std::int16_t kKey = 81;
  using Response = RemoveRaftVoterResponse;
  static const wire::MessageSpec& schema();
};

struct RemoveRaftVoterResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};

  static constexpr std::int16_t kKey = 81;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
