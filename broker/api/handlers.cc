#include "broker/api/handlers.h"

#include <algorithm>
#include <array>

namespace leat::api {
namespace {

constexpr auto kTopicRead = std::pair(AclOperation::kRead, ResourceType::kTopic);

constexpr HandlerRow kTable[] = {
    {ApiKey::kProduce, 3, 13, handle_produce, AclOperation::kWrite, ResourceType::kTopic, 0},
    {ApiKey::kFetch, 4, 18, handle_fetch, kTopicRead.first, kTopicRead.second},
    {ApiKey::kListOffsets, 1, 11, handle_list_offsets, AclOperation::kDescribe,
     ResourceType::kTopic},
    {ApiKey::kMetadata, 0, 13, handle_metadata, AclOperation::kDescribe, ResourceType::kTopic},
    {ApiKey::kOffsetCommit, 2, 10, handle_offset_commit, AclOperation::kRead, ResourceType::kGroup},
    {ApiKey::kOffsetFetch, 1, 10, handle_offset_fetch, AclOperation::kDescribe,
     ResourceType::kGroup},
    {ApiKey::kFindCoordinator, 0, 6, handle_find_coordinator, AclOperation::kDescribe,
     ResourceType::kGroup},
    {ApiKey::kJoinGroup, 0, 9, handle_join_group, AclOperation::kRead, ResourceType::kGroup},
    {ApiKey::kHeartbeat, 0, 4, handle_heartbeat, AclOperation::kRead, ResourceType::kGroup},
    {ApiKey::kLeaveGroup, 0, 5, handle_leave_group, AclOperation::kRead, ResourceType::kGroup},
    {ApiKey::kSyncGroup, 0, 5, handle_sync_group, AclOperation::kRead, ResourceType::kGroup},
    {ApiKey::kDescribeGroups, 0, 6, handle_describe_groups, AclOperation::kDescribe,
     ResourceType::kGroup},
    {ApiKey::kListGroups, 0, 5, handle_list_groups, AclOperation::kDescribe, ResourceType::kCluster},
    {ApiKey::kApiVersions, 0, 5, handle_api_versions},
    {ApiKey::kCreateTopics, 2, 7, handle_create_topics, AclOperation::kCreate,
     ResourceType::kCluster},
    {ApiKey::kDeleteTopics, 1, 6, handle_delete_topics, AclOperation::kDelete,
     ResourceType::kTopic},
    {ApiKey::kDeleteRecords, 0, 2, handle_delete_records, AclOperation::kDelete,
     ResourceType::kTopic},
    {ApiKey::kInitProducerId, 0, 5, handle_init_producer_id, AclOperation::kIdempotentWrite,
     ResourceType::kCluster},
    {ApiKey::kOffsetForLeaderEpoch, 2, 4, handle_offset_for_leader_epoch, AclOperation::kDescribe,
     ResourceType::kTopic},
    {ApiKey::kDescribeConfigs, 1, 4, handle_describe_configs, AclOperation::kDescribeConfigs,
     ResourceType::kTopic},
    {ApiKey::kAlterConfigs, 0, 2, handle_alter_configs, AclOperation::kAlterConfigs,
     ResourceType::kTopic},
    {ApiKey::kDescribeLogDirs, 1, 5, handle_describe_log_dirs, AclOperation::kDescribe,
     ResourceType::kCluster},
    {ApiKey::kCreatePartitions, 0, 3, handle_create_partitions, AclOperation::kAlter,
     ResourceType::kTopic},
    {ApiKey::kDeleteGroups, 0, 3, handle_delete_groups, AclOperation::kDelete,
     ResourceType::kGroup},
    {ApiKey::kIncrementalAlterConfigs, 0, 1, handle_incremental_alter_configs,
     AclOperation::kAlterConfigs, ResourceType::kTopic},
    {ApiKey::kOffsetDelete, 0, 0, handle_offset_delete, AclOperation::kDelete,
     ResourceType::kGroup},
    {ApiKey::kDescribeCluster, 0, 2, handle_describe_cluster, AclOperation::kDescribe,
     ResourceType::kCluster},
    {ApiKey::kListConfigResources, 0, 1, handle_list_config_resources,
     AclOperation::kDescribeConfigs, ResourceType::kCluster},
    {ApiKey::kDescribeTopicPartitions, 0, 0, handle_describe_topic_partitions,
     AclOperation::kDescribe, ResourceType::kTopic},
    {ApiKey::kDescribeGroupLag, 0, 0, handle_describe_group_lag, AclOperation::kDescribe,
     ResourceType::kGroup},
    {ApiKey::kDescribeGroupMembers, 0, 0, handle_describe_group_members, AclOperation::kDescribe,
     ResourceType::kGroup},
    {ApiKey::kAcceptLoss, 0, 0, handle_accept_loss, AclOperation::kAlter, ResourceType::kCluster},
};

static_assert(std::is_sorted(std::begin(kTable), std::end(kTable),
                             [](const auto& a, const auto& b) { return a.key < b.key; }));

const HandlerRow* find_row(ApiKey key) {
  const auto row = std::lower_bound(std::begin(kTable), std::end(kTable), key,
                                    [](const HandlerRow& r, ApiKey k) { return r.key < k; });
  return row != std::end(kTable) && row->key == key ? row : nullptr;
}

}  // namespace

std::span<const HandlerRow> handler_table() { return kTable; }

Handled handle(Services& services, Request& request) {
  const wire::RequestHeader& header = request.header;
  const HandlerRow* row = find_row(header.api_key);
  const bool served = header.servable == wire::Servable::kYes && row != nullptr &&
                      row->min <= header.version && header.version <= row->max;
  if (served || header.api_key == ApiKey::kApiVersions) return row->handle(services, request);
  request.connection->close(fmt::format("{} version {} is not served", name(header.api_key),
                                        header.version));
  return Handled::kDone;
}

}  // namespace leat::api
