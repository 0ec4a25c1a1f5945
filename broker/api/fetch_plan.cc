#include "broker/api/fetch_plan.h"

namespace leat::api {

std::vector<FetchTarget> targets_of(const FetchRequest& request) {
  std::vector<FetchTarget> targets;
  for (const auto& topic : request.topics) {
    const SharedTopicName name = share_name(topic.topic);
    for (const auto& partition : topic.partitions) {
      targets.push_back({name, topic.topic_id, partition});
    }
  }
  return targets;
}

std::vector<FetchItem> plan_fetch(const topics::CatalogImage& image,
                                  std::vector<FetchTarget> targets, wire::Version version) {
  std::vector<FetchItem> items;
  items.reserve(targets.size());
  for (auto& target : targets) {
    FetchItem& item = items.emplace_back();
    item.target = std::move(target);
    const auto topic = version >= 13 ? image.find(item.target.topic_id)
                                     : image.find(*item.target.topic);
    if (!topic) {
      item.error = version >= 13 ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition;
    } else if (const auto* partition = topic->partition(item.target.wanted.partition)) {
      item.partition = *partition;
    } else {
      item.error = ErrorCode::kUnknownTopicOrPartition;
    }
  }
  return items;
}

EpochEnd end_of_epoch(const std::vector<storage::EpochStart>& epochs, LeaderEpoch current,
                      std::int32_t epoch, Offset log_end) {
  EpochEnd end;
  if (epoch > current.value()) return end;
  if (epoch == current.value()) return {epoch, log_end.value()};
  for (std::size_t i = 0; i < epochs.size() && epochs[i].epoch.value() <= epoch; ++i) {
    end.epoch = epochs[i].epoch.value();
    end.end_offset = (i + 1 < epochs.size() ? epochs[i + 1].start : log_end).value();
  }
  return end;
}

ErrorCode check_leader_epoch(std::int32_t claimed, LeaderEpoch current) {
  if (claimed < 0 || claimed == current.value()) return ErrorCode::kNone;
  return claimed < current.value() ? ErrorCode::kFencedLeaderEpoch : ErrorCode::kUnknownLeaderEpoch;
}

}  // namespace leat::api
