#pragma once

#include <string>
#include <string_view>

#include "broker/options/topic_options.h"
#include "common/base/ids.h"
#include "common/base/status.h"

// How the metadata store keeps topics: the key says the kind and the name, the value is what follows
// its format version, numbers as varints, texts with their length before them.
namespace leat::topics {

inline constexpr std::string_view kTopicPrefix = "topic/";      // topic/NAME -> TopicRecord
inline constexpr std::string_view kDeletedPrefix = "deleted/";  // deleted/ID -> TopicRecord

struct TopicRecord {
  std::string name;
  Uuid id;
  std::int32_t partitions = 0;
  TopicOverrides overrides;
};

std::string encode(const TopicRecord& record);
// corruption for what encode never wrote, and for a newer version.
StatusOr<TopicRecord> decode_topic_record(std::string_view value);

}  // namespace leat::topics
