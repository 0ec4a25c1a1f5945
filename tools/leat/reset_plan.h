#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "tools/leat/offset_spec.h"

namespace leat::cli {

// One partition of a reset: from where to where.
struct ResetRow {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t from = -1;  // -1: nothing committed
  std::int64_t to = 0;
  std::int64_t asked = 0;    // what `to` would be if the log held it
  std::int64_t again = 0;    // records that will be read a second time
  std::int64_t skipped = 0;  // records that will never be read
};

// Where `spec` puts the partition, within what the log holds. Records that are gone are neither
// read again nor skipped; without a commit nothing is.
ResetRow plan_reset(std::string topic, std::int32_t partition, std::int64_t committed,
                    const OffsetSpec& spec, const PartitionBounds& bounds);

// "orders" or "orders:0,3": a topic and, unless all are meant, its partitions.
struct TopicSelection {
  std::string topic;
  std::vector<std::int32_t> partitions;
};
StatusOr<TopicSelection> parse_topic_selection(std::string_view text);
// True without any selection.
bool selects(const std::vector<TopicSelection>& selections, std::string_view topic,
             std::int32_t partition);

// One line for each partition: topic,partition,offset (what Kafka's tool exports, quotes around the
// topic allowed). Empty lines and those that begin with # are left out.
struct FileOffset {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};
StatusOr<std::vector<FileOffset>> parse_offsets_file(std::string_view text);

}  // namespace leat::cli
