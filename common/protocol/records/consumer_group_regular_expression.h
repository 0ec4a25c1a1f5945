#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 16. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct ConsumerGroupRegularExpressionKey {
  std::string group_id;
  std::string regular_expression;

  static constexpr std::int16_t kKey = 16;
  static const wire::MessageSpec& schema();
};

struct ConsumerGroupRegularExpressionValue {
  std::vector<std::string> topics;
  std::int64_t version = 0;
  std::int64_t timestamp = 0;

  static constexpr std::int16_t kKey = 16;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
