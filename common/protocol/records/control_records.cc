#include "common/protocol/records/control_records.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(ControlRecordTypeSchema, WIRE_FIELD(type, "Type"));

WIRE_STRUCT(EndTxnMarker, WIRE_FIELD(coordinator_epoch, "CoordinatorEpoch"));

}  // namespace wire

const wire::MessageSpec& ControlRecordTypeSchema::schema() {
  static constexpr auto kSpec = wire::message<ControlRecordTypeSchema>(
      "ControlRecordTypeSchema", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

const wire::MessageSpec& EndTxnMarker::schema() {
  static constexpr auto kSpec = wire::message<EndTxnMarker>(
      "EndTxnMarker", wire::MessageType::kData, {0, 0}, wire::kNeverFlexible);
  return kSpec;
}

}  // namespace leat
