#include "broker/topics/topic_catalog.h"

#include <algorithm>

#include "broker/topics/topic_record.h"
#include "common/base/log.h"

namespace leat::topics {
namespace {

std::string topic_key(std::string_view name) { return fmt::format("{}{}", kTopicPrefix, name); }
std::string deleted_key(const Uuid& id) { return fmt::format("{}{}", kDeletedPrefix, to_string(id)); }

TopicRecord to_record(const Topic& topic) {
  return {topic.name, topic.id, static_cast<std::int32_t>(topic.partitions.size()),
          topic.overrides};
}

CatalogError from_status(const Status& s) {
  if (s.ok()) return {};
  return {is_disk_full(s) ? ErrorCode::kKafkaStorageError : ErrorCode::kUnknownServerError,
          std::string(message(s))};
}

// Kafka's metrics replace '.' by '_', so names that differ only there collide.
std::string collision_form(std::string_view name) {
  std::string form(name);
  std::replace(form.begin(), form.end(), '.', '_');
  return form;
}

Status remove_with_files(storage::FileSystem& files, const std::string& directory) {
  auto entries = files.list(directory);
  if (is_not_found(entries.status())) return {};
  if (!entries.ok()) return entries.status();
  for (const auto& entry : *entries) {
    RETURN_IF_ERROR(files.remove(fmt::format("{}/{}", directory, entry.name)));
  }
  return files.remove(directory);
}

}  // namespace

std::optional<std::string> topic_name_fault(std::string_view name) {
  if (name.empty()) return "Topic name is invalid: the empty string is not allowed";
  if (name == "." || name == "..") return "Topic name is invalid: '.' or '..' is not allowed";
  if (name.size() > kMaxTopicName) {
    return fmt::format("Topic name is invalid: the length of '{}' is longer than the max allowed "
                       "length {}", name, kMaxTopicName);
  }
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (std::all_of(name.begin(), name.end(), legal)) return std::nullopt;
  return fmt::format("Topic name is invalid: '{}' contains one or more characters other than ASCII "
                     "alphanumerics, '.', '_' and '-'", name);
}

bool is_internal_topic(std::string_view name) {
  return name == "__consumer_offsets" || name == "__transaction_state" ||
         name == "__share_group_state";
}

std::shared_ptr<const Topic> CatalogImage::find(std::string_view name) const {
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

std::shared_ptr<const Topic> CatalogImage::find(const Uuid& id) const {
  const auto found = by_id.find(id);
  return found == by_id.end() ? nullptr : found->second;
}

TopicCatalog::TopicCatalog(meta::MetaStore& store, const PartitionContext& context,
                           std::string data_directory, std::uint64_t seed)
    : store_(store),
      context_(context),
      data_directory_(std::move(data_directory)),
      random_(seed),
      image_(std::make_shared<CatalogImage>()) {}

std::shared_ptr<const CatalogImage> TopicCatalog::image() const {
  MutexLock lock(image_mutex_);
  return image_;
}

std::string TopicCatalog::partition_directory(std::string_view topic, std::int32_t index) const {
  return fmt::format("{}/{}-{}", data_directory_, topic, index);
}

std::shared_ptr<Partition> TopicCatalog::make_partition(const Topic& topic,
                                                        std::int32_t index) const {
  return std::make_shared<Partition>(context_, TopicPartitionId{topic.id, PartitionIndex{index}},
                                     topic.name, partition_directory(topic.name, index),
                                     topic.options);
}

std::shared_ptr<Topic> TopicCatalog::materialize(std::string name, const Uuid& id,
                                                 std::int32_t partitions, TopicOverrides overrides,
                                                 const BrokerOptions& broker) const {
  auto topic = std::make_shared<Topic>();
  topic->internal = is_internal_topic(name);
  topic->name = std::move(name);
  topic->id = id;
  topic->overrides = std::move(overrides);
  topic->options = std::make_shared<const TopicOptions>(resolve(topic->overrides, broker));
  topic->partitions.reserve(static_cast<std::size_t>(partitions));
  for (std::int32_t i = 0; i < partitions; ++i) topic->partitions.push_back(make_partition(*topic, i));
  return topic;
}

Status TopicCatalog::load(const BrokerOptions& broker) {
  MutexLock lock(change_mutex_);
  auto image = std::make_shared<CatalogImage>();
  for (const auto& entry : store_.range(kTopicPrefix)) {
    ASSIGN_OR_RETURN(TopicRecord record, decode_topic_record(entry.value));
    auto topic = materialize(std::move(record.name), record.id, record.partitions,
                             std::move(record.overrides), broker);
    image->partition_count += topic->partitions.size();
    image->by_id.emplace(topic->id, topic);
    image->by_name.emplace(topic->name, std::move(topic));
  }
  for (const auto& entry : store_.range(kDeletedPrefix)) {
    ASSIGN_OR_RETURN(const TopicRecord record, decode_topic_record(entry.value));
    const Deleted deleted{record.name, record.id, record.partitions};
    // A topic of that name may exist again: its directories are not the deleted one's then.
    if (!image->find(record.name)) RETURN_IF_ERROR(rename_away(deleted));
    to_purge_.push_back(deleted);
  }
  MutexLock publish_lock(image_mutex_);
  image_ = std::move(image);
  return {};
}

void TopicCatalog::publish(std::shared_ptr<const Topic> added, const Topic* removed) {
  auto next = std::make_shared<CatalogImage>(*image());
  if (removed != nullptr) {
    next->partition_count -= removed->partitions.size();
    next->by_id.erase(removed->id);
    next->by_name.erase(removed->name);
  }
  if (added) {
    next->partition_count += added->partitions.size();
    next->by_id[added->id] = added;
    next->by_name[added->name] = std::move(added);
  }
  MutexLock lock(image_mutex_);
  image_ = std::move(next);
}

CatalogError TopicCatalog::check_new(std::string_view name) const {
  if (name == "__cluster_metadata") {
    return {ErrorCode::kInvalidRequest,
            "Creation of internal topic __cluster_metadata is prohibited."};
  }
  if (auto fault = topic_name_fault(name)) return {ErrorCode::kInvalidTopicException, *fault};
  const auto now = image();
  if (now->find(name)) {
    return {ErrorCode::kTopicAlreadyExists, fmt::format("Topic '{}' already exists.", name)};
  }
  if (name.find_first_of("._") == std::string::npos) return {};
  const std::string form = collision_form(name);
  for (const auto& [other, existing] : now->by_name) {
    if (other.size() == form.size() && collision_form(other) == form) {
      return {ErrorCode::kInvalidTopicException,
              fmt::format("Topic '{}' collides with existing topic: {}", name, other)};
    }
  }
  return {};
}

CatalogError TopicCatalog::check(std::string_view name) {
  MutexLock lock(change_mutex_);
  return check_new(name);
}

CatalogError TopicCatalog::create(const NewTopic& wanted, const BrokerOptions& broker) {
  MutexLock lock(change_mutex_);
  if (CatalogError error = check_new(wanted.name); !error.ok()) return error;
  auto topic = materialize(wanted.name, random_.uuid(), wanted.partitions, wanted.overrides, broker);
  const meta::MetaCompare absent{topic_key(wanted.name), 0};
  auto stored = store_.txn(std::span(&absent, 1), {{absent.key, encode(to_record(*topic))}});
  if (!stored.ok()) return from_status(stored.status());
  publish(std::move(topic), nullptr);
  return {};
}

CatalogError TopicCatalog::remove(std::string_view name, std::optional<Uuid> id) {
  MutexLock lock(change_mutex_);
  const auto topic = image()->find(name);
  if (!topic || (id && topic->id != *id)) return {ErrorCode::kUnknownTopicOrPartition, ""};
  auto stored = store_.txn({}, {{topic_key(name), std::nullopt},
                                {deleted_key(topic->id), encode(to_record(*topic))}});
  if (!stored.ok()) return from_status(stored.status());
  publish(nullptr, topic.get());
  for (const auto& partition : topic->partitions) {
    partition->mark_deleted();
  }
  forget_rows(*topic);
  // It is deleted for good by now, wherever its files lie.
  Deleted deleted{topic->name, topic->id, static_cast<std::int32_t>(topic->partitions.size())};
  if (Status s = rename_away(deleted); !s.ok()) {
    LOG_WARN("the files of deleted topic {} are not moved away yet: {}", name, describe(s));
    deleted.lies_in_the_way = true;
  }
  to_purge_.push_back(std::move(deleted));
  return {};
}

// A row that stays because of an error does no harm: its topic id is never used again.
void TopicCatalog::forget_rows(const Topic& topic) {
  std::vector<storage::CheckpointChange> changes;
  for (const auto& partition : topic.partitions) changes.push_back({partition->id(), std::nullopt});
  if (Status s = context_.checkpoint->commit(changes); !s.ok()) {
    LOG_WARN("the checkpoint still names deleted topic {}: {}", topic.name, describe(s));
  }
}

// As Kafka: NAME-N becomes NAME-N.ID-delete, so that the name is free at once.
Status TopicCatalog::rename_away(const Deleted& topic) {
  bool renamed = false;
  for (std::int32_t i = 0; i < topic.partitions; ++i) {
    const std::string from = partition_directory(topic.name, i);
    Status s = context_.files->rename(from, fmt::format("{}.{}-delete", from, to_string(topic.id)));
    if (s.ok()) renamed = true;
    if (!s.ok() && !is_not_found(s)) return s;
  }
  return renamed ? context_.files->sync_directory(data_directory_) : Status();
}

// What could not be done when the topic was deleted; not any more once its name is used again.
Status TopicCatalog::clear_the_way(Deleted& topic) {
  if (!topic.lies_in_the_way) return {};
  MutexLock lock(change_mutex_);
  if (image()->find(topic.name)) return already_exists("a new topic has its name");
  RETURN_IF_ERROR(rename_away(topic));
  topic.lies_in_the_way = false;
  return {};
}

void TopicCatalog::purge_deleted_topics() {
  std::vector<Deleted> topics;
  {
    MutexLock lock(change_mutex_);
    topics.swap(to_purge_);
  }
  for (auto& topic : topics) {
    Status s = clear_the_way(topic);
    for (std::int32_t i = 0; i < topic.partitions && s.ok(); ++i) {
      const std::string directory = fmt::format("{}.{}-delete",
                                                partition_directory(topic.name, i),
                                                to_string(topic.id));
      s = remove_with_files(*context_.files, directory);
    }
    if (s.ok()) s = context_.files->sync_directory(data_directory_);
    if (s.ok()) s = store_.txn({}, {{deleted_key(topic.id), std::nullopt}}).status();
    if (s.ok()) {
      LOG_INFO("deleted the files of topic={} id={}", topic.name, to_string(topic.id));
      continue;
    }
    LOG_WARN("the files of deleted topic {} remain for now: {}", topic.name, describe(s));
    MutexLock lock(change_mutex_);
    to_purge_.push_back(topic);
  }
}

CatalogError TopicCatalog::add_partitions(std::string_view name, std::int32_t total) {
  MutexLock lock(change_mutex_);
  const auto topic = image()->find(name);
  if (!topic) {
    return {ErrorCode::kUnknownTopicOrPartition, "This server does not host this topic-partition."};
  }
  auto grown = std::make_shared<Topic>(*topic);
  for (auto i = static_cast<std::int32_t>(topic->partitions.size()); i < total; ++i) {
    grown->partitions.push_back(make_partition(*grown, i));
  }
  auto stored = store_.txn({}, {{topic_key(name), encode(to_record(*grown))}});
  if (!stored.ok()) return from_status(stored.status());
  publish(std::move(grown), topic.get());
  return {};
}

CatalogError TopicCatalog::set_overrides(std::string_view name, TopicOverrides overrides,
                                         const BrokerOptions& broker) {
  MutexLock lock(change_mutex_);
  const auto topic = image()->find(name);
  if (!topic) {
    return {ErrorCode::kUnknownTopicOrPartition, "This server does not host this topic-partition."};
  }
  auto changed = std::make_shared<Topic>(*topic);
  changed->overrides = std::move(overrides);
  changed->options = std::make_shared<const TopicOptions>(resolve(changed->overrides, broker));
  auto stored = store_.txn({}, {{topic_key(name), encode(to_record(*changed))}});
  if (!stored.ok()) return from_status(stored.status());
  for (const auto& partition : changed->partitions) partition->set_options(changed->options);
  publish(std::move(changed), topic.get());
  return {};
}

void TopicCatalog::refresh_options(const BrokerOptions& broker) {
  MutexLock lock(change_mutex_);
  auto next = std::make_shared<CatalogImage>();
  const auto now = image();
  next->partition_count = now->partition_count;
  for (const auto& [name, topic] : now->by_name) {
    auto changed = std::make_shared<Topic>(*topic);
    changed->options = std::make_shared<const TopicOptions>(resolve(changed->overrides, broker));
    for (const auto& partition : changed->partitions) partition->set_options(changed->options);
    next->by_id.emplace(changed->id, changed);
    next->by_name.emplace(name, std::move(changed));
  }
  MutexLock publish_lock(image_mutex_);
  image_ = std::move(next);
}

}  // namespace leat::topics
