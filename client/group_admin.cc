#include "client/group_admin.h"

#include <algorithm>
#include <map>

#include "client/offsets.h"
#include "client/retry.h"
#include "common/protocol/messages/08_offset_commit.h"
#include "common/protocol/messages/09_offset_fetch.h"
#include "common/protocol/messages/10_find_coordinator.h"
#include "common/protocol/messages/15_describe_groups.h"
#include "common/protocol/messages/16_list_groups.h"
#include "common/protocol/messages/20000_describe_group_lag.h"
#include "common/protocol/messages/20001_describe_group_members.h"
#include "common/protocol/messages/42_delete_groups.h"
#include "common/protocol/records/consumer_protocol.h"

namespace leat {
namespace {

// The last versions that name topics instead of giving ids, and one group at a time.
constexpr wire::Version kCommitByName = 8;
constexpr wire::Version kFetchOneGroup = 7;
constexpr std::string_view kDead = "Dead";

Error not_found(const std::string& group) {
  return Error::kafka(wire_code(ErrorCode::kGroupIdNotFound),
                      fmt::format("there is no group '{}'", group));
}

asio::awaitable<Result<ConnectionPtr>> find_coordinator(std::shared_ptr<Client> client,
                                                        std::string group) {
  const Result<ConnectionPtr> any = co_await client->to_any();
  if (!any.ok()) co_return any.error();
  FindCoordinatorRequest request;
  request.key = group;
  // Version 3 asks for one key, as everything before it.
  const Result<Reply<FindCoordinatorResponse>> reply =
      co_await (*any)->call(std::move(request), CallOptions(std::nullopt, 3));
  if (!reply.ok()) co_return reply.error();
  if (reply->body.error_code != 0) co_return Error::kafka(reply->body.error_code);
  co_return co_await client->to_node(reply->body.node_id);
}

// Asks the group's coordinator, again while `code_of` the answer is one that passes.
template <class Request, class CodeOf>
asio::awaitable<Result<Reply<typename Request::Response>>> ask(
    std::shared_ptr<Client> client, std::string group, Request request, CodeOf code_of,
    wire::Version cap = wire::kMaxVersion) {
  const MonotonicTime deadline = monotonic_now() + client->options().request_timeout;
  Backoff backoff(client->options().retry_backoff, client->options().retry_backoff_max, entropy());
  for (;;) {
    Error error;
    Result<ConnectionPtr> coordinator = co_await find_coordinator(client, group);
    error = coordinator.error();
    if (error.ok()) {
      Request copy = request;
      Result<Reply<typename Request::Response>> reply =
          co_await (*coordinator)->call(std::move(copy), CallOptions(std::nullopt, cap));
      error = reply.ok() ? Error::kafka(code_of(reply->body)) : reply.error();
      if (error.ok() || (reply.ok() && !error.retriable())) co_return reply;
    }
    const Duration wait = backoff.next();
    if (!error.retriable() || monotonic_now() + wait > deadline) co_return error;
    co_await sleep_for(wait);
  }
}

// --- describing ---

GroupDescription from_own(DescribeGroupMembersResponse::Group& group) {
  GroupDescription out;
  out.id = group.group_id;
  out.state = group.group_state;
  out.protocol_type = group.protocol_type;
  out.protocol = group.protocol_name.value_or("");
  out.generation = group.generation;
  out.leader_id = group.leader_id;
  for (auto& member : group.members) {
    GroupMemberDescription& one = out.members.emplace_back();
    one.id = member.member_id;
    one.instance_id = member.instance_id;
    one.client_id = member.client_id;
    one.host = member.client_host;
    one.software_name = member.software_name;
    one.software_version = member.software_version;
    one.session_timeout_ms = member.session_timeout_ms;
    one.since_heartbeat_ms = member.since_heartbeat_ms;
    if (!member.assignment) continue;
    one.assignment.emplace();
    for (auto& topic : *member.assignment)
      one.assignment->emplace_back(topic.topic_name, std::move(topic.partitions));
  }
  for (auto& past : group.rebalances) {
    GroupRebalance& one = out.rebalances.emplace_back();
    one.began_ms = past.began_ms;
    one.took_ms = past.took_ms;
    one.completed = past.completed;
    one.reason = past.reason;
    one.member_id = past.member_id;
    one.generation = past.generation;
    one.members = past.members;
  }
  return out;
}

GroupDescription from_kafka(DescribeGroupsResponse::Group& group) {
  GroupDescription out;
  out.id = group.group_id;
  out.state = group.group_state;
  out.protocol_type = group.protocol_type;
  out.protocol = group.protocol_data;
  const bool readable = group.group_state == "Stable" && group.protocol_type == "consumer";
  for (auto& member : group.members) {
    GroupMemberDescription& one = out.members.emplace_back();
    one.id = member.member_id;
    one.instance_id = member.group_instance_id;
    one.client_id = member.client_id;
    one.host = member.client_host;
    if (!readable) continue;
    auto said = wire::decode_versioned<ConsumerProtocolAssignment>(member.member_assignment, true);
    if (!said.ok() && !member.member_assignment.empty()) continue;
    one.assignment.emplace();
    if (!said.ok()) continue;
    for (auto& topic : said->assigned_partitions)
      one.assignment->emplace_back(topic.topic, std::move(topic.partitions));
  }
  return out;
}

asio::awaitable<Result<GroupDescription>> describe_by_kafka(std::shared_ptr<Client> client,
                                                            std::string group) {
  DescribeGroupsRequest request;
  request.groups.push_back(group);
  const auto code_of = [](const DescribeGroupsResponse& r) {
    return r.groups.empty() ? std::int16_t{-1} : r.groups[0].error_code;
  };
  auto reply = co_await ask(client, group, std::move(request), code_of);
  if (!reply.ok()) co_return reply.error();
  if (const auto code = code_of(reply->body); code != 0) co_return Error::kafka(code);
  if (reply->body.groups[0].group_state == kDead) co_return not_found(group);
  co_return from_kafka(reply->body.groups[0]);
}

asio::awaitable<Result<GroupDescription>> describe_one(std::shared_ptr<Client> client,
                                                       std::string group) {
  DescribeGroupMembersRequest request;
  request.groups.push_back(group);
  const auto code_of = [](const DescribeGroupMembersResponse& r) {
    return r.groups.empty() ? std::int16_t{-1} : r.groups[0].error_code;
  };
  auto reply = co_await ask(client, group, std::move(request), code_of);
  if (!reply.ok() && reply.error().is(ClientCode::kNotSupported))
    co_return co_await describe_by_kafka(client, group);
  if (!reply.ok()) co_return reply.error();
  const auto code = code_of(reply->body);
  if (code == wire_code(ErrorCode::kGroupIdNotFound)) co_return not_found(group);
  if (code != 0) co_return Error::kafka(code);
  co_return from_own(reply->body.groups[0]);
}

// --- lag ---

GroupPartitionLag from_own(DescribeGroupLagResponse::Partition& partition) {
  GroupPartitionLag out;
  out.topic = std::move(partition.topic_name);
  out.partition = partition.partition_index;
  out.committed = partition.committed_offset;
  out.log_start = partition.log_start_offset;
  out.log_end = partition.log_end_offset;
  out.lag = partition.lag;
  out.lag_ms = partition.lag_ms;
  out.owner = std::move(partition.member_id);
  out.error = Error::kafka(partition.error_code);
  return out;
}

// A group that goes on from the page before is one with it.
void add_page(DescribeGroupLagResponse& page, std::vector<GroupLagDescription>& groups) {
  for (auto& group : page.groups) {
    if (groups.empty() || groups.back().id != group.group_id) {
      GroupLagDescription& added = groups.emplace_back();
      added.id = group.group_id;
      added.error = group.error_code == wire_code(ErrorCode::kGroupIdNotFound)
                        ? not_found(group.group_id)
                        : Error::kafka(group.error_code);
    }
    groups.back().state = group.group_state;
    for (auto& partition : group.partitions)
      groups.back().partitions.push_back(from_own(partition));
  }
}

// A group or partition that is still being loaded is asked for again by the caller.
std::int16_t passing_code(const DescribeGroupLagResponse& page) {
  if (page.error_code != 0) return page.error_code;
  for (const auto& group : page.groups)
    if (Error::kafka(group.error_code).retriable()) return group.error_code;
  return 0;
}

asio::awaitable<Result<GroupLagReport>> lag_by_leat(
    std::shared_ptr<Client> client, std::optional<std::vector<std::string>> groups) {
  GroupLagReport report;
  DescribeGroupLagRequest request;
  request.groups = std::move(groups);
  const std::string any = request.groups && !request.groups->empty() ? request.groups->front() : "";
  for (;;) {
    DescribeGroupLagRequest copy = request;
    auto page = co_await ask(client, any, std::move(copy), passing_code);
    if (!page.ok()) co_return page.error();
    if (page->body.error_code != 0) co_return Error::kafka(page->body.error_code);
    add_page(page->body, report.groups);
    if (!page->body.next_cursor) co_return report;
    const auto& next = *page->body.next_cursor;
    request.cursor =
        DescribeGroupLagRequest::Cursor{next.group_id, next.topic_name, next.partition_index};
  }
}

std::map<std::pair<std::string, std::int32_t>, GroupPartitionLag> partitions_of(
    const std::vector<GroupOffset>& offsets, const GroupDescription& group) {
  std::map<std::pair<std::string, std::int32_t>, GroupPartitionLag> out;
  for (const GroupOffset& offset : offsets)
    if (offset.offset >= 0) out[{offset.topic, offset.partition}].committed = offset.offset;
  for (const GroupMemberDescription& member : group.members) {
    if (!member.assignment) continue;
    for (const AssignedPartitions& topic : *member.assignment)
      for (const std::int32_t p : topic.partitions) out[{topic.topic, p}].owner = member.id;
  }
  for (auto& [key, partition] : out) std::tie(partition.topic, partition.partition) = key;
  return out;
}

asio::awaitable<GroupLagDescription> lag_by_offsets(std::shared_ptr<Client> client,
                                                    std::string group) {
  GroupLagDescription out;
  out.id = group;
  GroupAdmin admin(client);
  const Result<GroupDescription> described = co_await describe_by_kafka(client, group);
  const Result<std::vector<GroupOffset>> offsets = co_await admin.offsets(group);
  out.error = described.ok() ? offsets.error() : described.error();
  if (!out.error.ok()) co_return out;
  out.state = described->state;
  for (auto& [key, partition] : partitions_of(*offsets, *described))
    out.partitions.push_back(std::move(partition));
  std::vector<OffsetQuery> queries;
  for (const GroupPartitionLag& partition : out.partitions) {
    queries.emplace_back(partition.topic, partition.partition, kEarliestOffset);
    queries.emplace_back(partition.topic, partition.partition, kLatestOffset);
  }
  const auto answers = co_await list_offsets(client, std::move(queries));
  for (std::size_t i = 0; i < out.partitions.size(); ++i) {
    GroupPartitionLag& partition = out.partitions[i];
    const OffsetAnswer& start = answers[2 * i];
    const OffsetAnswer& end = answers[2 * i + 1];
    partition.error = start.error.ok() ? end.error : start.error;
    if (!partition.error.ok()) continue;
    partition.log_start = start.offset;
    partition.log_end = end.offset;
    if (partition.committed < 0) continue;
    const std::int64_t from = std::max(partition.committed, partition.log_start);
    partition.lag = std::max<std::int64_t>(0, partition.log_end - from);
  }
  co_return out;
}

}  // namespace

asio::awaitable<Result<std::vector<GroupListing>>> GroupAdmin::list() {
  const auto client = client_;
  CO_RETURN_IF_ERROR(co_await client->connect());
  std::map<std::string, GroupListing> found;
  const std::map<std::int32_t, Endpoint> brokers = client->metadata().brokers();
  for (const auto& [node, endpoint] : brokers) {
    const MonotonicTime deadline = monotonic_now() + client->options().request_timeout;
    Backoff backoff(client->options().retry_backoff, client->options().retry_backoff_max,
                    entropy());
    for (;;) {
      auto reply = co_await client->call(node, ListGroupsRequest());
      if (!reply.ok()) co_return reply.error();
      const Error error = Error::kafka(reply->body.error_code);
      for (const auto& group : reply->body.groups) {
        GroupListing& one = found[group.group_id];
        one.id = group.group_id;
        one.protocol_type = group.protocol_type;
        one.state = group.group_state;
        one.type = group.group_type;
      }
      if (error.ok()) break;
      const Duration wait = backoff.next();
      if (!error.retriable() || monotonic_now() + wait > deadline) co_return error;
      co_await sleep_for(wait);
    }
  }
  std::vector<GroupListing> groups;
  for (auto& [id, group] : found) groups.push_back(std::move(group));
  co_return groups;
}

asio::awaitable<std::vector<GroupDescription>> GroupAdmin::describe(
    std::vector<std::string> groups) {
  const auto client = client_;
  std::vector<GroupDescription> out;
  for (const std::string& id : groups) {
    Result<GroupDescription> group = co_await describe_one(client, id);
    if (group.ok()) {
      out.push_back(*std::move(group));
      continue;
    }
    GroupDescription& failed = out.emplace_back();
    failed.id = id;
    failed.error = group.error();
  }
  co_return out;
}

asio::awaitable<Result<GroupLagReport>> GroupAdmin::lag(
    std::optional<std::vector<std::string>> groups) {
  const auto client = client_;
  const Result<ConnectionPtr> any = co_await client->to_any();
  if (!any.ok()) co_return any.error();
  if ((*any)->pick_version(DescribeGroupLagRequest::schema(), wire::kMaxVersion).ok())
    co_return co_await lag_by_leat(client, std::move(groups));
  if (!groups) {
    GroupAdmin admin(client);
    const Result<std::vector<GroupListing>> all = co_await admin.list();
    if (!all.ok()) co_return all.error();
    groups.emplace();
    for (const GroupListing& group : *all) groups->push_back(group.id);
  }
  GroupLagReport computed;
  computed.has_times = false;
  for (const std::string& group : *groups)
    computed.groups.push_back(co_await lag_by_offsets(client, group));
  co_return computed;
}

asio::awaitable<Result<std::vector<GroupOffset>>> GroupAdmin::offsets(std::string group) {
  const auto client = client_;
  OffsetFetchRequest request;
  request.group_id = group;
  request.topics.reset();
  auto reply = co_await ask(
      client, group, std::move(request), [](const OffsetFetchResponse& r) { return r.error_code; },
      kFetchOneGroup);
  if (!reply.ok()) co_return reply.error();
  if (reply->body.error_code != 0) co_return Error::kafka(reply->body.error_code);
  std::vector<GroupOffset> out;
  for (const auto& topic : reply->body.topics) {
    for (const auto& partition : topic.partitions) {
      GroupOffset& one =
          out.emplace_back(topic.name, partition.partition_index, partition.committed_offset);
      one.metadata = partition.metadata.value_or("");
      one.error = Error::kafka(partition.error_code);
    }
  }
  std::sort(out.begin(), out.end(), [](const GroupOffset& a, const GroupOffset& b) {
    return std::tie(a.topic, a.partition) < std::tie(b.topic, b.partition);
  });
  co_return out;
}

asio::awaitable<Result<std::vector<GroupOffset>>> GroupAdmin::commit(
    std::string group, std::vector<GroupOffset> offsets) {
  const auto client = client_;
  OffsetCommitRequest request;
  request.group_id = group;
  for (const GroupOffset& offset : offsets) {
    if (request.topics.empty() || request.topics.back().name != offset.topic)
      request.topics.emplace_back().name = offset.topic;
    auto& partition = request.topics.back().partitions.emplace_back();
    partition.partition_index = offset.partition;
    partition.committed_offset = offset.offset;
    partition.committed_metadata = offset.metadata;
  }
  const auto first_code = [](const OffsetCommitResponse& r) {
    const bool empty = r.topics.empty() || r.topics[0].partitions.empty();
    return empty ? std::int16_t{0} : r.topics[0].partitions[0].error_code;
  };
  auto reply = co_await ask(client, group, std::move(request), first_code, kCommitByName);
  if (!reply.ok()) co_return reply.error();
  std::map<std::pair<std::string_view, std::int32_t>, std::int16_t> codes;
  for (const auto& topic : reply->body.topics)
    for (const auto& partition : topic.partitions)
      codes[{topic.name, partition.partition_index}] = partition.error_code;
  for (GroupOffset& offset : offsets) {
    const auto code = codes.find({offset.topic, offset.partition});
    offset.error = code == codes.end()
                       ? Error::make(ClientCode::kBadAnswer, "the answer leaves out {}-{}",
                                     offset.topic, offset.partition)
                       : Error::kafka(code->second);
  }
  co_return offsets;
}

asio::awaitable<std::vector<Error>> GroupAdmin::remove(std::vector<std::string> groups) {
  const auto client = client_;
  std::vector<Error> out;
  for (const std::string& group : groups) {
    DeleteGroupsRequest request;
    request.groups_names.push_back(group);
    const auto code_of = [](const DeleteGroupsResponse& r) {
      return r.results.empty() ? std::int16_t{-1} : r.results[0].error_code;
    };
    auto reply = co_await ask(client, group, std::move(request), code_of);
    Error error = reply.ok() ? Error::kafka(code_of(reply->body)) : reply.error();
    out.push_back(error.is(ErrorCode::kGroupIdNotFound) ? not_found(group) : error);
  }
  co_return out;
}

}  // namespace leat
