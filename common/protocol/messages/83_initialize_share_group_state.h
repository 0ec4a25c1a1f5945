#pragma once

#include "common/protocol/types.h"

// InitializeShareGroupState (key 83): versions 0, flexible since 0.
namespace leat {

struct InitializeShareGroupStateResponse;

struct InitializeShareGroupStateRequest {
  struct Partition {
    std::int32_t partition = 0;
    std::int32_t state_epoch = 0;
    std::int64_t start_offset = 0;
  };
  struct Topic {
    Uuid topic_id;
    std::vector<Partition> partitions;
  };
  std::string group_id;
  std::vector<Topic> topics;

  static constexpr std::int16_t kKey = 83;
  using Response = InitializeShareGroupStateResponse;
  static const wire::MessageSpec& schema();
};

struct InitializeShareGroupStateResponse {
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

  static constexpr std::int16_t kKey = 83;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
