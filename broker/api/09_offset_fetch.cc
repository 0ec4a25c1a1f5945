// OffsetFetch (9), v1-10; v1-7 ask for one group, v8+ for several.
// - Nothing committed, or no such group: offset -1, epoch -1, metadata "", no error. Topics null
//   (v2+): everything the group has.
// - Unknown topic id (v10): 100. require_stable changes nothing without transactions.
// - v1 has no place for an error of the group: each partition carries it.
// - Groups beyond GroupCoordinator::kMaxFetchedBytes of answers: INVALID_REQUEST.
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/09_offset_fetch.h"

namespace leat::api {
namespace {

using OffsetFetchCall = GroupCall<OffsetFetchRequest>;
using Group = OffsetFetchResponse::Group;

// v1-7 as the one group they ask for.
std::vector<OffsetFetchRequest::Group> wanted_groups(const OffsetFetchRequest& request,
                                                     wire::Version version) {
  if (version >= 8) return request.groups;
  OffsetFetchRequest::Group group;
  group.group_id = request.group_id;
  if (!request.topics) {
    group.topics.reset();
  } else {
    for (const auto& topic : *request.topics) {
      group.topics->push_back({topic.name, {}, topic.partition_indexes});
    }
  }
  return {std::move(group)};
}

// Under which name to look for a topic's offsets; nullopt when it has none for sure: v10 names it by
// an id that is unknown, or no topic can be called that.
std::optional<std::string> name_of(const topics::CatalogImage& image,
                                   const OffsetFetchRequest::GroupTopic& topic,
                                   wire::Version version) {
  if (version < 10) {
    if (topic.name.size() > topics::kMaxTopicName) return std::nullopt;
    return topic.name;
  }
  const auto found = image.find(topic.topic_id);
  return found ? std::optional(found->name) : std::nullopt;
}

OffsetFetchResponse::GroupPartition none(std::int32_t partition, ErrorCode error) {
  OffsetFetchResponse::GroupPartition out;
  out.partition_index = partition;
  out.committed_offset = -1;
  out.error_code = wire_code(error);
  return out;
}

OffsetFetchResponse::GroupPartition found(const topics::FetchedOffset& offset) {
  OffsetFetchResponse::GroupPartition out;
  out.partition_index = offset.partition;
  out.committed_offset = offset.value.offset;
  out.committed_leader_epoch = offset.value.leader_epoch;
  out.metadata = offset.value.metadata;
  return out;
}

void fill_wanted(const topics::CatalogImage& image, const OffsetFetchRequest::Group& wanted,
                 wire::Version version, const topics::FetchedOffsets& offsets, Group& out) {
  const ErrorCode missing = version >= 10 ? ErrorCode::kUnknownTopicId : ErrorCode::kNone;
  std::size_t next = 0;
  for (const auto& topic : *wanted.topics) {
    auto& t = out.topics.emplace_back();
    t.name = topic.name;
    t.topic_id = topic.topic_id;
    if (!name_of(image, topic, version)) {
      for (const auto p : topic.partition_indexes) t.partitions.push_back(none(p, missing));
      continue;
    }
    for (const auto& offset : offsets.topics[next++].offsets) t.partitions.push_back(found(offset));
  }
}

void fill_everything(const topics::CatalogImage& image, wire::Version version,
                     const topics::FetchedOffsets& offsets, Group& out) {
  for (const auto& known : offsets.topics) {
    const auto topic = image.find(known.topic);
    if (version >= 10 && !topic) continue;
    auto& t = out.topics.emplace_back();
    t.name = known.topic;
    if (topic) t.topic_id = topic->id;
    for (const auto& offset : known.offsets) t.partitions.push_back(found(offset));
  }
}

Group make_group(const topics::CatalogImage& image, const OffsetFetchRequest::Group& wanted,
                 wire::Version version, const topics::FetchedOffsets& offsets) {
  Group out;
  out.group_id = wanted.group_id;
  out.error_code = wire_code(offsets.error);
  if (offsets.error != ErrorCode::kNone) {
    if (version > 1) return out;
    for (const auto& topic : *wanted.topics) {
      auto& t = out.topics.emplace_back();
      t.name = topic.name;
      for (const auto p : topic.partition_indexes) t.partitions.push_back(none(p, offsets.error));
    }
    return out;
  }
  if (wanted.topics) fill_wanted(image, wanted, version, offsets, out);
  else fill_everything(image, version, offsets, out);
  return out;
}

// The other way round: what v1-7 call topics and error.
OffsetFetchResponse as_single(Group group) {
  OffsetFetchResponse response;
  response.error_code = group.error_code;
  for (auto& topic : group.topics) {
    auto& t = response.topics.emplace_back();
    t.name = std::move(topic.name);
    for (auto& p : topic.partitions) {
      t.partitions.push_back({p.partition_index, p.committed_offset, p.committed_leader_epoch,
                              std::move(p.metadata), p.error_code});
    }
  }
  return response;
}

void fetch(Services& services, const std::shared_ptr<OffsetFetchCall>& call) {
  auto groups = std::make_shared<std::vector<OffsetFetchRequest::Group>>(
      wanted_groups(call->message, call->version));
  const auto image = services.catalog->image();
  std::vector<topics::FetchOffsetsCall> calls;
  for (const auto& group : *groups) {
    auto& one = calls.emplace_back();
    one.group = group.group_id;
    if (!group.topics) continue;
    one.topics.emplace();
    for (const auto& topic : *group.topics) {
      if (auto name = name_of(*image, topic, call->version)) {
        one.topics->push_back({*std::move(name), topic.partition_indexes});
      }
    }
  }
  services.groups->fetch(
      std::move(calls), [call, groups, image](const std::vector<topics::FetchedOffsets>& found) {
        OffsetFetchResponse response;
        for (std::size_t i = 0; i < groups->size(); ++i) {
          response.groups.push_back(make_group(*image, (*groups)[i], call->version, found[i]));
        }
        if (call->version < 8) response = as_single(std::move(response.groups.front()));
        call->answer(std::move(response));
      });
}

}  // namespace

Handled handle_offset_fetch(Services& services, Request& request) {
  return to_coordinator<OffsetFetchRequest>(services, request, fetch);
}

}  // namespace leat::api
