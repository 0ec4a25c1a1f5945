#include "common/protocol/messages/80_add_raft_voter.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AddRaftVoterRequest::Listener, WIRE_FIELD(name, "Name"), WIRE_FIELD(host, "Host"),
            WIRE_FIELD(port, "Port"));

WIRE_STRUCT(AddRaftVoterRequest, WIRE_FIELD(cluster_id, "ClusterId", .nullable = kAlways),
            WIRE_FIELD(timeout_ms, "TimeoutMs"), WIRE_FIELD(voter_id, "VoterId"),
            WIRE_FIELD(voter_directory_id, "VoterDirectoryId"), WIRE_FIELD(listeners, "Listeners"),
            WIRE_FIELD(ack_when_committed, "AckWhenCommitted", .present = since(1)));

WIRE_STRUCT(AddRaftVoterResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways, .ignorable = true));

}  // namespace wire

const wire::MessageSpec& AddRaftVoterRequest::schema() {
  static constexpr auto kSpec = wire::message<AddRaftVoterRequest>(
      "AddRaftVoterRequest", wire::MessageType::kRequest, {0, 1}, 0);
  return kSpec;
}

const wire::MessageSpec& AddRaftVoterResponse::schema() {
  static constexpr auto kSpec = wire::message<AddRaftVoterResponse>(
      "AddRaftVoterResponse", wire::MessageType::kResponse, {0, 1}, 0);
  return kSpec;
}

}  // namespace leat
