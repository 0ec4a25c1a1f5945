#include "broker/api/topic_creation.h"

#include <algorithm>

#include "common/base/log.h"

namespace leat::api {
namespace {

using topics::CatalogError;
using topics::TopicCatalog;

std::int32_t default_partitions(std::string_view name, const BrokerOptions& broker) {
  return name == topics::kOffsetsTopic ? broker.offsets_topic_num_partitions : broker.num_partitions;
}

// How many partitions the topic gets, or why not.
CatalogError check_counts(const CreateTopicsRequest::Topic& wanted, const BrokerOptions& broker,
                          std::int32_t& partitions) {
  if (!wanted.assignments.empty()) return {};
  if (wanted.num_partitions == 0 || wanted.num_partitions < -1) {
    return {ErrorCode::kInvalidPartitions,
            "Number of partitions must be larger than 0, or -1 to use the default value."};
  }
  if (wanted.replication_factor == 0 || wanted.replication_factor < -1) {
    return {ErrorCode::kInvalidReplicationFactor,
            "Replication factor must be larger than 0, or -1 to use the default value."};
  }
  if (wanted.replication_factor > 1) {
    return {ErrorCode::kInvalidReplicationFactor,
            fmt::format("Unable to replicate the partition {} time(s): The target replication "
                        "factor of {} cannot be reached because only 1 broker(s) are registered.",
                        wanted.replication_factor, wanted.replication_factor)};
  }
  partitions = wanted.num_partitions == -1 ? default_partitions(wanted.name, broker)
                                           : wanted.num_partitions;
  if (partitions > TopicCatalog::kMaxPartitionsPerTopic) {
    return {ErrorCode::kPolicyViolation,
            fmt::format("Excessively large number of partitions per request: {} is more than {}.",
                        partitions, TopicCatalog::kMaxPartitionsPerTopic)};
  }
  return {};
}

// A replica assignment names partitions 0..n-1 once each, all on this broker.
CatalogError check_assignments(const CreateTopicsRequest::Topic& wanted, std::int32_t node,
                               std::int32_t& partitions) {
  if (wanted.assignments.empty()) return {};
  if (wanted.num_partitions != -1 || wanted.replication_factor != -1) {
    return {ErrorCode::kInvalidRequest,
            "A manual partition assignment was specified, but numPartitions or replicationFactor "
            "was not set to -1."};
  }
  std::vector<std::int32_t> indexes;
  for (const auto& assignment : wanted.assignments) {
    indexes.push_back(assignment.partition_index);
    if (assignment.broker_ids != std::vector<std::int32_t>{node}) {
      return {ErrorCode::kInvalidReplicaAssignment,
              fmt::format("The manual partition assignment of partition {} must be [{}]: there is "
                          "no other broker.", assignment.partition_index, node)};
    }
  }
  std::sort(indexes.begin(), indexes.end());
  for (std::size_t i = 0; i < indexes.size(); ++i) {
    if (indexes[i] != static_cast<std::int32_t>(i)) {
      return {ErrorCode::kInvalidReplicaAssignment,
              "partitions should be a consecutive 0-based integer sequence"};
    }
  }
  partitions = static_cast<std::int32_t>(indexes.size());
  return {};
}

CatalogError make_new_topic(Services& services, const CreateTopicsRequest::Topic& wanted,
                            const BrokerOptions& broker, topics::NewTopic& topic) {
  topic.name = wanted.name;
  CatalogError error = check_counts(wanted, broker, topic.partitions);
  if (error.ok()) error = check_assignments(wanted, services.identity.node_id, topic.partitions);
  if (!error.ok()) return error;
  topics::TopicSettings settings;
  if (wanted.name == topics::kOffsetsTopic) settings = topics::offsets_topic_settings(broker);
  for (const auto& config : wanted.configs) settings.emplace_back(config.name, config.value);
  topic.kind = topics::is_internal_topic(wanted.name) ? TopicKind::kInternal : TopicKind::kUser;
  auto overrides = make_topic_overrides(settings, broker, topic.kind);
  if (!overrides.ok()) return {ErrorCode::kInvalidConfig, std::string(message(overrides.status()))};
  topic.overrides = *std::move(overrides);
  return {};
}

void describe_into(const topics::NewTopic& topic, const BrokerConfig& config,
                   CreateTopicsResponse::Topic& out) {
  out.num_partitions = topic.partitions;
  out.replication_factor = 1;
  out.configs.emplace();
  for (const auto& row : describe_topic(topic.overrides, config)) {
    auto& c = out.configs->emplace_back();
    c.name = row.name;
    c.value = row.value;
    c.read_only = row.read_only;
    c.config_source = static_cast<std::int8_t>(row.source);
    c.is_sensitive = row.sensitive;
  }
}

}  // namespace

void create_behind_the_answer(Services& services, const std::string& name) {
  services.workers->submit([&services, name] {
    if (name == topics::kOffsetsTopic) {
      services.groups->ensure_topic();
      return;
    }
    const auto options = services.config->options();
    topics::NewTopic topic;
    topic.name = name;
    topic.partitions = options->num_partitions;
    if (topics::is_internal_topic(name)) topic.kind = TopicKind::kInternal;
    complete_internal(topic.kind, topic.overrides);
    const CatalogError error = services.catalog->create(topic, *options);
    if (error.ok() || error.code == ErrorCode::kTopicAlreadyExists) return;
    LOG_WARN("topic was not created automatically topic={} why={}", name, error.message);
  });
}

CreateTopicsResponse::Topic create_topic(Services& services, const CreateTopicsRequest::Topic& wanted,
                                         bool validate_only) {
  const auto config = services.config->current();
  CreateTopicsResponse::Topic out;
  out.name = wanted.name;
  out.configs.reset();
  topics::NewTopic topic;
  CatalogError error = services.catalog->check(wanted.name);
  if (error.ok()) error = make_new_topic(services, wanted, config->options(), topic);
  if (error.ok() && !validate_only) error = services.catalog->create(topic, config->options());
  if (!error.ok()) {
    out.error_code = wire_code(error.code);
    out.error_message = error.message;
    return out;
  }
  out.error_message.reset();
  if (const auto made = services.catalog->image()->find(wanted.name)) out.topic_id = made->id;
  describe_into(topic, *config, out);
  return out;
}

}  // namespace leat::api
