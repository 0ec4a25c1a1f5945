#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace leat {

// A partition by its topic's name. Ordered by topic, then number.
class TopicPartition {
 public:
  TopicPartition() = default;
  TopicPartition(std::string t, std::int32_t p) : topic(std::move(t)), partition(p) {}
  auto operator<=>(const TopicPartition&) const = default;

  std::string topic;
  std::int32_t partition = 0;
};
using TopicPartitions = std::vector<TopicPartition>;

}  // namespace leat
