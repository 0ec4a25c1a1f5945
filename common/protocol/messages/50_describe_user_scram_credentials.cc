#include "common/protocol/messages/50_describe_user_scram_credentials.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(DescribeUserScramCredentialsRequest::User, WIRE_FIELD(name, "Name"));

WIRE_STRUCT(DescribeUserScramCredentialsRequest, WIRE_FIELD(users, "Users", .nullable = kAlways));

WIRE_STRUCT(DescribeUserScramCredentialsResponse::CredentialInfo,
            WIRE_FIELD(mechanism, "Mechanism"), WIRE_FIELD(iterations, "Iterations"));

WIRE_STRUCT(DescribeUserScramCredentialsResponse::Result, WIRE_FIELD(user, "User"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(credential_infos, "CredentialInfos"));

WIRE_STRUCT(DescribeUserScramCredentialsResponse, WIRE_FIELD(throttle_time_ms, "ThrottleTimeMs"),
            WIRE_FIELD(error_code, "ErrorCode"),
            WIRE_FIELD(error_message, "ErrorMessage", .nullable = kAlways),
            WIRE_FIELD(results, "Results"));

}  // namespace wire

const wire::MessageSpec& DescribeUserScramCredentialsRequest::schema() {
  static constexpr auto kSpec = wire::message<DescribeUserScramCredentialsRequest>(
      "DescribeUserScramCredentialsRequest", wire::MessageType::kRequest, {0, 0}, 0);
  return kSpec;
}

const wire::MessageSpec& DescribeUserScramCredentialsResponse::schema() {
  static constexpr auto kSpec = wire::message<DescribeUserScramCredentialsResponse>(
      "DescribeUserScramCredentialsResponse", wire::MessageType::kResponse, {0, 0}, 0);
  return kSpec;
}

}  // namespace leat
