#include "common/protocol/messages/51_alter_user_scram_credentials.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(AlterUserScramCredentialsRequest::Deletion, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(mechanism, "Mechanism"));

WIRE_STRUCT(AlterUserScramCredentialsRequest::Upsertion, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(mechanism, "Mechanism"), WIRE_FIELD(iterations, "Iterations"),
            WIRE_FIELD(salt, "Salt", .sensitive = true),
            WIRE_FIELD(salted_password, "SaltedPassword", .sensitive = true));

WIRE_STRUCT(AlterUserScramCredentialsRequest, WIRE_FIELD(deletions, "Deletions"),
            WIRE_FIELD(upsertions, "Upsertions"));

WIRE_STRUCT(AlterUserScramCredentialsResponse::Result, WIRE_FIELD(user, "User"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways));

WIRE_STRUCT(AlterUserScramCredentialsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& AlterUserScramCredentialsRequest::schema() {
  static constexpr auto kSpec = wire::message<AlterUserScramCredentialsRequest>(
      "AlterUserScramCredentialsRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& AlterUserScramCredentialsResponse::schema() {
  static constexpr auto kSpec = wire::message<AlterUserScramCredentialsResponse>(
      "AlterUserScramCredentialsResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
