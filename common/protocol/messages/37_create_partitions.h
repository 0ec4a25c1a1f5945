#pragma once

#include "common/protocol/types.h"

// CreatePartitions (key 37): versions 0-3, flexible since 2.
namespace leat {

struct CreatePartitionsResponse;

struct CreatePartitionsRequest {
  struct Assignment {
    std::vector<std::int32_t> broker_ids;
  };
  struct Topic {
    std::string name;
    std::int32_t count = 0;
    std::optional<std::vector<Assignment>> assignments = std::vector<Assignment>{};
  };
  std::vector<Topic> topics;
  std::int32_t timeout_ms = 0;
  bool validate_only = false;

  static constexpr std::int16_t kKey = 37;
  using Response = CreatePartitionsResponse;
  static const wire::MessageSpec& schema();
};

struct CreatePartitionsResponse {
  struct Result {
    std::string name;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 37;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
