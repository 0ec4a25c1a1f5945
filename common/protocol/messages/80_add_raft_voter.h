#pragma once

#include "common/protocol/types.h"

// AddRaftVoter (key 80): versions 0-1, flexible since 0.
//   Request
//     v1: adds AckWhenCommitted
namespace leat {

struct AddRaftVoterResponse;

struct AddRaftVoterRequest {
  struct Listener {
    std::string name;
    std::string host;
    std::uint16_t port = 0;
  };
  std::optional<std::string> cluster_id = std::string{};
  std::int32_t timeout_ms = 0;
  std::int32_t voter_id = 0;
  Uuid voter_directory_id;
  std::vector<Listener> listeners;
  bool ack_when_committed = true;

  static constexpr std::int16_t kKey = 80;
  using Response = AddRaftVoterResponse;
  static const wire::MessageSpec& schema();
};

struct AddRaftVoterResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};

  static constexpr std::int16_t kKey = 80;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
