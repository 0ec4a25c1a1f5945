#pragma once

#include <cstdint>
#include <string_view>

namespace leat {

// Kafka's error codes. The choice of a code is a safety property: clients retry, reset their
// position or duplicate records by it. The list is errors.inc.
enum class ErrorCode : std::int16_t {
#define LEAT_ERROR(code, enumerator, kafka_name, retriable, text) k##enumerator = code,
#include "common/protocol/errors.inc"
#undef LEAT_ERROR
};

// As it travels.
constexpr std::int16_t wire_code(ErrorCode code) {
  return static_cast<std::int16_t>(code);
}

// Kafka's name, e.g. "NOT_LEADER_OR_FOLLOWER"; "UNKNOWN_ERROR_CODE" for a code not in the list.
std::string_view name(ErrorCode code);

// A client may send the same request again. False for a code not in the list.
bool is_retriable(ErrorCode code);

// One sentence for people; empty for kNone.
std::string_view description(ErrorCode code);

}  // namespace leat
