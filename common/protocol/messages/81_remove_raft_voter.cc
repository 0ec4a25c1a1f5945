#include "common/protocol/messages/81_remove_raft_voter.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(RemoveRaftVoterRequest, WIRE_FIELD(cluster_id, "ClusterId", .nullable = kAlways),
            WIRE_FIELD(voter_id, "VoterId"), WIRE_FIELD(voter_directory_id, "VoterDirectoryId"));

WIRE_STRUCT(RemoveRaftVoterResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways, .ignorable = true));

}  // namespace wire

const wire::MessageSpec& RemoveRaftVoterRequest::schema() {
  static constexpr auto kSpec = wire::message<RemoveRaftVoterRequest>(
      "RemoveRaftVoterRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& RemoveRaftVoterResponse::schema() {
  static constexpr auto kSpec = wire::message<RemoveRaftVoterResponse>(
      "RemoveRaftVoterResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
