#pragma once

#include "common/protocol/types.h"

// Key and value of the record in a control batch; each begins with its version in two bytes.
namespace leat {

struct ControlRecordTypeSchema {
  std::int16_t type = 0;

  static constexpr std::int16_t kKey = -1;
  static const wire::MessageSpec& schema();
};

struct EndTxnMarker {
  std::int32_t coordinator_epoch = 0;

  static constexpr std::int16_t kKey = -1;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
