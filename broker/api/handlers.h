#pragma once

#include <span>

#include "broker/api/request.h"
#include "broker/api/services.h"

// Which APIs are served, in which versions, by which function: one row each. ApiVersions answers
// from this table, so an API that is not here is not advertised.
namespace leat::api {

// What a caller must be allowed to do (Kafka's AclOperation and ResourceType), for the authorizer.
enum class AclOperation : std::int8_t {
  kNone = 0, kRead = 3, kWrite = 4, kCreate = 5, kDelete = 6, kAlter = 7, kDescribe = 8,
  kClusterAction = 9, kDescribeConfigs = 10, kAlterConfigs = 11, kIdempotentWrite = 12,
};
enum class ResourceType : std::int8_t { kNone = 0, kTopic = 2, kGroup = 3, kCluster = 4 };

using Handler = Handled (*)(Services&, Request&);

struct HandlerRow {
  ApiKey key;
  wire::Version min;
  wire::Version max;
  Handler handle;
  AclOperation operation = AclOperation::kNone;
  ResourceType resource = ResourceType::kNone;
  // What ApiVersions names as the lowest version; librdkafka takes a Produce minimum above 0 for a
  // broker without compression (KAFKA-18659).
  wire::Version advertised_min = -1;
};

std::span<const HandlerRow> handler_table();

// Runs the handler of the request; closes the connection for an API or version that is not served
// (but ApiVersions, which is answered in version 0).
Handled handle(Services& services, Request& request);

// One function per file NN_api_name.cc.
Handled handle_produce(Services&, Request&);
Handled handle_fetch(Services&, Request&);
Handled handle_list_offsets(Services&, Request&);
Handled handle_metadata(Services&, Request&);
Handled handle_offset_commit(Services&, Request&);
Handled handle_offset_fetch(Services&, Request&);
Handled handle_find_coordinator(Services&, Request&);
Handled handle_join_group(Services&, Request&);
Handled handle_heartbeat(Services&, Request&);
Handled handle_leave_group(Services&, Request&);
Handled handle_sync_group(Services&, Request&);
Handled handle_describe_groups(Services&, Request&);
Handled handle_list_groups(Services&, Request&);
Handled handle_delete_groups(Services&, Request&);
Handled handle_offset_delete(Services&, Request&);
Handled handle_api_versions(Services&, Request&);
Handled handle_create_topics(Services&, Request&);
Handled handle_delete_topics(Services&, Request&);
Handled handle_delete_records(Services&, Request&);
Handled handle_init_producer_id(Services&, Request&);
Handled handle_offset_for_leader_epoch(Services&, Request&);
Handled handle_describe_configs(Services&, Request&);
Handled handle_alter_configs(Services&, Request&);
Handled handle_describe_log_dirs(Services&, Request&);
Handled handle_create_partitions(Services&, Request&);
Handled handle_incremental_alter_configs(Services&, Request&);
Handled handle_describe_cluster(Services&, Request&);
Handled handle_list_config_resources(Services&, Request&);
Handled handle_describe_topic_partitions(Services&, Request&);
Handled handle_describe_group_lag(Services&, Request&);
Handled handle_describe_group_members(Services&, Request&);
Handled handle_accept_loss(Services&, Request&);

}  // namespace leat::api
