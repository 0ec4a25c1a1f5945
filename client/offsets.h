#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "client/client.h"
#include "client/error.h"

namespace leat {

// The special timestamps of ListOffsets (KIP-79, KIP-734).
inline constexpr std::int64_t kLatestOffset = -1;
inline constexpr std::int64_t kEarliestOffset = -2;

class OffsetQuery {
 public:
  OffsetQuery() = default;
  OffsetQuery(std::string t, std::int32_t p, std::int64_t at)
      : topic(std::move(t)), partition(p), timestamp_ms(at) {}

  std::string topic;
  std::int32_t partition = 0;
  // A time, for the first record at or after it, or one of the constants above.
  std::int64_t timestamp_ms = kLatestOffset;
};

class OffsetAnswer {
 public:
  Error error;
  std::int64_t offset = -1;  // -1 without an error: no record that late
  std::int64_t timestamp_ms = -1;
};

// Asks the partitions' leaders; one answer per query, in order. Leaders that moved are asked again
// for as long as `patience`, at most the request time-out; then the answer carries the error: LEADER_NOT_AVAILABLE for a partition
// that has none. UNKNOWN_TOPIC_OR_PARTITION is not waited for.
asio::awaitable<std::vector<OffsetAnswer>> list_offsets(
    std::shared_ptr<Client> client, std::vector<OffsetQuery> queries,
    Duration patience = std::chrono::seconds(5));

}  // namespace leat
