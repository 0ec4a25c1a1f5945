#pragma once

#include "common/protocol/types.h"

// DeleteShareGroupOffsets (key 92): versions 0, flexible since 0.
namespace leat {

struct DeleteShareGroupOffsetsResponse;

struct DeleteShareGroupOffsetsRequest {
  struct Topic {
    std::string topic_name;
  };
  std::string group_id;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 92;
  using Response = DeleteShareGroupOffsetsResponse;
  static const wire::MessageSpec& schema();
};

struct DeleteShareGroupOffsetsResponse {
  struct Topic {
    std::string topic_name;
    Uuid topic_id;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message;
  std::vector<Topic> responses;

  static constexpr std::int16_t kKey = 92;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
