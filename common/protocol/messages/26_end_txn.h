#pragma once

#include "common/protocol/types.h"

// EndTxn (key 26): versions 0-5, flexible since 3.
//   Response
//     v5: adds ProducerId, ProducerEpoch
namespace leat {

struct EndTxnResponse;

struct EndTxnRequest {
  std::string transactional_id;
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = 0;
  bool committed = false;

  static constexpr std::int16_t kKey = 26;
  using Response = EndTxnResponse;
  static const wire::MessageSpec& schema();
};

struct EndTxnResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::int64_t producer_id = -1;
  std::int16_t producer_epoch = -1;

  static constexpr std::int16_t kKey = 26;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
