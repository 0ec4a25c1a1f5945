#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/topics/group/group_records.h"
#include "broker/topics/topic_catalog.h"
#include "common/base/executor.h"

// A coordinator's log: one partition of an internal topic.
namespace leat::topics {

// Java's String.hashCode & 0x7fffffff, modulo: which partition of __consumer_offsets holds `key`.
// `key` is UTF-8; Java hashes its UTF-16 units.
std::int32_t coordinator_partition(std::string_view key, std::int32_t partitions);

// Reads every stable record of the partition in order, opening it first; for workers. `on_record`
// gets views that last until it returns. Stops at the first damaged batch and says so.
using OnRecord = std::function<void(ByteView key, std::optional<ByteView> value)>;
Status replay(Partition& partition, const OnRecord& on_record);

// Appends `records` (at least one) to an open partition, as one batch if they fit into
// max.message.bytes, and calls `done` on `executor` once they are
// stable. An error: nothing was written (kMessageTooLarge: one record is too large), or nobody
// knows how much (several batches, the partition was deleted); `done` is then called in the same
// way. Never calls `done` before it returns.
void append_stable(const std::shared_ptr<Partition>& partition,
                   const std::vector<InternalRecord>& records, std::int64_t now_ms,
                   Executor* executor, std::function<void(ErrorCode)> done);

}  // namespace leat::topics
