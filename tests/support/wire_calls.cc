#include "tests/support/wire_calls.h"

#include "common/base/clock.h"
#include "common/record/record_reader.h"
#include "tests/support/catch.h"

namespace leat::test {

CreateTopicsRequest create_request(std::string name, std::int32_t partitions,
                                   const Configs& configs) {
  CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = std::move(name);
  topic.num_partitions = partitions;
  topic.replication_factor = 1;
  for (const auto& [key, value] : configs) topic.configs.push_back({key, value});
  return request;
}

TestTopic create_topic(WireClient& client, std::string name, std::int32_t partitions,
                       const Configs& configs) {
  const auto response = client.call(create_request(name, partitions, configs), 7);
  REQUIRE(response.topics.size() == 1);
  INFO(response.topics[0].error_message.value_or(""));
  REQUIRE(response.topics[0].error_code == 0);
  // Kafka answers before its brokers know the topic.
  while (topic_metadata(client, name).partitions.size() != static_cast<std::size_t>(partitions)) {
  }
  return {std::move(name), response.topics[0].topic_id};
}

MetadataResponse::Topic topic_metadata(WireClient& client, const std::string& name,
                                       bool may_create) {
  MetadataRequest request;
  request.topics->push_back({{}, name});
  request.allow_auto_topic_creation = may_create;
  const auto response = client.call(request, 12);
  REQUIRE(response.topics.size() == 1);
  return response.topics[0];
}

std::int32_t leader_epoch(WireClient& client, const TestTopic& topic) {
  return topic_metadata(client, topic.name).partitions.at(0).leader_epoch;
}

std::int64_t now_ms() { return system_clock().wall_ms(); }

Bytes make_batch(const std::vector<std::string>& values, const record::BuildOptions& options,
                 std::int64_t timestamp) {
  record::BatchBuilder builder;
  for (const auto& value : values) builder.add(timestamp, as_bytes("k"), as_bytes(value));
  return builder.build(options);
}

record::BuildOptions sequenced(std::int64_t producer, std::int16_t epoch, std::int32_t sequence) {
  record::BuildOptions options;
  options.producer_id = ProducerId{producer};
  options.producer_epoch = ProducerEpoch{epoch};
  options.base_sequence = sequence;
  return options;
}

ProduceRequest produce_request(const TestTopic& topic, ByteView records, wire::Version version,
                               std::int16_t acks, std::int32_t partition) {
  ProduceRequest request;
  request.acks = acks;
  request.timeout_ms = 30000;
  auto& out = request.topic_data.emplace_back();
  if (version >= 13) out.topic_id = topic.id;
  if (version < 13) out.name = topic.name;
  auto& entry = out.partition_data.emplace_back();
  entry.index = partition;
  entry.records = wire::Records(records);
  return request;
}

ProduceResponse::Partition produce(WireClient& client, const TestTopic& topic, ByteView records,
                                   wire::Version version, std::int32_t partition) {
  const auto response =
      client.call(produce_request(topic, records, version, -1, partition), version);
  REQUIRE(response.responses.size() == 1);
  REQUIRE(response.responses[0].partition_responses.size() == 1);
  return response.responses[0].partition_responses[0];
}

std::int64_t must_produce(WireClient& client, const TestTopic& topic,
                          const std::vector<std::string>& values) {
  const auto answer = produce(client, topic, make_batch(values));
  REQUIRE(answer.error_code == 0);
  return answer.base_offset;
}

FetchRequest fetch_request(const TestTopic& topic, std::int64_t offset, wire::Version version,
                           std::int32_t max_wait_ms) {
  FetchRequest request;
  request.max_wait_ms = max_wait_ms;
  request.min_bytes = 1;
  auto& out = request.topics.emplace_back();
  if (version >= 13) out.topic_id = topic.id;
  if (version < 13) out.topic = topic.name;
  auto& partition = out.partitions.emplace_back();
  partition.fetch_offset = offset;
  partition.partition_max_bytes = 1 << 20;
  return request;
}

FetchResponse::Partition only_partition(const FetchResponse& response) {
  REQUIRE(response.error_code == 0);
  REQUIRE(response.responses.size() == 1);
  REQUIRE(response.responses[0].partitions.size() == 1);
  return response.responses[0].partitions[0];
}

FetchResponse::Partition fetch(WireClient& client, const TestTopic& topic, std::int64_t offset,
                               wire::Version version) {
  return only_partition(client.call(fetch_request(topic, offset, version), version));
}

std::vector<std::string> values_in(const FetchResponse::Partition& partition) {
  std::vector<std::string> values;
  record::BatchIterator batches(partition.records.view().value_or(ByteView()));
  while (batches.next()) {
    auto reader = record::RecordReader::open(batches.bytes());
    REQUIRE(reader.ok());
    record::RecordView record;
    while (reader->next(record)) values.push_back(to_string(record.value.value_or(ByteView())));
    REQUIRE(reader->status().ok());
  }
  return values;
}

ListOffsetsResponse::Partition list_offset(WireClient& client, const TestTopic& topic,
                                           std::int64_t timestamp, wire::Version version,
                                           std::int32_t partition) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& out = request.topics.emplace_back();
  out.name = topic.name;
  auto& wanted = out.partitions.emplace_back();
  wanted.partition_index = partition;
  wanted.timestamp = timestamp;
  const auto response = client.call(request, version);
  REQUIRE(response.topics.size() == 1);
  REQUIRE(response.topics[0].partitions.size() == 1);
  return response.topics[0].partitions[0];
}

Bytes raw_request(std::int16_t key, std::int16_t version, std::int32_t correlation_id,
                  ByteView body) {
  Bytes frame;
  append_be(frame, static_cast<std::int32_t>(2 + 2 + 4 + 2 + body.size()));
  append_be(frame, key);
  append_be(frame, version);
  append_be(frame, correlation_id);
  append_be(frame, std::int16_t{-1});
  append(frame, body);
  return frame;
}

}  // namespace leat::test
