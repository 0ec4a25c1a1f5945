#include "common/protocol/messages/20002_accept_loss.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AcceptLossRequest, WIRE_FIELD(topic_name, "TopicName"),
            WIRE_FIELD(partition_index, "PartitionIndex"), WIRE_FIELD(dry_run, "DryRun"),
            WIRE_FIELD(found_end_offset, "FoundEndOffset"),
            WIRE_FIELD(lost_offsets, "LostOffsets"));

WIRE_STRUCT(AcceptLossResponse::Segment, WIRE_FIELD(file, "File"),
            WIRE_FIELD(recorded_bytes, "RecordedBytes"), WIRE_FIELD(found_bytes, "FoundBytes"),
            WIRE_FIELD(missing, "Missing"), WIRE_FIELD(lost_from_offset, "LostFromOffset"),
            WIRE_FIELD(lost_to_offset, "LostToOffset"));

WIRE_STRUCT(AcceptLossResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs", .ignorable = true),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(accepted, "Accepted"),
            WIRE_FIELD(recorded_end_offset, "RecordedEndOffset"),
            WIRE_FIELD(recorded_bytes, "RecordedBytes"),
            WIRE_FIELD(found_end_offset, "FoundEndOffset"), WIRE_FIELD(found_bytes, "FoundBytes"),
            WIRE_FIELD(lost_offsets, "LostOffsets"), WIRE_FIELD(new_end_offset, "NewEndOffset"),
            WIRE_FIELD(segments, "Segments"));

}  // namespace wire

const wire::MessageSpec& AcceptLossRequest::schema() {
  static constexpr auto kSpec = wire::message<AcceptLossRequest>(
      "AcceptLossRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& AcceptLossResponse::schema() {
  static constexpr auto kSpec = wire::message<AcceptLossResponse>(
      "AcceptLossResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
