#include "client/group/group_protocol.h"

#include <algorithm>

#include "common/protocol/codec.h"
#include "common/protocol/records/consumer_protocol.h"

namespace leat {
namespace {

constexpr wire::Version kVersion = 3;

template <class M>
Bytes encoded(const M& message) {
  StatusOr<Bytes> bytes = wire::encode_versioned(message, kVersion);
  LEAT_CHECK(bytes.ok(), "{}", leat::message(bytes.status()));
  return *std::move(bytes);
}

// One entry per topic, as the schema wants it.
template <class Entry>
std::vector<Entry> by_topic(TopicPartitions partitions) {
  std::sort(partitions.begin(), partitions.end());
  std::vector<Entry> entries;
  for (const TopicPartition& p : partitions) {
    if (entries.empty() || entries.back().topic != p.topic) entries.emplace_back().topic = p.topic;
    entries.back().partitions.push_back(p.partition);
  }
  return entries;
}

template <class Entry>
TopicPartitions flat(const std::vector<Entry>& entries) {
  TopicPartitions partitions;
  for (const Entry& entry : entries)
    for (const std::int32_t p : entry.partitions) partitions.emplace_back(entry.topic, p);
  std::sort(partitions.begin(), partitions.end());
  return partitions;
}

// Where versions 0 and 1 keep the generation, in the data of the assignor's own.
std::int32_t generation_in(const std::optional<Bytes>& user_data) {
  if (!user_data || user_data->size() < sizeof(std::int32_t)) return -1;
  return load_be<std::int32_t>(user_data->data());
}

}  // namespace

Bytes encode_subscription(const SubscribedMember& member, Assignor assignor) {
  ConsumerProtocolSubscription message;
  message.topics = member.topics;
  message.owned_partitions = by_topic<ConsumerProtocolSubscription::OwnedPartition>(member.owned);
  message.generation_id = member.generation;
  if (assignor == Assignor::kCooperativeSticky) {
    message.user_data.emplace(sizeof(std::int32_t));
    store_be<std::int32_t>(message.user_data->data(), member.generation);
  }
  return encoded(message);
}

Result<SubscribedMember> decode_subscription(std::string id, std::optional<std::string> instance_id,
                                             ByteView bytes) {
  StatusOr<ConsumerProtocolSubscription> decoded =
      wire::decode_versioned<ConsumerProtocolSubscription>(bytes, true);
  if (!decoded.ok())
    return Error::make(ClientCode::kBadAnswer, "the subscription of member '{}': {}", id,
                       message(decoded.status()));
  SubscribedMember member;
  member.id = std::move(id);
  member.instance_id = std::move(instance_id);
  member.topics = std::move(decoded->topics);
  member.owned = flat(decoded->owned_partitions);
  member.generation = decoded->generation_id >= 0 ? decoded->generation_id
                                                  : generation_in(decoded->user_data);
  return member;
}

Bytes encode_assignment(const TopicPartitions& partitions) {
  ConsumerProtocolAssignment message;
  message.assigned_partitions = by_topic<ConsumerProtocolAssignment::AssignedPartition>(partitions);
  return encoded(message);
}

Result<TopicPartitions> decode_assignment(ByteView bytes) {
  if (bytes.empty()) return TopicPartitions();
  const StatusOr<ConsumerProtocolAssignment> decoded =
      wire::decode_versioned<ConsumerProtocolAssignment>(bytes, true);
  if (!decoded.ok())
    return Error::make(ClientCode::kBadAnswer, "the assignment: {}", message(decoded.status()));
  return flat(decoded->assigned_partitions);
}

}  // namespace leat
