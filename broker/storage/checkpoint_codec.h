#pragma once

#include <cstdint>
#include <optional>

#include "broker/storage/broker_checkpoint.h"

// The bytes of the broker-wide checkpoint's entries. FORMAT.md has the table.
namespace leat::storage {

inline constexpr std::string_view kCheckpointFile = "leat-checkpoint";
inline constexpr std::string_view kCheckpointMagic = "LEATCKP";  // then one byte: the version
inline constexpr std::uint8_t kCheckpointVersion = 1;
inline constexpr std::size_t kCheckpointHeaderBytes = 8;
inline constexpr std::size_t kEntryPrefixBytes = 8;  // payload length, CRC-32C of the payload
// A length above this is damage.
inline constexpr std::uint32_t kMaxEntryBytes = 64u << 20;

enum class EntryKind : std::uint8_t { kRow = 1, kErase = 2 };

// What is needed to place an entry without decoding its row.
struct EntryHead {
  std::uint64_t sequence = 0;
  EntryKind kind = EntryKind::kRow;
  TopicPartitionId partition;
};

// Appends the whole entry, prefix included.
void encode_change(const CheckpointChange& change, std::uint64_t sequence, Bytes& out);

// `entry` is a whole entry, prefix included. nullopt when CRC or form is wrong.
std::optional<EntryHead> decode_head(ByteView entry);
std::optional<CheckpointEntry> decode_row(ByteView entry);

}  // namespace leat::storage
