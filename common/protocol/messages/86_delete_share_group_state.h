#pragma once

#include "common/protocol/types.h"

// DeleteShareGroupState (key 86): versions 0, flexible since 0.
namespace leat {

struct DeleteShareGroupStateResponse;

struct DeleteShareGroupStateRequest {
  struct Partition {
    std::int32_t partition = 0;
  };
  struct Topic {
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::string group_id;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 86;
  using Response = DeleteShareGroupStateResponse;
  static const wire::MessageSpec& schema();
};

struct DeleteShareGroupStateResponse {
  struct Partition {
    std::int32_t partition = 0;
    std::int16_t error_code = 0;
    std::optional<std::string> error_message;
  };
  struct Result {
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::vector<Result> results;

  static constexpr std::int16_t kKey = 86;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
