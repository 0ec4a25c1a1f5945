#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "broker/api/append_gather.h"
#include "common/protocol/messages/00_produce.h"
#include "common/record/batch_validate.h"
#include "tests/broker/topics/partition_fixture.h"

namespace leat::api {

// A connection that keeps its answers, in order.
class FakeConnection final : public Connection {
 public:
  explicit FakeConnection(SimExecutor& executor) : executor_(executor) {}
  Executor& executor() override { return executor_; }
  const Endpoint& advertised() const override { return endpoint_; }
  ClientInfo& client() override { return info_; }
  bool closed() const override { return false; }
  void reply(std::uint64_t slot, Payload payload) override {
    answered.push_back(slot);
    frames[slot] = flatten(payload);
  }
  void close(std::string_view) override { FAIL("closed"); }
  void hold() override {}
  void release() override {}
  void park(std::uint64_t, Task) override {}
  void unpark(std::uint64_t) override {}

  std::vector<std::uint64_t> answered;  // slots
  std::map<std::uint64_t, Bytes> frames;

 private:
  SimExecutor& executor_;
  Endpoint endpoint_;
  ClientInfo info_;
};

// Two partitions, and requests that write to them.
struct ProduceWorld {
  static constexpr std::int16_t kVersion = 9;

  explicit ProduceWorld(const std::string& durability) {
    for (const char* name : {"a", "b"}) {
      partitions.push_back(broker.create(name, {{"leat.durability", durability}}));
      partitions.back()->open_now();
    }
    services.clock = &clock;
  }
  // A request with a batch for each of `to`; of a producer when `sequence` is not negative.
  ProduceJob job(const std::vector<std::size_t>& to, std::int16_t acks = 1,
                 std::int32_t sequence = -1) {
    wire::RequestHeader header;
    header.version = kVersion;
    ProduceJob made(services, Reply(connection, next_slot++, header));
    made.acks = acks;
    auto& topic = made.response.responses.emplace_back();
    for (const std::size_t p : to) {
      batches.push_back(topics::PartitionFixture::batch_of(10, 1, sequence));
      ProduceItem& item = made.items.emplace_back();
      item.partition = partitions[p];
      item.options = item.partition->options();
      item.bytes = batches.back();
      item.verdict = record::validate(item.bytes, {});
      item.partition_at = topic.partition_responses.size();
      topic.partition_responses.emplace_back();
    }
    return made;
  }
  // The codes that the request of `slot` was answered, one for each of its partitions.
  std::vector<ErrorCode> codes_of(std::uint64_t slot) const {
    const Bytes& frame = connection->frames.at(slot);
    const auto header = wire::decode_response_header(ByteView(frame).subspan(kSizeBytes),
                                                     ApiKey::kProduce, kVersion);
    REQUIRE(header.ok());
    const auto response = wire::decode<ProduceResponse>(
        ByteView(frame).subspan(kSizeBytes + header->body_offset), kVersion);
    REQUIRE(response.ok());
    std::vector<ErrorCode> codes;
    for (const auto& p : response->responses[0].partition_responses)
      codes.push_back(static_cast<ErrorCode>(p.error_code));
    return codes;
  }
  std::int64_t end_of(std::size_t p) const { return partitions[p]->ends().end.offset.value(); }

  static constexpr std::size_t kSizeBytes = 4;

  storage::SimFileSystem disk;
  ManualClock clock;
  topics::PartitionFixture broker{disk, clock};
  std::vector<std::shared_ptr<topics::Partition>> partitions;
  Services services;
  std::shared_ptr<FakeConnection> connection = std::make_shared<FakeConnection>(broker.executor);
  std::deque<Bytes> batches;
  std::uint64_t next_slot = 0;
  AppendGather gather{broker.executor};
};

}  // namespace leat::api
