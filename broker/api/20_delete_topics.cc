// DeleteTopics (20), v1-6. Durable before it is answered; the files go in the background.
// - Unknown name: 3; unknown id (v6): 100; neither name nor id, both, or a topic twice: 42.
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/20_delete_topics.h"

namespace leat::api {
namespace {

// v1-5 name topics in a list of their own.
std::vector<DeleteTopicsRequest::Topic> wanted_topics(const DeleteTopicsRequest& request,
                                                      wire::Version version) {
  if (version >= 6) return request.topics;
  std::vector<DeleteTopicsRequest::Topic> out;
  for (const auto& name : request.topic_names) out.push_back({name, {}});
  return out;
}

topics::CatalogError remove(Services& services, const DeleteTopicsRequest::Topic& wanted,
                            DeleteTopicsResponse::Topic& out) {
  if (wanted.name.has_value() == !wanted.topic_id.is_zero()) {
    return {ErrorCode::kInvalidRequest, "Either a topic name or a topic id is needed."};
  }
  const auto image = services.catalog->image();
  const auto topic = wanted.name ? image->find(*wanted.name) : image->find(wanted.topic_id);
  if (!topic) {
    return {wanted.name ? ErrorCode::kUnknownTopicOrPartition : ErrorCode::kUnknownTopicId,
            wanted.name ? "This server does not host this topic-partition."
                        : "This server does not host this topic ID."};
  }
  if (!services.config->options()->delete_topic_enable) {
    return {ErrorCode::kTopicDeletionDisabled, "Topic deletion is disabled (delete.topic.enable)."};
  }
  out.name = topic->name;
  out.topic_id = topic->id;
  topics::CatalogError error = services.catalog->remove(topic->name, topic->id);
  if (error.ok()) services.groups->topic_deleted(topic->name);
  return error;
}

DeleteTopicsResponse answer_delete_topics(Services& services, const DeleteTopicsRequest& request,
                                          const CallInfo& info) {
  DeleteTopicsResponse response;
  const auto wanted = wanted_topics(request, info.version);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto same = [&](const auto& other) {
      return other.name == wanted[i].name && other.topic_id == wanted[i].topic_id;
    };
    const auto begin = wanted.begin();
    const auto at = begin + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(begin, at, same)) continue;
    auto& out = response.responses.emplace_back();
    out.name = wanted[i].name;
    out.topic_id = wanted[i].topic_id;
    topics::CatalogError error{ErrorCode::kInvalidRequest, "Duplicate topic name or id."};
    if (std::none_of(at + 1, wanted.end(), same)) error = remove(services, wanted[i], out);
    out.error_code = wire_code(error.code);
    if (!error.ok()) out.error_message = error.message;
  }
  return response;
}

}  // namespace

Handled handle_delete_topics(Services& services, Request& request) {
  return on_worker<DeleteTopicsRequest>(services, request, answer_delete_topics);
}

}  // namespace leat::api
