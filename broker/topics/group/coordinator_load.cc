// How the coordinator comes to know what __consumer_offsets holds, and follows the topic itself.
#include <utility>

#include "broker/topics/group/coordinator.h"
#include "broker/topics/group/internal_log.h"
#include "common/base/log.h"

namespace leat::topics {

// Only what is alive at the end: the last value for each key.
struct GroupCoordinator::ReadPartition {
  struct OneGroup {
    std::optional<GroupMetadataValue> metadata;
    GroupOffsets offsets;
  };
  StringMap<OneGroup> groups;
};

TopicSettings offsets_topic_settings(const BrokerOptions& broker) {
  return {{"segment.bytes", fmt::format("{}", broker.offsets_topic_segment_bytes)},
          {"compression.type", "producer"}};
}

void GroupCoordinator::start() {
  parts_.executor->post([this] {
    follow_topic();
    sweep();
  });
}

ErrorCode GroupCoordinator::ensure_topic() {
  if (parts_.catalog->image()->find(kOffsetsTopic)) return ErrorCode::kNone;
  const auto options = parts_.config->options();
  NewTopic topic;
  topic.name = kOffsetsTopic;
  topic.partitions = options->offsets_topic_num_partitions;
  topic.kind = TopicKind::kInternal;
  auto overrides =
      make_topic_overrides(offsets_topic_settings(*options), *options, TopicKind::kInternal);
  if (!overrides.ok()) {
    LOG_ERROR("{} cannot be created: {}", kOffsetsTopic, leat::describe(overrides.status()));
    return ErrorCode::kCoordinatorNotAvailable;
  }
  topic.overrides = *std::move(overrides);
  const CatalogError error = parts_.catalog->create(topic, *options);
  if (!error.ok() && error.code != ErrorCode::kTopicAlreadyExists) {
    LOG_ERROR("{} cannot be created: {}", kOffsetsTopic, error.message);
    return ErrorCode::kCoordinatorNotAvailable;
  }
  // Opened here, so that the first member finds its coordinator ready.
  const auto created = parts_.catalog->image()->find(kOffsetsTopic);
  if (!created) return ErrorCode::kCoordinatorNotAvailable;
  for (const auto& partition : created->partitions) partition->open_now();
  parts_.executor->post([this] { follow_topic(); });
  return ErrorCode::kNone;
}

bool GroupCoordinator::follow_topic() {
  auto topic = parts_.catalog->image()->find(kOffsetsTopic);
  // A change of its configs or more partitions makes a new Topic with the same id; groups stay
  // where they are until the next start, as in Kafka.
  if (topic && topic_ && topic->id == topic_->id) return true;
  if (topic_) unload(ErrorCode::kNotCoordinator);
  topic_ = std::move(topic);
  if (!topic_) return false;
  loads_.assign(topic_->partitions.size(), Load::kLoading);
  for (std::size_t i = 0; i < loads_.size(); ++i) load_partition(static_cast<std::int32_t>(i));
  return true;
}

void GroupCoordinator::load_partition(std::int32_t index) {
  const auto partition = *topic_->partition(index);
  // Nothing to read: no need to wait for a worker.
  if (partition->is_open() && partition->ends().end.offset == partition->ends().start) {
    loads_[static_cast<std::size_t>(index)] = Load::kLoaded;
    return;
  }
  parts_.workers->submit([this, partition, index, id = topic_->id] {
    auto read = std::make_shared<ReadPartition>();
    const Status status = read_partition(*partition, *parts_.catalog->image(), *read);
    parts_.executor->post(
        [this, read, index, id, status] { take_over(id, index, std::move(*read), status); });
  });
}

Status GroupCoordinator::read_partition(Partition& partition, const CatalogImage& image,
                                        ReadPartition& into) {
  std::size_t strange = 0;
  RETURN_IF_ERROR(replay(partition, [&](ByteView key, std::optional<ByteView> value) {
    auto record = read_record(key, value);
    if (!record.ok()) {
      ++strange;
    } else if (auto* offset = std::get_if<OffsetChange>(&*record)) {
      into.groups[offset->group].offsets.apply(offset->key, std::move(offset->value));
    } else if (auto* group = std::get_if<GroupChange>(&*record)) {
      into.groups[group->group].metadata = std::move(group->value);
    }
  }));
  if (strange > 0) {
    LOG_WARN("records that cannot be read are left alone partition={} count={}",
             partition.directory(), strange);
  }
  // Deleting a topic deletes its offsets, also if we went down before their tombstones were
  // written.
  for (auto& [id, group] : into.groups) {
    std::vector<TopicPartitionName> dead;
    group.offsets.for_each(
        [&](const std::string& topic, std::int32_t index, const CommittedOffset& offset) {
          const auto exists = image.find(topic);
          const bool same = exists && (offset.topic_id.is_zero() || exists->id == offset.topic_id);
          if (!same) dead.push_back({topic, index});
        });
    for (const auto& key : dead) group.offsets.apply(key, std::nullopt);
  }
  return {};
}

void GroupCoordinator::take_over(const Uuid& topic_id, std::int32_t index, ReadPartition read,
                                 const Status& status) {
  if (stopped_ || !topic_ || topic_->id != topic_id) return;
  Load& load = loads_[static_cast<std::size_t>(index)];
  if (!status.ok()) {
    LOG_ERROR("the groups of {}-{} are not available: {}", kOffsetsTopic, index,
              leat::describe(status));
    load = status.code() == StatusCode::kUnavailable ? Load::kOffline : Load::kFailed;
    return;
  }
  load = Load::kLoaded;
  for (auto& [id, found] : read.groups) {
    if (!found.metadata && found.offsets.empty()) continue;
    const GroupPtr group = find_or_make(id);
    group->offsets = std::move(found.offsets);
    if (!found.metadata) continue;
    GroupActions actions;
    group->machine = GroupMachine::restore(*found.metadata, actions);
    if (found.metadata->current_state_timestamp >= 0) {
      group->empty_since_ms = found.metadata->current_state_timestamp;
    }
    perform(group, std::move(actions));
    group->history.forget_members();
  }
}

void GroupCoordinator::unload(ErrorCode error) {
  const auto groups = std::exchange(groups_, {});
  for (const auto& [id, group] : groups) {
    GroupActions actions;
    group->machine.abandon(error, actions);
    perform(group, std::move(actions));
    group->gone = true;
  }
  topic_.reset();
  loads_.clear();
}

ErrorCode GroupCoordinator::availability(std::string_view group) {
  if (stopped_) return ErrorCode::kNotCoordinator;
  if (!follow_topic()) return ErrorCode::kCoordinatorNotAvailable;
  const auto index = coordinator_partition(group, static_cast<std::int32_t>(loads_.size()));
  Load& load = loads_[static_cast<std::size_t>(index)];
  // Perhaps what kept its partition from opening has passed.
  if (load == Load::kOffline && (*topic_->partition(index))->availability() == ErrorCode::kNone) {
    load = Load::kLoading;
    load_partition(index);
  }
  switch (load) {
    case Load::kLoading:
      return ErrorCode::kCoordinatorLoadInProgress;
    case Load::kFailed:
    case Load::kOffline:
      return ErrorCode::kCoordinatorNotAvailable;
    case Load::kLoaded:
      return ErrorCode::kNone;
  }
  return ErrorCode::kNone;
}

}  // namespace leat::topics
