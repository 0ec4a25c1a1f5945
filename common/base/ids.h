#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/strong.h"

namespace leat {

// The position of a record in its partition; the first record has offset 0.
using Offset = StrongInt<struct OffsetTag, std::int64_t>;
using PartitionIndex = StrongInt<struct PartitionIndexTag, std::int32_t>;
// The broker's durable start counter; never decreases in a partition.
using LeaderEpoch = StrongInt<struct LeaderEpochTag, std::int32_t>;
using ProducerId = StrongInt<struct ProducerIdTag, std::int64_t>;
using ProducerEpoch = StrongInt<struct ProducerEpochTag, std::int16_t>;
using NodeId = StrongInt<struct NodeIdTag, std::int32_t>;

inline constexpr LeaderEpoch kNoLeaderEpoch{-1};
inline constexpr ProducerId kNoProducerId{-1};

// 128 bits, as Kafka's Uuid: all zero means "none"; text is URL-safe base64 without padding.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  constexpr auto operator<=>(const Uuid&) const = default;
  constexpr bool is_zero() const { return *this == Uuid{}; }

  template <class H>
  friend H AbslHashValue(H h, const Uuid& u) {
    return H::combine(std::move(h), u.bytes);
  }
};

// 22 characters, e.g. "AAAAAAAAAAAAAAAAAAAAAA" for the zero id.
std::string to_string(const Uuid& id);
// The inverse; nullopt when `text` is not 22 characters of that alphabet.
std::optional<Uuid> parse_uuid(std::string_view text);

// A partition by the identity that survives a re-created topic name.
struct TopicPartitionId {
  Uuid topic;
  PartitionIndex partition;

  constexpr auto operator<=>(const TopicPartitionId&) const = default;
  template <class H>
  friend H AbslHashValue(H h, const TopicPartitionId& id) {
    return H::combine(std::move(h), id.topic, id.partition);
  }
};

}  // namespace leat
