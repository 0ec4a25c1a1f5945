#include "common/protocol/records/consumer_group_regular_expression.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ConsumerGroupRegularExpressionKey, WIRE_FIELD(group_id, "GroupId"),
            WIRE_FIELD(regular_expression, "RegularExpression"));

WIRE_STRUCT(ConsumerGroupRegularExpressionValue, WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(version, "Version"), WIRE_FIELD(timestamp, "Timestamp"));

}  // namespace wire

const wire::MessageSpec& ConsumerGroupRegularExpressionKey::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupRegularExpressionKey>(
      "ConsumerGroupRegularExpressionKey", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& ConsumerGroupRegularExpressionValue::schema() {
  static constexpr auto kSpec = wire::message<ConsumerGroupRegularExpressionValue>(
      "ConsumerGroupRegularExpressionValue", wire::MessageType::kData, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
