#include "client/admin.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "client/offsets.h"
#include "common/protocol/messages/19_create_topics.h"
#include "common/protocol/messages/20_delete_topics.h"
#include "common/protocol/messages/21_delete_records.h"
#include "common/protocol/messages/32_describe_configs.h"
#include "common/protocol/messages/35_describe_log_dirs.h"
#include "common/protocol/messages/37_create_partitions.h"
#include "common/protocol/messages/44_incremental_alter_configs.h"

namespace leat {
namespace {

constexpr wire::Version kFirstDeleteTopicsWithIds = 6;

std::int32_t timeout_ms(const Client& client) {
  return static_cast<std::int32_t>(client.options().request_timeout / std::chrono::milliseconds(1));
}

// Asks the controller.
template <class Request>
asio::awaitable<Result<Reply<typename Request::Response>>> ask_controller(
    std::shared_ptr<Client> client, Request request, CallOptions options = {}) {
  const Result<ConnectionPtr> connection = co_await client->to_controller();
  if (!connection.ok()) co_return connection.error();
  co_return co_await (*connection)->call(std::move(request), options);
}

void copy_partitions(const MetadataResponse::Topic& from, std::vector<PartitionMetadata>& to) {
  to.resize(from.partitions.size());
  for (const MetadataResponse::Partition& partition : from.partitions) {
    const auto index = static_cast<std::size_t>(partition.partition_index);
    if (partition.partition_index < 0 || index >= to.size()) continue;
    to[index].leader = partition.leader_id;
    to[index].leader_epoch = partition.leader_epoch;
    to[index].replicas = partition.replica_nodes;
    to[index].in_sync = partition.isr_nodes;
  }
}

ConfigEntry make_entry(DescribeConfigsResponse::Config& config) {
  ConfigEntry entry;
  entry.name = std::move(config.name);
  entry.value = std::move(config.value);
  entry.source = static_cast<ConfigSource>(config.config_source);
  entry.read_only = config.read_only;
  entry.sensitive = config.is_sensitive;
  entry.documentation = std::move(config.documentation).value_or("");
  return entry;
}

}  // namespace

std::string_view to_string(ConfigSource source) {
  switch (source) {
    case ConfigSource::kTopic: return "topic";
    case ConfigSource::kDynamicBroker: return "broker";
    case ConfigSource::kDynamicDefaultBroker: return "cluster";
    case ConfigSource::kStaticBroker: return "static";
    case ConfigSource::kDefault: return "default";
    case ConfigSource::kUnknown: return "unknown";
  }
  return "unknown";
}

asio::awaitable<Result<std::vector<TopicOutcome>>> Admin::create_topics(
    std::vector<NewTopic> topics, bool validate_only) {
  const auto client = client_;
  CreateTopicsRequest request;
  request.timeout_ms = timeout_ms(*client);
  request.validate_only = validate_only;
  for (NewTopic& topic : topics) {
    CreateTopicsRequest::Topic& added = request.topics.emplace_back();
    added.name = topic.name;
    added.num_partitions = topic.partitions;
    added.replication_factor = topic.replication_factor;
    for (auto& [name, value] : topic.configs) {
      CreateTopicsRequest::Config& config = added.configs.emplace_back();
      config.name = name;
      config.value = value;
    }
  }
  Result<Reply<CreateTopicsResponse>> reply = co_await ask_controller(client, std::move(request));
  if (!reply.ok()) co_return reply.error();
  std::vector<TopicOutcome> outcomes;
  for (CreateTopicsResponse::Topic& topic : reply->body.topics) {
    TopicOutcome& outcome = outcomes.emplace_back();
    outcome.name = std::move(topic.name);
    outcome.error = Error::kafka(topic.error_code, topic.error_message.value_or(""));
    outcome.partitions = topic.num_partitions;
    outcome.replication_factor = topic.replication_factor;
    client->metadata().forget(outcome.name);
  }
  co_return outcomes;
}

asio::awaitable<Result<std::vector<TopicOutcome>>> Admin::delete_topics(
    std::vector<std::string> names) {
  const auto client = client_;
  const Result<ConnectionPtr> connection = co_await client->to_controller();
  if (!connection.ok()) co_return connection.error();
  const Result<wire::Version> version =
      (*connection)->pick_version(DeleteTopicsRequest::schema(), wire::kMaxVersion);
  if (!version.ok()) co_return version.error();
  DeleteTopicsRequest request;
  request.timeout_ms = timeout_ms(*client);
  for (std::string& name : names) {
    if (*version >= kFirstDeleteTopicsWithIds) request.topics.emplace_back().name = name;
    else request.topic_names.push_back(name);
  }
  Result<Reply<DeleteTopicsResponse>> reply = co_await (*connection)->call(std::move(request));
  if (!reply.ok()) co_return reply.error();
  std::vector<TopicOutcome> outcomes;
  for (DeleteTopicsResponse::Topic& topic : reply->body.responses) {
    TopicOutcome& outcome = outcomes.emplace_back();
    outcome.name = topic.name.value_or("");
    outcome.error = Error::kafka(topic.error_code, topic.error_message.value_or(""));
    client->metadata().forget(outcome.name);
  }
  co_return outcomes;
}

asio::awaitable<Error> Admin::create_partitions(std::string topic, std::int32_t count,
                                                bool validate_only) {
  const auto client = client_;
  CreatePartitionsRequest request;
  request.timeout_ms = timeout_ms(*client);
  request.validate_only = validate_only;
  CreatePartitionsRequest::Topic& added = request.topics.emplace_back();
  added.name = topic;
  added.count = count;
  added.assignments = std::nullopt;
  Result<Reply<CreatePartitionsResponse>> reply = co_await ask_controller(client, std::move(request));
  if (!reply.ok()) co_return reply.error();
  client->metadata().forget(topic);
  for (const CreatePartitionsResponse::Result& result : reply->body.results)
    if (result.name == topic)
      co_return Error::kafka(result.error_code, result.error_message.value_or(""));
  co_return Error::make(ClientCode::kBadAnswer, "the answer leaves out topic '{}'", topic);
}

asio::awaitable<Result<std::vector<TopicListing>>> Admin::list_topics() {
  const auto client = client_;
  const Result<MetadataResponse> answer = co_await client->fetch_metadata(std::nullopt);
  if (!answer.ok()) co_return answer.error();
  std::vector<TopicListing> topics;
  for (const MetadataResponse::Topic& topic : answer->topics) {
    TopicListing& listing = topics.emplace_back();
    listing.name = topic.name.value_or("");
    listing.id = topic.topic_id;
    listing.internal = topic.is_internal;
    listing.error = Error::kafka(topic.error_code);
    copy_partitions(topic, listing.partitions);
  }
  std::sort(topics.begin(), topics.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  co_return topics;
}

asio::awaitable<Result<TopicDescription>> Admin::describe_topic(std::string name) {
  const auto client = client_;
  client->metadata().forget(name);
  // Also a topic none of whose partitions has a leader: that is something to be told.
  std::optional<std::vector<std::string>> wanted(std::in_place, 1, name);
  static_cast<void>(co_await client->fetch_metadata(std::move(wanted)));
  const Result<TopicMetadataPtr> known = co_await client->topic(name);
  if (!known.ok()) co_return known.error();
  TopicDescription topic;
  topic.name = name;
  topic.id = (*known)->id;
  topic.internal = (*known)->internal;
  for (const PartitionMetadata& metadata : (*known)->partitions) {
    PartitionDescription& partition = topic.partitions.emplace_back();
    partition.index = static_cast<std::int32_t>(topic.partitions.size()) - 1;
    partition.metadata = metadata;
  }
  co_await add_offsets(topic);
  co_await add_sizes(topic);
  std::vector<std::string> all_keys;
  Result<std::vector<ConfigEntry>> configs =
      co_await describe_configs(ConfigResource::kTopic, name, std::move(all_keys), false);
  if (configs.ok()) topic.configs = *std::move(configs);
  co_return topic;
}

asio::awaitable<void> Admin::add_offsets(TopicDescription& topic) {
  std::vector<OffsetQuery> queries;
  for (const PartitionDescription& partition : topic.partitions) {
    queries.emplace_back(topic.name, partition.index, kEarliestOffset);
    queries.emplace_back(topic.name, partition.index, kLatestOffset);
  }
  const std::vector<OffsetAnswer> answers = co_await list_offsets(client_, std::move(queries));
  for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
    if (answers[2 * i].error.ok()) topic.partitions[i].start = answers[2 * i].offset;
    if (answers[2 * i + 1].error.ok()) topic.partitions[i].end = answers[2 * i + 1].offset;
  }
}

asio::awaitable<void> Admin::add_sizes(TopicDescription& topic) {
  std::set<std::int32_t> leaders;
  for (const PartitionDescription& partition : topic.partitions)
    if (partition.metadata.leader >= 0) leaders.insert(partition.metadata.leader);
  for (const std::int32_t leader : leaders) {
    DescribeLogDirsRequest request;
    DescribeLogDirsRequest::Topic& wanted = request.topics->emplace_back();
    wanted.topic = topic.name;
    for (const PartitionDescription& partition : topic.partitions)
      if (partition.metadata.leader == leader) wanted.partitions.push_back(partition.index);
    const Result<Reply<DescribeLogDirsResponse>> reply =
        co_await client_->call(leader, std::move(request));
    if (!reply.ok()) continue;
    for (const DescribeLogDirsResponse::Result& directory : reply->body.results)
      for (const DescribeLogDirsResponse::Topic& found : directory.topics)
        for (const DescribeLogDirsResponse::Partition& partition : found.partitions) {
          const auto index = static_cast<std::size_t>(partition.partition_index);
          if (found.name == topic.name && !partition.is_future_key &&
              index < topic.partitions.size())
            topic.partitions[index].size_bytes = partition.partition_size;
        }
  }
}

asio::awaitable<Result<ClusterInfo>> Admin::describe_cluster() {
  const auto client = client_;
  const Result<MetadataResponse> answer = co_await client->fetch_metadata(std::nullopt);
  if (!answer.ok()) co_return answer.error();
  ClusterInfo info;
  info.cluster_id = answer->cluster_id.value_or("");
  info.controller = answer->controller_id;
  for (const MetadataResponse::Broker& broker : answer->brokers) {
    ClusterNode& node = info.nodes.emplace_back();
    node.id = broker.node_id;
    node.endpoint = Endpoint(broker.host, static_cast<std::uint16_t>(broker.port));
    node.rack = broker.rack;
  }
  info.topics = answer->topics.size();
  for (const MetadataResponse::Topic& topic : answer->topics)
    info.partitions += topic.partitions.size();
  co_return info;
}

asio::awaitable<Result<std::vector<ConfigEntry>>> Admin::describe_configs(
    ConfigResource type, std::string resource, std::vector<std::string> keys, bool documentation) {
  const auto client = client_;
  DescribeConfigsRequest request;
  request.include_documentation = documentation;
  DescribeConfigsRequest::Resource& wanted = request.resources.emplace_back();
  wanted.resource_type = static_cast<std::int8_t>(type);
  wanted.resource_name = resource;
  if (keys.empty()) wanted.configuration_keys = std::nullopt;
  else wanted.configuration_keys = std::move(keys);
  Result<ConnectionPtr> connection = co_await client->to_any();
  std::int32_t node = -1;
  if (type == ConfigResource::kBroker && connection.ok()) {
    std::from_chars(resource.data(), resource.data() + resource.size(), node);
    connection = co_await client->to_node(node);
  }
  if (!connection.ok()) co_return connection.error();
  // Before version 3 there is no documentation to ask for; asking would be refused.
  const Result<wire::Version> version =
      (*connection)->pick_version(DescribeConfigsRequest::schema(), wire::kMaxVersion);
  if (version.ok() && *version < 3) request.include_documentation = false;
  Result<Reply<DescribeConfigsResponse>> reply = co_await (*connection)->call(std::move(request));
  if (!reply.ok()) co_return reply.error();
  std::vector<ConfigEntry> entries;
  for (DescribeConfigsResponse::Result& result : reply->body.results) {
    if (result.error_code != 0)
      co_return Error::kafka(result.error_code, result.error_message.value_or(""));
    for (DescribeConfigsResponse::Config& config : result.configs)
      entries.push_back(make_entry(config));
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  co_return entries;
}

asio::awaitable<Error> Admin::alter_configs(ConfigResource type, std::string resource,
                                            std::vector<ConfigChange> changes, bool validate_only) {
  const auto client = client_;
  IncrementalAlterConfigsRequest request;
  request.validate_only = validate_only;
  IncrementalAlterConfigsRequest::Resource& altered = request.resources.emplace_back();
  altered.resource_type = static_cast<std::int8_t>(type);
  altered.resource_name = resource;
  for (ConfigChange& change : changes) {
    IncrementalAlterConfigsRequest::Config& config = altered.configs.emplace_back();
    config.name = std::move(change.name);
    config.config_operation = static_cast<std::int8_t>(change.operation);
    config.value = std::move(change.value);
  }
  Result<Reply<IncrementalAlterConfigsResponse>> reply =
      co_await ask_controller(client, std::move(request));
  if (!reply.ok()) co_return reply.error();
  for (const IncrementalAlterConfigsResponse::Resource& response : reply->body.responses)
    if (response.error_code != 0)
      co_return Error::kafka(response.error_code, response.error_message.value_or(""));
  co_return Error();
}

asio::awaitable<std::vector<TrimOutcome>> Admin::delete_records(std::string topic,
                                                                std::vector<TrimPoint> points) {
  const auto client = client_;
  std::vector<TrimOutcome> outcomes(points.size());
  const Result<TopicMetadataPtr> known = co_await client->topic(topic);
  std::map<std::int32_t, std::vector<std::size_t>> by_leader;
  for (std::size_t i = 0; i < points.size(); ++i) {
    outcomes[i].partition = points[i].partition;
    const auto leader = client->metadata().leader(topic, points[i].partition);
    if (!known.ok()) outcomes[i].error = known.error();
    else if (!leader)
      outcomes[i].error = Error::kafka(wire_code(ErrorCode::kUnknownTopicOrPartition),
                                       fmt::format("topic '{}' has no partition {}", topic,
                                                   points[i].partition));
    else by_leader[*leader].push_back(i);
  }
  for (const auto& [leader, which] : by_leader) {
    DeleteRecordsRequest request;
    request.timeout_ms = timeout_ms(*client);
    DeleteRecordsRequest::Topic& wanted = request.topics.emplace_back();
    wanted.name = topic;
    for (const std::size_t i : which) {
      DeleteRecordsRequest::Partition& partition = wanted.partitions.emplace_back();
      partition.partition_index = points[i].partition;
      partition.offset = points[i].before_offset;
    }
    const Result<Reply<DeleteRecordsResponse>> reply =
        co_await client->call(leader, std::move(request));
    for (const std::size_t i : which) {
      outcomes[i].error =
          reply.ok() ? Error::make(ClientCode::kBadAnswer, "the answer leaves out a partition")
                     : reply.error();
      if (!reply.ok()) continue;
      for (const DeleteRecordsResponse::Topic& found : reply->body.topics)
        for (const DeleteRecordsResponse::Partition& partition : found.partitions)
          if (partition.partition_index == points[i].partition) {
            outcomes[i].error = Error::kafka(partition.error_code);
            outcomes[i].start = partition.low_watermark;
          }
    }
  }
  co_return outcomes;
}

}  // namespace leat
