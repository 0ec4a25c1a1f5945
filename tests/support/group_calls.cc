#include "tests/support/group_calls.h"

#include "common/protocol/errors.h"
#include "common/protocol/messages/10_find_coordinator.h"
#include "common/protocol/records/consumer_protocol.h"
#include "tests/support/catch.h"

namespace leat::test {
namespace {

constexpr wire::Version kJoin = 9, kSync = 5, kHeartbeat = 4, kLeave = 5, kCommit = 8, kFetch = 7;
constexpr std::int16_t kMemberIdRequired = 79;

Bytes subscription(const std::string& topic) {
  ConsumerProtocolSubscription said;
  said.topics.push_back(topic);
  return wire::encode_versioned(said, 0).value();
}

Bytes assignment(const std::string& topic, const std::vector<std::int32_t>& partitions) {
  ConsumerProtocolAssignment given;
  if (!partitions.empty()) given.assigned_partitions.push_back({topic, partitions});
  return wire::encode_versioned(given, 0).value();
}

// Asks again while the answer is that the coordinator is being loaded.
template <class Ask>
std::int16_t when_loaded(Ask ask) {
  for (;;) {
    const std::int16_t code = ask();
    if (code != wire_code(ErrorCode::kCoordinatorLoadInProgress)) return code;
  }
}

OffsetCommitRequest commit_request(const std::string& group, const std::string& topic,
                                   std::int32_t partition, std::int64_t offset) {
  OffsetCommitRequest request;
  request.group_id = group;
  auto& t = request.topics.emplace_back();
  t.name = topic;
  auto& p = t.partitions.emplace_back();
  p.partition_index = partition;
  p.committed_offset = offset;
  return request;
}

}  // namespace

void find_coordinator(WireClient& client, const std::string& group) {
  FindCoordinatorRequest request;
  request.key = group;
  REQUIRE(client.call(request, 3).error_code == 0);
}

WireMember::WireMember(WireClient client, std::string group, std::string topic,
                       std::int32_t session_timeout_ms)
    : client_(std::move(client)),
      group_(std::move(group)),
      topic_(std::move(topic)),
      session_timeout_ms_(session_timeout_ms) {
  find_coordinator(client_, group_);
  JoinGroupResponse first;
  when_loaded([&] {
    first = client_.call(join_request(), kJoin);
    return first.error_code;
  });
  REQUIRE(first.error_code == kMemberIdRequired);
  id_ = first.member_id;
}

JoinGroupRequest WireMember::join_request() const {
  JoinGroupRequest request;
  request.group_id = group_;
  request.session_timeout_ms = session_timeout_ms_;
  request.rebalance_timeout_ms = 60'000;
  request.member_id = id_;
  request.protocol_type = "consumer";
  request.protocols.push_back({"range", subscription(topic_)});
  return request;
}

void WireMember::send_join() {
  client_.send(join_request(), kJoin);
}

void WireMember::await_join() {
  joined_ = client_.receive<JoinGroupResponse>(kJoin);
  REQUIRE(joined_.error_code == 0);
}

void WireMember::send_sync(const Assignments& assignments) {
  SyncGroupRequest request;
  request.group_id = group_;
  request.generation_id = generation();
  request.member_id = id_;
  request.protocol_type = "consumer";
  request.protocol_name = "range";
  for (const auto& [member, partitions] : assignments) {
    request.assignments.push_back({member, assignment(topic_, partitions)});
  }
  client_.send(request, kSync);
}

Bytes WireMember::await_sync() {
  auto response = client_.receive<SyncGroupResponse>(kSync);
  REQUIRE(response.error_code == 0);
  return std::move(response.assignment);
}

std::int16_t WireMember::heartbeat() {
  HeartbeatRequest request;
  request.group_id = group_;
  request.generation_id = generation();
  request.member_id = id_;
  return when_loaded([&] { return client_.call(request, kHeartbeat).error_code; });
}

std::int16_t WireMember::commit(std::int32_t partition, std::int64_t offset) {
  OffsetCommitRequest request = commit_request(group_, topic_, partition, offset);
  request.generation_id_or_member_epoch = generation();
  request.member_id = id_;
  return when_loaded(
      [&] { return client_.call(request, kCommit).topics.at(0).partitions.at(0).error_code; });
}

void WireMember::leave() {
  LeaveGroupRequest request;
  request.group_id = group_;
  request.members.emplace_back().member_id = id_;
  REQUIRE(client_.call(request, kLeave).members.at(0).error_code == 0);
}

std::int16_t commit(WireClient& client, const std::string& group, const std::string& topic,
                    std::int32_t partition, std::int64_t offset) {
  find_coordinator(client, group);
  const OffsetCommitRequest request = commit_request(group, topic, partition, offset);
  return when_loaded(
      [&] { return client.call(request, kCommit).topics.at(0).partitions.at(0).error_code; });
}

std::int64_t committed(WireClient& client, const std::string& group, const std::string& topic,
                       std::int32_t partition) {
  OffsetFetchRequest request;
  request.group_id = group;
  request.topics->push_back({topic, {partition}});
  OffsetFetchResponse response;
  const std::int16_t code = when_loaded([&] {
    response = client.call(request, kFetch);
    return response.error_code;
  });
  REQUIRE(code == 0);
  return response.topics.at(0).partitions.at(0).committed_offset;
}

}  // namespace leat::test
