// CreatePartitions (37), v0-3: raises a topic's partition count. Durable before it is answered.
// - Not more than there are: INVALID_PARTITIONS; unknown topic: 3; a topic twice: INVALID_REQUEST,
//   one answer. An assignment must name this broker for each new partition.
#include "broker/api/handlers.h"
#include "broker/api/repeated.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/37_create_partitions.h"

namespace leat::api {
namespace {

using topics::CatalogError;
using topics::TopicCatalog;

CatalogError check_count(std::size_t now, const CreatePartitionsRequest::Topic& wanted) {
  const auto count = static_cast<std::int32_t>(now);
  if (wanted.count == count) {
    return {ErrorCode::kInvalidPartitions, fmt::format("Topic already has {} partition(s).", count)};
  }
  if (wanted.count < count) {
    return {ErrorCode::kInvalidPartitions,
            fmt::format("The topic {} currently has {} partition(s); {} would not be an increase.",
                        wanted.name, count, wanted.count)};
  }
  if (wanted.count > TopicCatalog::kMaxPartitionsPerTopic) {
    return {ErrorCode::kPolicyViolation,
            fmt::format("Excessively large number of partitions per request: {} is more than {}.",
                        wanted.count, TopicCatalog::kMaxPartitionsPerTopic)};
  }
  return {};
}

CatalogError check_assignments(std::size_t now, const CreatePartitionsRequest::Topic& wanted,
                               std::int32_t node) {
  if (!wanted.assignments) return {};
  const std::size_t added = static_cast<std::size_t>(wanted.count) - now;
  if (wanted.assignments->size() != added) {
    return {ErrorCode::kInvalidReplicaAssignment,
            fmt::format("Attempted to add {} additional partition(s), but only {} assignment(s) "
                        "were specified.", added, wanted.assignments->size())};
  }
  for (const auto& assignment : *wanted.assignments) {
    if (assignment.broker_ids == std::vector<std::int32_t>{node}) continue;
    return {ErrorCode::kInvalidReplicaAssignment,
            fmt::format("Each new partition must be assigned to [{}]: there is no other broker.",
                        node)};
  }
  return {};
}

CatalogError grow(Services& services, const CreatePartitionsRequest::Topic& wanted,
                  bool validate_only) {
  const auto topic = services.catalog->image()->find(wanted.name);
  if (!topic) {
    return {ErrorCode::kUnknownTopicOrPartition, "This server does not host this topic-partition."};
  }
  const std::size_t now = topic->partitions.size();
  CatalogError error = check_count(now, wanted);
  if (error.ok()) error = check_assignments(now, wanted, services.identity.node_id);
  if (error.ok() && !validate_only) {
    error = services.catalog->add_partitions(wanted.name, wanted.count);
  }
  return error;
}

CreatePartitionsResponse answer_create_partitions(Services& services,
                                                  const CreatePartitionsRequest& request,
                                                  const CallInfo&) {
  CreatePartitionsResponse response;
  Repeated<std::string> repeated;
  StringSet answered;
  for (const auto& topic : request.topics) repeated.add(topic.name);
  for (const auto& topic : request.topics) {
    if (!answered.insert(topic.name).second) continue;
    auto& out = response.results.emplace_back();
    out.name = topic.name;
    CatalogError error{ErrorCode::kInvalidRequest, "Duplicate topic in request."};
    if (!repeated.contains(topic.name)) error = grow(services, topic, request.validate_only);
    out.error_code = wire_code(error.code);
    if (!error.ok()) out.error_message = std::move(error.message);
  }
  return response;
}

}  // namespace

Handled handle_create_partitions(Services& services, Request& request) {
  return on_worker<CreatePartitionsRequest>(services, request, answer_create_partitions);
}

}  // namespace leat::api
