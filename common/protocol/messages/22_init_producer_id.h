#pragma once

#include "common/protocol/types.h"

// InitProducerId (key 22): versions 0-5, flexible since 2.
//   Request
//     v3: adds ProducerId, ProducerEpoch
namespace leat {

struct InitProducerIdResponse;

struct InitProducerIdRequest {
  std::optional<std::string> transactional_id = std::string{};
  std::int32_t transaction_timeout_ms = 0;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;

  static constexpr std::int16_t kKey = 22;
  using Response = InitProducerIdResponse;
  static const wire::MessageSpec& schema();
};

struct InitProducerIdResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = 0;

  static constexpr std::int16_t kKey = 22;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
