#pragma once

#include "common/protocol/types.h"

// AddOffsetsToTxn (key 25): versions 0-4, flexible since 3.
namespace leat {

struct AddOffsetsToTxnResponse;

struct AddOffsetsToTxnRequest {
  std::string transactional_id;
  std::int64_t producer_id = 0;
  std::int16_t producer_epoch = 0;
  std::string group_id;

  static constexpr std::int16_t kKey = 25;
  using Response = AddOffsetsToTxnResponse;
  static const wire::MessageSpec& schema();
};

struct AddOffsetsToTxnResponse {
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;

  static constexpr std::int16_t kKey = 25;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
