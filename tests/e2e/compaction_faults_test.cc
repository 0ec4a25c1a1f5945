// What a compaction must not hold up, and what must not hold up compaction.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "common/protocol/messages/20_delete_topics.h"
#include "common/protocol/messages/44_incremental_alter_configs.h"
#include "common/record/record_reader.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

using namespace leat;
using namespace leat::test;

namespace {

constexpr auto kPatience = std::chrono::seconds(30);
constexpr std::size_t kValueBytes = 100'000;

template <class Condition>
void wait_until(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::yield();
  }
}

// Batches of one record, all of the same key.
void overwrite(WireClient& client, const TestTopic& topic, int times) {
  for (int i = 0; i < times; ++i) must_produce(client, topic, {std::string(kValueBytes, 'v')});
}

void compact_soon(WireClient& client, const TestTopic& topic) {
  IncrementalAlterConfigsRequest request;
  constexpr std::int8_t kTopic = 2, kSet = 0;
  request.resources.push_back({kTopic,
                               topic.name,
                               {{"cleanup.policy", kSet, "compact"},
                                {"max.compaction.lag.ms", kSet, "1"},
                                {"min.cleanable.dirty.ratio", kSet, "0.01"}}});
  REQUIRE(client.call(request, 1).responses.at(0).error_code == 0);
}

// Nothing but the batch at `offset` is read.
std::int64_t first_offset_from(WireClient& client, const TestTopic& topic, std::int64_t offset) {
  const auto answer = fetch(client, topic, offset);
  REQUIRE(answer.error_code == 0);
  const auto header = record::parse_header(answer.records.view().value_or(ByteView()));
  REQUIRE(header);
  return header->base_offset.value();
}

std::filesystem::path folder_of(const BrokerFixture& broker, const TestTopic& topic) {
  return std::filesystem::path(broker.data_directory()) / "data" / (topic.name + "-0");
}

void damage(const std::filesystem::path& file, std::streamoff at) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(at);
  stream << "damage";
  REQUIRE(stream.flush().good());
}

}  // namespace

TEST_CASE("a damaged partition is not compacted, serves on, and holds nobody up", "[e2e]") {
  BrokerFixture broker({{"log.cleaner.backoff.ms", "50"}});
  if (broker.is_foreign()) return;
  WireClient client = broker.connect();
  const TestTopic bad =
      create_topic(client, unique_name("damaged"), 1, {{"segment.bytes", "1048576"}});
  const TestTopic good =
      create_topic(client, unique_name("sound"), 1, {{"segment.bytes", "1048576"}});
  overwrite(client, bad, 30);
  const auto first = folder_of(broker, bad) / "00000000000000000000.log";
  const auto size = std::filesystem::file_size(first);
  damage(first, 3 * static_cast<std::streamoff>(kValueBytes));
  compact_soon(client, bad);
  // Rounds go on behind the one that met the damage.
  for (int round = 0; round < 3; ++round) {
    const std::int64_t before = list_offset(client, good, -1).offset;
    overwrite(client, good, 15);
    if (round == 0) compact_soon(client, good);
    wait_until([&] { return first_offset_from(client, good, before) > before; });
  }
  CHECK(std::filesystem::file_size(first) == size);
  CHECK(first_offset_from(client, bad, 0) == 0);
  CHECK(first_offset_from(client, bad, 29) == 29);
  CHECK(must_produce(client, bad, {"more"}) == 30);
}

TEST_CASE("a topic is deleted and a broker stopped in the middle of a slow compaction", "[e2e]") {
  BrokerFixture broker(
      {{"log.cleaner.backoff.ms", "50"}, {"log.cleaner.io.max.bytes.per.second", "1000"}});
  if (broker.is_foreign()) return;
  WireClient client = broker.connect();
  const TestTopic topic =
      create_topic(client, unique_name("slow"), 1, {{"segment.bytes", "1048576"}});
  overwrite(client, topic, 30);
  compact_soon(client, topic);
  wait_until([&] { return std::filesystem::exists(folder_of(broker, topic) / "leat-compaction"); });

  SECTION("produce, fetch and delete are answered") {
    overwrite(client, topic, 5);
    CHECK(first_offset_from(client, topic, 0) == 0);
    DeleteTopicsRequest request;
    request.timeout_ms = 10000;
    request.topics = {{topic.name, {}}};
    CHECK(client.call(request, 6).responses.at(0).error_code == 0);
  }
  SECTION("a start finds the log as it was") {
    broker.restart();
    WireClient again = broker.connect();
    CHECK(list_offset(again, topic, -1).offset == 30);
    CHECK(first_offset_from(again, topic, 0) == 0);
  }
}
