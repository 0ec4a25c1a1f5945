// Metadata (3), v0-13.
// - topics null (v1+; empty in v0): all; empty in v1+: none; a name asked twice: answered once.
// - Unknown topic: 3, and with auto-creation (v0-3 always, v4+ if the request allows it) it is made
//   behind the answer, so that the client's next try finds it.
// - Illegal name: 17, never created. Unknown id (v12+): 100; an id in v10-11: 42 for the request.
// - The address is the one on which the client reached us, unless advertised.listeners says another.
#include "broker/api/authorized_operations.h"
#include "broker/api/handlers.h"
#include "broker/api/topic_creation.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/03_metadata.h"

namespace leat::api {
namespace {

MetadataResponse::Topic describe(const Services& services, const topics::Topic& topic,
                                 bool with_operations) {
  MetadataResponse::Topic out;
  out.name = topic.name;
  out.topic_id = topic.id;
  out.is_internal = topic.internal;
  if (with_operations) out.topic_authorized_operations = kAllTopicOperations;
  out.partitions.reserve(topic.partitions.size());
  for (const auto& partition : topic.partitions) {
    auto& p = out.partitions.emplace_back();
    p.partition_index = partition->index().value();
    p.leader_id = services.identity.node_id;
    p.leader_epoch = services.leader_epoch.value();
    p.replica_nodes = p.isr_nodes = {services.identity.node_id};
    if (partition->availability() == ErrorCode::kKafkaStorageError) {
      p.error_code = wire_code(ErrorCode::kLeaderNotAvailable);
      p.leader_id = -1;
      p.offline_replicas = {services.identity.node_id};
    }
  }
  return out;
}

MetadataResponse::Topic missing(std::optional<std::string> name, const Uuid& id, ErrorCode code) {
  MetadataResponse::Topic out;
  out.error_code = wire_code(code);
  if (name) out.is_internal = topics::is_internal_topic(*name);
  out.name = std::move(name);
  out.topic_id = id;
  return out;
}

void answer_by_name(Services& services, const topics::CatalogImage& image, const std::string& name,
                    bool may_create, bool with_operations, MetadataResponse& response) {
  if (const auto topic = image.find(name)) {
    response.topics.push_back(describe(services, *topic, with_operations));
    return;
  }
  if (topics::topic_name_fault(name)) {
    response.topics.push_back(missing(name, {}, ErrorCode::kInvalidTopicException));
    return;
  }
  if (may_create) create_behind_the_answer(services, name);
  response.topics.push_back(missing(name, {}, ErrorCode::kUnknownTopicOrPartition));
}

MetadataResponse answer_metadata(Services& services, const MetadataRequest& wanted,
                                 const CallInfo& info) {
  MetadataResponse response;
  response.cluster_id = services.identity.cluster_id;
  response.controller_id = services.identity.node_id;
  const bool asks_by_id =
      wanted.topics && std::any_of(wanted.topics->begin(), wanted.topics->end(),
                                   [](const auto& t) { return !t.topic_id.is_zero(); });
  if (asks_by_id && info.version < 12) {
    for (const auto& topic : *wanted.topics) {
      response.topics.push_back(missing(topic.name.value_or(""), topic.topic_id,
                                        ErrorCode::kInvalidRequest));
    }
    return response;
  }
  auto& broker = response.brokers.emplace_back();
  broker.node_id = services.identity.node_id;
  broker.host = info.advertised.host;
  broker.port = info.advertised.port;
  const auto options = services.config->options();
  broker.rack = options->broker_rack.value;
  if (wanted.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = kAllClusterOperations;
  }
  const auto image = services.catalog->image();
  const bool with_operations = wanted.include_topic_authorized_operations;
  const bool everything = !wanted.topics || (info.version == 0 && wanted.topics->empty());
  if (everything) {
    response.topics.reserve(image->by_name.size());
    for (const auto& [name, topic] : image->by_name) {
      response.topics.push_back(describe(services, *topic, with_operations));
    }
    return response;
  }
  const bool may_create = options->auto_create_topics_enable &&
                          (info.version < 4 || wanted.allow_auto_topic_creation);
  StringSet answered;
  for (const auto& topic : *wanted.topics) {
    if (!topic.topic_id.is_zero()) {
      const auto found = image->find(topic.topic_id);
      response.topics.push_back(found ? describe(services, *found, with_operations)
                                      : missing(std::nullopt, topic.topic_id,
                                                ErrorCode::kUnknownTopicId));
    } else if (answered.insert(topic.name.value_or("")).second) {
      answer_by_name(services, *image, topic.name.value_or(""), may_create, with_operations,
                     response);
    }
  }
  return response;
}

}  // namespace

Handled handle_metadata(Services& services, Request& request) {
  return right_here<MetadataRequest>(services, request, answer_metadata);
}

}  // namespace leat::api
