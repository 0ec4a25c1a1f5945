// OffsetCommit (8), v2-10. Answered when stable.
// - Unknown topic or partition: 3; unknown topic id (v10): 100; metadata longer than
//   offset.metadata.max.bytes: 12; the other partitions of the request are committed.
// - A generation without a group: 22, from v9 on 69. Who may commit is the group's to say.
// - The connection waits, so that its next request finds the offsets.
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/08_offset_commit.h"

namespace leat::api {
namespace {

using OffsetCommitCall = GroupCall<OffsetCommitRequest>;

void add_topic(const topics::CatalogImage& image, const OffsetCommitRequest::Topic& wanted,
               wire::Version version, std::vector<topics::OffsetToCommit>& out) {
  const bool by_id = version >= 10;
  const auto topic = by_id ? image.find(wanted.topic_id) : image.find(wanted.name);
  for (const auto& partition : wanted.partitions) {
    auto& offset = out.emplace_back();
    offset.key.partition = partition.partition_index;
    if (!topic) {
      offset.error = by_id ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition;
      continue;
    }
    if (topic->partition(partition.partition_index) == nullptr) {
      offset.error = ErrorCode::kUnknownTopicOrPartition;
    }
    offset.key.topic = topic->name;
    offset.value.offset = partition.committed_offset;
    offset.value.leader_epoch = partition.committed_leader_epoch;
    offset.value.metadata = partition.committed_metadata.value_or("");
    offset.value.topic_id = topic->id;
  }
}

OffsetCommitResponse make_response(const OffsetCommitRequest& request,
                                   const std::vector<topics::OffsetToCommit>& offsets) {
  OffsetCommitResponse response;
  std::size_t next = 0;
  for (const auto& topic : request.topics) {
    auto& out = response.topics.emplace_back();
    out.name = topic.name;
    out.topic_id = topic.topic_id;
    for (const auto& partition : topic.partitions) {
      out.partitions.push_back({partition.partition_index, wire_code(offsets[next++].error)});
    }
  }
  return response;
}

void commit(Services& services, const std::shared_ptr<OffsetCommitCall>& call) {
  const OffsetCommitRequest& request = call->message;
  topics::CommitCall commit;
  commit.group = request.group_id;
  commit.generation = request.generation_id_or_member_epoch;
  commit.member_id = request.member_id;
  commit.instance_id = request.group_instance_id;
  commit.unknown_group =
      call->version >= 9 ? ErrorCode::kGroupIdNotFound : ErrorCode::kIllegalGeneration;
  const auto image = services.catalog->image();
  for (const auto& topic : request.topics) {
    add_topic(*image, topic, call->version, commit.offsets);
  }
  auto hold = std::make_shared<Hold>(call->reply.connection());
  services.groups->commit(std::move(commit),
                          [call, hold](const std::vector<topics::OffsetToCommit>& offsets) {
                            call->answer(make_response(call->message, offsets));
                            hold->release();
                          });
}

}  // namespace

Handled handle_offset_commit(Services& services, Request& request) {
  return to_coordinator<OffsetCommitRequest>(services, request, commit);
}

}  // namespace leat::api
