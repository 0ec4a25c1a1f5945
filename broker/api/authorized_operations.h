#pragma once

#include <cstdint>

namespace leat::api {

// Bit sets of AclOperation (KIP-430) that everyone has where there is no authorizer.
inline constexpr std::int32_t kAllTopicOperations = 3576;
inline constexpr std::int32_t kAllClusterOperations = 8096;
inline constexpr std::int32_t kAllGroupOperations = 3400;

}  // namespace leat::api
