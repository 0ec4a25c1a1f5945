#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/protocol/schema.h"

namespace leat {

// Which API a request is for. The list is api_keys.inc.
enum class ApiKey : std::int16_t {
#define LEAT_API(key, api_name) k##api_name = key,
#define LEAT_API_UNKNOWN(key, api_name) k##api_name = key,
#include "common/protocol/api_keys.inc"
#undef LEAT_API
#undef LEAT_API_UNKNOWN
};

// Kafka's highest key; keys run from 0 to it without gaps.
inline constexpr std::int16_t kMaxApiKey = 94;
// Leat's own calls, likewise without gaps; only clients that name themselves after us are told of
// them.
inline constexpr std::int16_t kFirstOwnApiKey = 20000;
inline constexpr std::int16_t kMaxOwnApiKey = 20002;
constexpr bool is_own(ApiKey key) { return static_cast<std::int16_t>(key) >= kFirstOwnApiKey; }

// Kafka's name, e.g. "Produce"; "Unknown" for a key that is not in the list.
std::string_view name(ApiKey key);

namespace wire {

// The messages of an API, or nullptr when we have none. What the broker serves is a matter of its
// handler table; this is what can be encoded and decoded.
const MessageSpec* find_request_spec(ApiKey key);
const MessageSpec* find_response_spec(ApiKey key);

}  // namespace wire
}  // namespace leat
