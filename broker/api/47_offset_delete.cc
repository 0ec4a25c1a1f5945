// OffsetDelete (47), v0. Unknown group: 69; unknown topic or partition: 3; a topic that members of
// the group have subscribed to: 86.
#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "common/protocol/messages/47_offset_delete.h"

namespace leat::api {
namespace {

using OffsetDeleteCall = GroupCall<OffsetDeleteRequest>;

OffsetDeleteResponse make_response(const topics::CatalogImage& image,
                                   const OffsetDeleteRequest& request,
                                   const topics::DeletedOffsets& deleted) {
  OffsetDeleteResponse response;
  response.error_code = wire_code(deleted.error);
  if (deleted.error != ErrorCode::kNone) return response;
  std::size_t next = 0;
  for (const auto& wanted : request.topics) {
    const auto topic = image.find(wanted.name);
    auto& out = response.topics.emplace_back();
    out.name = wanted.name;
    for (const auto& p : wanted.partitions) {
      const bool exists = topic && topic->partition(p.partition_index) != nullptr;
      const ErrorCode error =
          exists ? deleted.of_keys[next++] : ErrorCode::kUnknownTopicOrPartition;
      out.partitions.push_back({p.partition_index, wire_code(error)});
    }
  }
  return response;
}

void remove_offsets(Services& services, const std::shared_ptr<OffsetDeleteCall>& call) {
  const auto image = services.catalog->image();
  topics::DeleteOffsetsCall wanted;
  wanted.group = call->message.group_id;
  for (const auto& named : call->message.topics) {
    const auto topic = image->find(named.name);
    for (const auto& p : named.partitions) {
      if (topic && topic->partition(p.partition_index) != nullptr) {
        wanted.keys.push_back({named.name, p.partition_index});
      }
    }
  }
  services.groups->delete_offsets(
      std::move(wanted), [call, image](const topics::DeletedOffsets& deleted) {
        call->answer(make_response(*image, call->message, deleted));
      });
}

}  // namespace

Handled handle_offset_delete(Services& services, Request& request) {
  return to_coordinator<OffsetDeleteRequest>(services, request, remove_offsets);
}

}  // namespace leat::api
