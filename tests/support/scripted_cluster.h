#pragma once

#include <functional>
#include <set>

#include "client/client.h"
#include "common/protocol/messages/00_produce.h"
#include "common/protocol/messages/01_fetch.h"
#include "common/protocol/messages/02_list_offsets.h"
#include "common/protocol/messages/03_metadata.h"
#include "common/protocol/messages/08_offset_commit.h"
#include "common/protocol/messages/09_offset_fetch.h"
#include "common/protocol/messages/10_find_coordinator.h"
#include "common/protocol/messages/11_join_group.h"
#include "common/protocol/messages/12_heartbeat.h"
#include "common/protocol/messages/13_leave_group.h"
#include "common/protocol/messages/14_sync_group.h"
#include "common/protocol/messages/15_describe_groups.h"
#include "common/protocol/messages/16_list_groups.h"
#include "common/protocol/messages/19_create_topics.h"
#include "common/protocol/messages/20_delete_topics.h"
#include "common/protocol/messages/22_init_producer_id.h"
#include "common/protocol/messages/42_delete_groups.h"
#include "tests/support/scripted_broker.h"

namespace leat::test {

// One broker with the topic "t": it answers what every producer and consumer asks first, and leaves
// Produce and Fetch to the test. Each partition holds the offsets from 0 up to `end`.
class ScriptedCluster {
 public:
  template <class Request>
  using On = std::function<std::optional<Bytes>(const wire::RequestHeader&, const Request&)>;

  explicit ScriptedCluster(asio::io_context& io)
      : broker_(io, [this](const wire::RequestHeader& header, ByteView frame) {
          return reply(header, frame);
        }) {}

  ClientOptions options() const {
    ClientOptions options;
    options.bootstrap.push_back(broker_.endpoint());
    options.retry_backoff = std::chrono::milliseconds(1);
    options.retry_backoff_max = std::chrono::milliseconds(5);
    return options;
  }
  void stop() { broker_.stop(); }

  // The answer to a request for one partition.
  static Bytes produced(const wire::RequestHeader& header, const ProduceRequest& request,
                        ErrorCode error, std::int64_t base_offset = 0) {
    ProduceResponse body;
    for (const ProduceRequest::Topic& topic : request.topic_data) {
      ProduceResponse::Topic& answered = body.responses.emplace_back();
      answered.name = topic.name;
      for (const ProduceRequest::Partition& partition : topic.partition_data) {
        ProduceResponse::Partition& one = answered.partition_responses.emplace_back();
        one.index = partition.index;
        one.error_code = wire_code(error);
        one.base_offset = base_offset;
      }
    }
    return ScriptedBroker::answer(body, header);
  }
  static Bytes fetched(const wire::RequestHeader& header, const FetchRequest& request,
                       ErrorCode error, const Bytes& records = {}) {
    FetchResponse body;
    for (const FetchRequest::Topic& topic : request.topics) {
      FetchResponse::Topic& answered = body.responses.emplace_back();
      answered.topic = topic.topic;
      for (const FetchRequest::Partition& partition : topic.partitions) {
        FetchResponse::Partition& one = answered.partitions.emplace_back();
        one.partition_index = partition.partition;
        one.error_code = wire_code(error);
        Payload payload;
        if (!records.empty()) payload.append(SharedBytes(Bytes(records)));
        one.records = wire::Records(std::move(payload));
      }
    }
    return ScriptedBroker::answer(body, header);
  }

  On<ProduceRequest> on_produce;
  On<FetchRequest> on_fetch;
  // Everything else; hangs up when empty.
  ScriptedBroker::Script on_other;
  Endpoint endpoint() const { return broker_.endpoint(); }
  bool exists = true;  // the topic
  std::int32_t partitions = 1;
  std::set<std::int32_t> offline;  // partitions that have no leader
  std::int64_t end = 100;
  int metadata_requests = 0;

 private:
  std::optional<Bytes> reply(const wire::RequestHeader& header, ByteView frame) {
    switch (static_cast<std::int16_t>(header.api_key)) {
      case ApiVersionsRequest::kKey:
        return ScriptedBroker::serve<MetadataRequest, ListOffsetsRequest, InitProducerIdRequest,
                                     ProduceRequest, FetchRequest, OffsetCommitRequest,
                                     OffsetFetchRequest, FindCoordinatorRequest, JoinGroupRequest,
                                     HeartbeatRequest, LeaveGroupRequest, SyncGroupRequest,
                                     DescribeGroupsRequest, ListGroupsRequest, CreateTopicsRequest,
                                     DeleteTopicsRequest, DeleteGroupsRequest>(header);
      case MetadataRequest::kKey: return metadata(header);
      case ListOffsetsRequest::kKey:
        return offsets(header, ScriptedBroker::decode<ListOffsetsRequest>(header, frame));
      case InitProducerIdRequest::kKey: return identity(header);
      case ProduceRequest::kKey:
        return on_produce(header, ScriptedBroker::decode<ProduceRequest>(header, frame));
      case FetchRequest::kKey:
        return on_fetch(header, ScriptedBroker::decode<FetchRequest>(header, frame));
      default: return on_other ? on_other(header, frame) : std::nullopt;
    }
  }
  // Without an id for the topic, so that later requests carry its name.
  Bytes metadata(const wire::RequestHeader& header) {
    ++metadata_requests;
    MetadataResponse body;
    MetadataResponse::Broker& node = body.brokers.emplace_back();
    node.host = broker_.endpoint().host;
    node.port = broker_.endpoint().port;
    MetadataResponse::Topic& topic = body.topics.emplace_back();
    topic.name = "t";
    if (!exists) topic.error_code = wire_code(ErrorCode::kUnknownTopicOrPartition);
    for (std::int32_t p = 0; exists && p < partitions; ++p) {
      MetadataResponse::Partition& partition = topic.partitions.emplace_back();
      partition.partition_index = p;
      partition.leader_id = offline.contains(p) ? -1 : 0;
    }
    return ScriptedBroker::answer(body, header);
  }
  Bytes offsets(const wire::RequestHeader& header, const ListOffsetsRequest& request) const {
    ListOffsetsResponse body;
    for (const ListOffsetsRequest::Topic& topic : request.topics) {
      ListOffsetsResponse::Topic& answered = body.topics.emplace_back();
      answered.name = topic.name;
      for (const ListOffsetsRequest::Partition& partition : topic.partitions) {
        ListOffsetsResponse::Partition& one = answered.partitions.emplace_back();
        one.partition_index = partition.partition_index;
        if (!exists) one.error_code = wire_code(ErrorCode::kUnknownTopicOrPartition);
        one.offset = partition.timestamp == -2 ? 0 : end;
      }
    }
    return ScriptedBroker::answer(body, header);
  }
  Bytes identity(const wire::RequestHeader& header) {
    InitProducerIdResponse body;
    body.producer_id = ++producers_;
    return ScriptedBroker::answer(body, header);
  }

  ScriptedBroker broker_;
  std::int64_t producers_ = 0;
};

}  // namespace leat::test
