#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/protocol/messages/00_produce.h"
#include "common/protocol/messages/01_fetch.h"
#include "common/protocol/messages/02_list_offsets.h"
#include "common/protocol/messages/03_metadata.h"
#include "common/protocol/messages/19_create_topics.h"
#include "common/record/batch_builder.h"
#include "tests/support/wire_client.h"

// Requests with the fields that most tests leave as they are.
namespace leat::test {

struct TestTopic {
  std::string name;
  Uuid id;
};
using Configs = std::vector<std::pair<std::string, std::string>>;

CreateTopicsRequest create_request(std::string name, std::int32_t partitions = 1,
                                   const Configs& configs = {});
// Created and known to Metadata.
TestTopic create_topic(WireClient& client, std::string name, std::int32_t partitions = 1,
                       const Configs& configs = {});
// The one topic of a Metadata v13 answer.
MetadataResponse::Topic topic_metadata(WireClient& client, const std::string& name,
                                       bool may_create = false);
std::int32_t leader_epoch(WireClient& client, const TestTopic& topic);

std::int64_t now_ms();
// A batch with one record of key "k" for each value.
Bytes make_batch(const std::vector<std::string>& values, const record::BuildOptions& options = {},
                 std::int64_t timestamp = now_ms());
record::BuildOptions sequenced(std::int64_t producer, std::int16_t epoch, std::int32_t sequence);

// `records` outlives the request.
ProduceRequest produce_request(const TestTopic& topic, ByteView records, wire::Version version,
                               std::int16_t acks = -1, std::int32_t partition = 0);
ProduceResponse::Partition produce(WireClient& client, const TestTopic& topic, ByteView records,
                                   wire::Version version = 11, std::int32_t partition = 0);
// Base offset of a produce that must succeed.
std::int64_t must_produce(WireClient& client, const TestTopic& topic,
                          const std::vector<std::string>& values);

FetchRequest fetch_request(const TestTopic& topic, std::int64_t offset, wire::Version version,
                           std::int32_t max_wait_ms = 0);
FetchResponse::Partition only_partition(const FetchResponse& response);
FetchResponse::Partition fetch(WireClient& client, const TestTopic& topic, std::int64_t offset,
                               wire::Version version = 12);
// Values of all records in order.
std::vector<std::string> values_in(const FetchResponse::Partition& partition);

ListOffsetsResponse::Partition list_offset(WireClient& client, const TestTopic& topic,
                                           std::int64_t timestamp, wire::Version version = 11,
                                           std::int32_t partition = 0);

// A frame of any key and version with header version 1, size included.
Bytes raw_request(std::int16_t key, std::int16_t version, std::int32_t correlation_id,
                  ByteView body = {});

}  // namespace leat::test
