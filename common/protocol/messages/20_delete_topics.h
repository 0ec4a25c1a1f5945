#pragma once

#include "common/protocol/types.h"

// DeleteTopics (key 20): versions 1-6, flexible since 4.
//   Request
//     v6: adds Topics; drops TopicNames
//   Response
//     v5: adds ErrorMessage
//     v6: adds TopicId
namespace leat {

struct DeleteTopicsResponse;

struct DeleteTopicsRequest {
  struct Topic {
    std::optional<std::string> name;
    Uuid topic_id;
  };
  std::vector<Topic> topics;
  std::vector<std::string> topic_names;
  std::int32_t timeout_ms = 0;

  static constexpr std::int16_t kKey = 20;
  using Response = DeleteTopicsResponse;
  static const wire::MessageSpec& schema();
};

struct DeleteTopicsResponse {
  struct Topic {
    std::optional<std::string> name = std::string{};
    Uuid topic_id;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Topic> responses;

  static constexpr std::int16_t kKey = 20;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
