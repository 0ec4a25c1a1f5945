#include <chrono>
#include <map>
#include <thread>

#include "common/protocol/messages/08_offset_commit.h"
#include "common/protocol/messages/09_offset_fetch.h"
#include "common/protocol/messages/10_find_coordinator.h"
#include "common/protocol/messages/21_delete_records.h"
#include "common/record/record_reader.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

using namespace leat;
using namespace leat::test;

namespace {

constexpr auto kPatience = std::chrono::seconds(30);

Bytes keyed_batch(const std::vector<std::pair<std::string, std::string>>& records,
                  record::Compression compression = record::Compression::kNone) {
  record::BatchBuilder builder;
  for (const auto& [key, value] : records)
    builder.add(now_ms(), as_bytes(key),
                value.empty() ? std::nullopt : std::optional(as_bytes(value)));
  record::BuildOptions options;
  options.compression = compression;
  return builder.build(options);
}

// Every record from the start of the log to its end: (key, value).
std::vector<std::pair<std::string, std::string>> read_all(WireClient& client,
                                                          const TestTopic& topic) {
  std::vector<std::pair<std::string, std::string>> all;
  const std::int64_t end = list_offset(client, topic, -1).offset;
  std::int64_t next = list_offset(client, topic, -2).offset;
  while (next < end) {
    const auto answer = fetch(client, topic, next);
    REQUIRE(answer.error_code == 0);
    record::BatchIterator batches{answer.records.view().value_or(ByteView())};
    const std::int64_t before = next;
    while (batches.next()) {
      next = batches.header().next_offset().value();
      auto reader = record::RecordReader::open(batches.bytes());
      REQUIRE(reader.ok());
      record::RecordView r;
      while (reader->next(r))
        all.emplace_back(to_string(*r.key), r.value ? to_string(*r.value) : std::string());
    }
    REQUIRE(next > before);
  }
  return all;
}

void commit_offset(WireClient& client, const TestTopic& topic, std::int64_t offset) {
  OffsetCommitRequest request;
  request.group_id = "g";
  auto& wanted = request.topics.emplace_back();
  wanted.name = topic.name;
  wanted.partitions.emplace_back().committed_offset = offset;
  const auto response = client.call(request, 8);
  REQUIRE(response.topics.at(0).partitions.at(0).error_code == 0);
}

std::int64_t committed_offset(WireClient& client, const TestTopic& topic) {
  OffsetFetchRequest request;
  auto& group = request.groups.emplace_back();
  group.group_id = "g";
  auto& wanted = group.topics->emplace_back();
  wanted.name = topic.name;
  wanted.partition_indexes = {0};
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    const auto response = client.call(request, 8);
    const auto& answer = response.groups.at(0);
    // While the coordinator reads its log.
    const bool loading = answer.error_code == 14 || answer.error_code == 15;
    if (!loading) return answer.topics.at(0).partitions.at(0).committed_offset;
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::yield();
  }
}

}  // namespace

TEST_CASE("a topic that must compact soon is compacted without further records", "[e2e]") {
  BrokerFixture broker({{"log.cleaner.backoff.ms", "100"}});
  WireClient client = broker.connect();
  const TestTopic topic = create_topic(client, unique_name("compacted"), 1,
                                       {{"cleanup.policy", "compact"},
                                        {"max.compaction.lag.ms", "100"},
                                        {"segment.ms", "500"},
                                        {"min.cleanable.dirty.ratio", "0.01"},
                                        {"delete.retention.ms", "100"}});
  std::map<std::string, std::string> expected;
  for (int i = 0; i < 50; ++i) {
    const std::string key = fmt::format("k{}", i % 5);
    const auto codec = static_cast<record::Compression>(i % 5);
    REQUIRE(
        produce(client, topic, keyed_batch({{key, fmt::format("v{}", i)}, {"gone", "x"}}, codec))
            .error_code == 0);
    expected[key] = fmt::format("v{}", i);
  }
  REQUIRE(produce(client, topic, keyed_batch({{"gone", ""}})).error_code == 0);
  const std::int64_t end = list_offset(client, topic, -1).offset;

  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  std::vector<std::pair<std::string, std::string>> left;
  do {
    std::this_thread::yield();
    left = read_all(client, topic);
    std::map<std::string, std::string> fold;
    for (const auto& [key, value] : left) fold[key] = value;
    fold.erase("gone");
    REQUIRE(fold == expected);
  } while (left.size() > expected.size() && std::chrono::steady_clock::now() < give_up);
  CHECK(left.size() == expected.size());
  CHECK(list_offset(client, topic, -1).offset == end);

  SECTION("and stays so over a restart") {
    broker.restart();
    WireClient again = broker.connect();
    CHECK(read_all(again, topic).size() == expected.size());
    CHECK(list_offset(again, topic, -1).offset == end);
  }
}

TEST_CASE("committed offsets are compacted, and the last of them counts", "[e2e]") {
  BrokerFixture broker({{"log.cleaner.backoff.ms", "100"},
                        {"log.cleaner.max.compaction.lag.ms", "100"},
                        {"offsets.topic.num.partitions", "1"}});
  WireClient client = broker.connect();
  const TestTopic topic = create_topic(client, unique_name("read"));
  FindCoordinatorRequest find;
  find.coordinator_keys = {"g"};
  REQUIRE(client.call(find, 4).coordinators.at(0).error_code == 0);
  constexpr std::int64_t kCommits = 50;
  for (std::int64_t offset = 1; offset <= kCommits; ++offset) commit_offset(client, topic, offset);
  const TestTopic offsets{"__consumer_offsets",
                          topic_metadata(client, "__consumer_offsets").topic_id};
  const std::int64_t end = list_offset(client, offsets, -1).offset;
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  std::size_t left = 0;
  do {
    std::this_thread::yield();
    left = read_all(client, offsets).size();
    REQUIRE(committed_offset(client, topic) == kCommits);
  } while (left > 2 && std::chrono::steady_clock::now() < give_up);
  CHECK(left <= 2);
  CHECK(list_offset(client, offsets, -1).offset == end);
  broker.restart();
  WireClient again = broker.connect();
  CHECK(committed_offset(again, topic) == kCommits);
}

TEST_CASE("a record without a key is refused by a compacted topic", "[e2e]") {
  const auto policy = GENERATE(std::string("compact"), std::string("compact,delete"));
  BrokerFixture broker;
  WireClient client = broker.connect();
  const TestTopic topic =
      create_topic(client, unique_name("compacted"), 1, {{"cleanup.policy", policy}});
  record::BatchBuilder builder;
  builder.add(now_ms(), as_bytes("k"), as_bytes("value"));
  builder.add(now_ms(), std::nullopt, as_bytes("value"));
  const auto answer = produce(client, topic, builder.build({}));
  CHECK(answer.error_code == 87);
  REQUIRE(answer.record_errors.size() == 1);
  CHECK(answer.record_errors[0].batch_index == 1);
  CHECK(answer.record_errors[0].batch_index_error_message ==
        fmt::format("Compacted topic cannot accept message without key in topic partition {}-0.",
                    topic.name));
  CHECK(list_offset(client, topic, -1).offset == 0);
}

TEST_CASE("records of a topic that only compacts cannot be deleted", "[e2e]") {
  BrokerFixture broker;
  WireClient client = broker.connect();
  const auto code = [&](std::string policy) {
    const TestTopic topic =
        create_topic(client, unique_name("compacted"), 1, {{"cleanup.policy", std::move(policy)}});
    REQUIRE(produce(client, topic, keyed_batch({{"k", "v"}})).error_code == 0);
    DeleteRecordsRequest request;
    request.timeout_ms = 10000;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic.name;
    auto& partition = wanted.partitions.emplace_back();
    partition.offset = 1;
    const auto response = client.call(request, 2);
    return response.topics.at(0).partitions.at(0).error_code;
  };
  CHECK(code("compact") == 44);
  CHECK(code("compact,delete") == 0);
}

TEST_CASE("a topic's compression.type is what its batches are stored in", "[e2e]") {
  BrokerFixture broker;
  WireClient client = broker.connect();
  const auto [name, codec] = GENERATE(
      table<std::string, record::Compression>({{"gzip", record::Compression::kGzip},
                                               {"snappy", record::Compression::kSnappy},
                                               {"lz4", record::Compression::kLz4},
                                               {"zstd", record::Compression::kZstd},
                                               {"uncompressed", record::Compression::kNone},
                                               {"producer", record::Compression::kGzip}}));
  // Small ones are compressed by the connection's thread, large ones by a worker.
  const std::size_t size = GENERATE(std::size_t{1000}, std::size_t{500'000});
  const TestTopic topic =
      create_topic(client, unique_name("recompressed"), 1, {{"compression.type", name}});
  const std::string value(size, 'v');
  const auto produced =
      produce(client, topic, keyed_batch({{"k", value}, {"l", "w"}}, record::Compression::kGzip));
  REQUIRE(produced.error_code == 0);
  CHECK(produced.base_offset == 0);
  const auto answer = fetch(client, topic, 0);
  const auto header = record::parse_header(answer.records.view().value_or(ByteView()));
  REQUIRE(header);
  CHECK(header->compression() == codec);
  CHECK(header->last_offset() == Offset{1});
  CHECK(values_in(answer) == std::vector<std::string>{value, "w"});
}

TEST_CASE("a batch that is too large in the topic's codec is MESSAGE_TOO_LARGE", "[e2e]") {
  BrokerFixture broker;
  WireClient client = broker.connect();
  const TestTopic topic =
      create_topic(client, unique_name("recompressed"), 1,
                   {{"compression.type", "uncompressed"}, {"max.message.bytes", "10000"}});
  const auto send = [&](std::size_t size) {
    const Bytes batch = keyed_batch({{"k", std::string(size, 'v')}}, record::Compression::kZstd);
    REQUIRE(batch.size() < 10000);
    return produce(client, topic, batch).error_code;
  };
  CHECK(send(9000) == 0);
  CHECK(send(20'000) == 10);
  CHECK(send(200'000) == 10);
  CHECK(list_offset(client, topic, -1).offset == 1);
}
