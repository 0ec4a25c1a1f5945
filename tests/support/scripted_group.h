#pragma once

#include <asio/io_context.hpp>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "client/group/group_member.h"
#include "client/group/group_protocol.h"
#include "common/protocol/messages/08_offset_commit.h"
#include "common/protocol/messages/09_offset_fetch.h"
#include "common/protocol/messages/10_find_coordinator.h"
#include "common/protocol/messages/11_join_group.h"
#include "common/protocol/messages/12_heartbeat.h"
#include "common/protocol/messages/13_leave_group.h"
#include "common/protocol/messages/14_sync_group.h"
#include "tests/support/scripted_cluster.h"

namespace leat::test {

// A ScriptedCluster that coordinates a group of one member, "m", which leads unless the test tells it
// otherwise. What the test put into `faults` is answered first: an error, nothing, or the connection is cut.
class ScriptedGroup {
 public:
  class Fault {
   public:
    Fault(ErrorCode code) : error(code) {}
    static Fault cut() { return Fault(ErrorCode::kNone, std::nullopt); }
    static Fault silence() { return Fault(ErrorCode::kNone, Bytes()); }
    ErrorCode error;
    std::optional<Bytes> instead;  // where there is no error

   private:
    Fault(ErrorCode code, std::optional<Bytes> bytes) : error(code), instead(std::move(bytes)) {}
  };

  explicit ScriptedGroup(asio::io_context& io) : cluster(io) {
    cluster.on_other = [this](const wire::RequestHeader& header, ByteView frame) {
      return reply(header, frame);
    };
    cluster.on_fetch = [](const auto&, const auto&) { return Bytes(); };
  }

  static GroupMemberOptions member_options() {
    GroupMemberOptions options("g", {"t"});
    options.heartbeat_interval = std::chrono::milliseconds(5);
    options.topic_check_interval = std::chrono::milliseconds(20);
    return options;
  }

  ScriptedCluster cluster;
  std::map<std::int16_t, std::deque<Fault>> faults;  // by API key
  std::vector<std::int16_t> asked;  // API keys in the order they came, but Heartbeat and OffsetFetch
  int heartbeats = 0;
  bool rebalance = false;                            // until the next JoinGroup
  bool needs_member_id = true;                       // KIP-394
  std::int32_t generation = 0;                       // of the last JoinGroup that was let in
  std::map<std::int32_t, std::int64_t> committed;    // of "t", by partition
  std::optional<TopicPartitions> told;  // "m" does not lead; this is what the leader assigns to it
  // Requests as they came, without their content but for what tests look at.
  std::vector<JoinGroupRequest> joins;
  std::vector<OffsetCommitRequest> commits;
  std::vector<OffsetFetchRequest> offset_fetches;

 private:
  template <class Request>
  static std::optional<Bytes> refused(const wire::RequestHeader& header, ErrorCode error) {
    typename Request::Response body;
    body.error_code = wire_code(error);
    return ScriptedBroker::answer(body, header);
  }
  std::optional<Bytes> reply(const wire::RequestHeader& header, ByteView frame) {
    const auto key = static_cast<std::int16_t>(header.api_key);
    if (key == HeartbeatRequest::kKey) ++heartbeats;
    else if (key != OffsetFetchRequest::kKey) asked.push_back(key);
    std::deque<Fault>& script = faults[key];
    ErrorCode error = ErrorCode::kNone;
    if (!script.empty()) {
      const Fault fault = script.front();
      script.pop_front();
      if (fault.error == ErrorCode::kNone) return fault.instead;
      error = fault.error;
    }
    switch (key) {
      case FindCoordinatorRequest::kKey: return coordinator(header, error);
      case JoinGroupRequest::kKey:
        return join(header, ScriptedBroker::decode<JoinGroupRequest>(header, frame), error);
      case SyncGroupRequest::kKey:
        return sync(header, ScriptedBroker::decode<SyncGroupRequest>(header, frame), error);
      case HeartbeatRequest::kKey:
        if (error == ErrorCode::kNone && rebalance) error = ErrorCode::kRebalanceInProgress;
        return refused<HeartbeatRequest>(header, error);
      case LeaveGroupRequest::kKey: return refused<LeaveGroupRequest>(header, error);
      case OffsetCommitRequest::kKey:
        return commit(header, ScriptedBroker::decode<OffsetCommitRequest>(header, frame), error);
      case OffsetFetchRequest::kKey:
        return offsets(header, ScriptedBroker::decode<OffsetFetchRequest>(header, frame), error);
      default: return std::nullopt;
    }
  }
  Bytes coordinator(const wire::RequestHeader& header, ErrorCode error) const {
    FindCoordinatorResponse body;
    const auto fill = [&](auto& found) {
      found.error_code = wire_code(error);
      found.host = cluster.endpoint().host;
      found.port = cluster.endpoint().port;
    };
    if (header.version < 4) fill(body);
    else fill(body.coordinators.emplace_back());
    return ScriptedBroker::answer(body, header);
  }
  std::optional<Bytes> join(const wire::RequestHeader& header, const JoinGroupRequest& request,
                            ErrorCode error) {
    joins.push_back(request);
    if (error != ErrorCode::kNone) return refused<JoinGroupRequest>(header, error);
    JoinGroupResponse body;
    body.member_id = "m";
    if (needs_member_id && request.member_id.empty() && !request.group_instance_id) {
      body.error_code = wire_code(ErrorCode::kMemberIdRequired);
      return ScriptedBroker::answer(body, header);
    }
    rebalance = false;
    body.generation_id = ++generation;
    body.leader = told ? "leader" : "m";
    body.protocol_type = "consumer";
    body.protocol_name = request.protocols.front().name;
    if (told) return ScriptedBroker::answer(body, header);
    JoinGroupResponse::Member& self = body.members.emplace_back();
    self.member_id = "m";
    self.metadata = request.protocols.front().metadata;
    return ScriptedBroker::answer(body, header);
  }
  std::optional<Bytes> sync(const wire::RequestHeader& header, const SyncGroupRequest& request,
                            ErrorCode error) {
    if (error != ErrorCode::kNone) return refused<SyncGroupRequest>(header, error);
    SyncGroupResponse body;
    body.protocol_type = "consumer";
    body.protocol_name = request.protocol_name;
    if (!request.assignments.empty()) body.assignment = request.assignments.front().assignment;
    if (told) body.assignment = encode_assignment(*told);
    return ScriptedBroker::answer(body, header);
  }
  Bytes commit(const wire::RequestHeader& header, const OffsetCommitRequest& request,
               ErrorCode error) {
    commits.push_back(request);
    if (error == ErrorCode::kNone && request.generation_id_or_member_epoch != generation)
      error = ErrorCode::kIllegalGeneration;
    OffsetCommitResponse body;
    for (const OffsetCommitRequest::Topic& topic : request.topics) {
      OffsetCommitResponse::Topic& answered = body.topics.emplace_back();
      answered.name = topic.name;
      for (const OffsetCommitRequest::Partition& partition : topic.partitions) {
        OffsetCommitResponse::Partition& one = answered.partitions.emplace_back();
        one.partition_index = partition.partition_index;
        one.error_code = wire_code(error);
        if (error == ErrorCode::kNone)
          committed[partition.partition_index] = partition.committed_offset;
      }
    }
    return ScriptedBroker::answer(body, header);
  }
  // Of what was asked, in the versions that members send.
  Bytes offsets(const wire::RequestHeader& header, const OffsetFetchRequest& request,
                ErrorCode error) {
    offset_fetches.push_back(request);
    OffsetFetchResponse body;
    OffsetFetchResponse::Group& group = body.groups.emplace_back();
    group.group_id = "g";
    group.error_code = wire_code(error);
    for (const OffsetFetchRequest::GroupTopic& asked_topic : *request.groups.front().topics) {
      OffsetFetchResponse::GroupTopic& topic = group.topics.emplace_back();
      topic.name = asked_topic.name;
      for (const std::int32_t index : asked_topic.partition_indexes) {
        OffsetFetchResponse::GroupPartition& one = topic.partitions.emplace_back();
        one.partition_index = index;
        const auto found = committed.find(index);
        one.committed_offset = found == committed.end() ? -1 : found->second;
      }
    }
    return ScriptedBroker::answer(body, header);
  }
};

}  // namespace leat::test
