// CreateTopics (19), v2-7. Durable before it is answered.
// - A name twice in the request: INVALID_REQUEST, one answer. timeout 0: REQUEST_TIMED_OUT, nothing
//   is created. v5+ answers with counts and every config of the topic.
#include "broker/api/handlers.h"
#include "broker/api/topic_creation.h"
#include "broker/api/worker_call.h"

namespace leat::api {
namespace {

CreateTopicsResponse::Topic refuse(const std::string& name, ErrorCode code, std::string text) {
  CreateTopicsResponse::Topic out;
  out.name = name;
  out.error_code = wire_code(code);
  out.error_message = std::move(text);
  out.configs.reset();
  return out;
}

CreateTopicsResponse answer_create_topics(Services& services, const CreateTopicsRequest& wanted,
                                          const CallInfo&) {
  CreateTopicsResponse response;
  StringMap<int> times;
  for (const auto& topic : wanted.topics) ++times[topic.name];
  for (const auto& topic : wanted.topics) {
    int& n = times[topic.name];
    if (n == 0) continue;
    if (n > 1) {
      response.topics.push_back(refuse(topic.name, ErrorCode::kInvalidRequest,
                                       "Duplicate topic name."));
    } else if (wanted.timeout_ms <= 0) {
      response.topics.push_back(refuse(topic.name, ErrorCode::kRequestTimedOut, "The timeout is 0."));
    } else {
      response.topics.push_back(create_topic(services, topic, wanted.validate_only));
    }
    n = 0;
  }
  return response;
}

}  // namespace

Handled handle_create_topics(Services& services, Request& request) {
  return on_worker<CreateTopicsRequest>(services, request, answer_create_topics);
}

}  // namespace leat::api
