#pragma once

#include "broker/options/topic_options.h"
#include "broker/storage/log.h"

namespace leat::topics {

// The part of a topic's settings that decides where its files are cut.
inline storage::LogOptions log_options(const TopicOptions& topic) {
  storage::LogOptions log;
  log.segment_bytes = static_cast<std::uint32_t>(topic.segment_bytes);
  log.segment_ms = topic.segment_ms;
  log.segment_jitter_ms = topic.segment_jitter_ms;
  log.segment_index_bytes = static_cast<std::uint32_t>(topic.segment_index_bytes);
  log.index_interval_bytes = static_cast<std::uint32_t>(topic.index_interval_bytes);
  log.file_delete_delay_ms = topic.file_delete_delay_ms;
  log.may_have_gaps = topic.compacts();
  return log;
}

}  // namespace leat::topics
