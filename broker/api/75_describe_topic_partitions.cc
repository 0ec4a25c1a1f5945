// DescribeTopicPartitions (75), v0 (KIP-966): topics by name in order, in pages.
// - A page has at most response_partition_limit partitions, and never more than
//   max.request.partition.size.limit; the cursor names where the next page begins.
// - topics empty: all; unknown: 3; illegal name: 17; a negative partition in the cursor: 42.
// - With one replica no other is ever eligible: elr and lastKnownElr are empty, not null.
#include <algorithm>
#include <set>

#include "broker/api/authorized_operations.h"
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/75_describe_topic_partitions.h"

namespace leat::api {
namespace {

std::set<std::string> names_wanted(const topics::CatalogImage& image,
                                   const DescribeTopicPartitionsRequest& request) {
  std::set<std::string> names;
  const auto add = [&](const std::string& name) {
    if (!request.cursor || name >= request.cursor->topic_name) names.insert(name);
  };
  if (request.topics.empty()) {
    for (const auto& [name, topic] : image.by_name) add(name);
  }
  for (const auto& topic : request.topics) add(topic.name);
  return names;
}

DescribeTopicPartitionsResponse::Partition to_answer(const Services& services,
                                                     const topics::Partition& partition) {
  const std::int32_t node = services.identity.node_id;
  const bool offline = partition.availability() == ErrorCode::kKafkaStorageError;
  DescribeTopicPartitionsResponse::Partition out;
  out.partition_index = partition.index().value();
  out.leader_id = offline ? -1 : node;
  out.leader_epoch = services.leader_epoch.value();
  out.replica_nodes = out.isr_nodes = {node};
  out.eligible_leader_replicas.emplace();
  out.last_known_elr.emplace();
  if (offline) {
    out.error_code = wire_code(ErrorCode::kLeaderNotAvailable);
    out.offline_replicas = {node};
  }
  return out;
}

DescribeTopicPartitionsResponse::Topic missing(const std::string& name) {
  DescribeTopicPartitionsResponse::Topic out;
  out.name = name;
  out.error_code = wire_code(topics::topic_name_fault(name) ? ErrorCode::kInvalidTopicException
                                                            : ErrorCode::kUnknownTopicOrPartition);
  out.is_internal = topics::is_internal_topic(name);
  out.topic_authorized_operations = kAllTopicOperations;
  return out;
}

DescribeTopicPartitionsResponse::Topic to_answer(const topics::Topic& topic) {
  DescribeTopicPartitionsResponse::Topic out;
  out.name = topic.name;
  out.topic_id = topic.id;
  out.is_internal = topic.internal;
  out.topic_authorized_operations = kAllTopicOperations;
  return out;
}

// Adds topics until `limit` partitions are there; what is left goes into the cursor.
void fill_page(const Services& services, const topics::CatalogImage& image,
               const DescribeTopicPartitionsRequest& request, std::size_t limit,
               DescribeTopicPartitionsResponse& response) {
  for (const auto& name : names_wanted(image, request)) {
    if (limit == 0) {
      response.next_cursor = {name, 0};
      return;
    }
    const auto topic = image.find(name);
    if (!topic) {
      response.topics.push_back(missing(name));
      continue;
    }
    const bool resumed = request.cursor && request.cursor->topic_name == name;
    auto at = resumed ? static_cast<std::size_t>(request.cursor->partition_index) : 0;
    auto& out = response.topics.emplace_back(to_answer(*topic));
    for (; at < topic->partitions.size() && limit > 0; ++at, --limit) {
      out.partitions.push_back(to_answer(services, *topic->partitions[at]));
    }
    if (at < topic->partitions.size()) {
      response.next_cursor = {name, static_cast<std::int32_t>(at)};
      return;
    }
  }
}

DescribeTopicPartitionsResponse answer_describe_topic_partitions(
    Services& services, const DescribeTopicPartitionsRequest& request, const CallInfo&) {
  DescribeTopicPartitionsResponse response;
  if (request.cursor && request.cursor->partition_index < 0) {
    for (const auto& topic : request.topics) {
      auto& out = response.topics.emplace_back(missing(topic.name));
      out.error_code = wire_code(ErrorCode::kInvalidRequest);
    }
    return response;
  }
  const std::int32_t most = services.config->options()->max_request_partition_size_limit;
  const auto limit = std::max(std::min(request.response_partition_limit, most), 1);
  fill_page(services, *services.catalog->image(), request, static_cast<std::size_t>(limit),
            response);
  return response;
}

}  // namespace

Handled handle_describe_topic_partitions(Services& services, Request& request) {
  return right_here<DescribeTopicPartitionsRequest>(services, request,
                                                    answer_describe_topic_partitions);
}

}  // namespace leat::api
