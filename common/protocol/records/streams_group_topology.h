#pragma once

#include "common/protocol/types.h"

// A record of __consumer_offsets, type 23. The key begins with the type, the value (versions 0,
// flexible since 0) with its version, each in two bytes.
namespace leat {

struct StreamsGroupTopologyKey {
  std::string group_id;

  static constexpr std::int16_t kKey = 23;
  static const wire::MessageSpec& schema();
};

struct StreamsGroupTopologyValue {
  struct TopicConfig {
    std::string key;
    std::string value;
  };
  struct TopicInfo {
    std::string name;
    std::int32_t partitions = 0;
    std::int16_t replication_factor = 0;
    std::vector<TopicConfig> topic_configs;
  };
  struct CopartitionGroup {
    std::vector<std::int16_t> source_topics;
    std::vector<std::int16_t> source_topic_regex;
    std::vector<std::int16_t> repartition_source_topics;
  };
  struct Subtopology {
    std::string subtopology_id;
    std::vector<std::string> source_topics;
    std::vector<std::string> source_topic_regex;
    std::vector<TopicInfo> state_changelog_topics;
    std::vector<std::string> repartition_sink_topics;
    std::vector<TopicInfo> repartition_source_topics;
    std::vector<CopartitionGroup> copartition_groups;
  };
  std::int32_t epoch = 0;
  std::vector<Subtopology> subtopologies;

  static constexpr std::int16_t kKey = 23;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
