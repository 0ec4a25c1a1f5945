#include "client/producer.h"

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <set>

#include "client/spawn.h"
#include "tests/support/catch.h"
#include "tests/support/run_to_end.h"
#include "tests/support/scripted_cluster.h"

using namespace leat;
using leat::test::ScriptedBroker;
using leat::test::ScriptedCluster;
using namespace std::chrono_literals;

namespace {

RecordToSend line(std::string_view value) { return RecordToSend(std::nullopt, as_bytes(value)); }

// Runs `test` with a producer for the cluster, to its end.
using Test = std::function<asio::awaitable<void>(Producer&)>;
void with_producer(asio::io_context& io, ScriptedCluster& cluster, ProducerOptions options,
                   ClientOptions client_options, Test test) {
  run_to_end(io, cluster, [&]() -> asio::awaitable<void> {
    const auto client = Client::make(io.get_executor(), client_options);
    Producer producer(client, options);
    co_await test(producer);
    producer.close();
    client->close();
  });
}

// What became of one record that was sent to the cluster as it is.
RecordResult send_one(asio::io_context& io, ScriptedCluster& cluster, ProducerOptions options,
                      ClientOptions client_options) {
  RecordResult result;
  with_producer(io, cluster, options, client_options,
                [&](Producer& producer) -> asio::awaitable<void> {
                  result = co_await producer.send("t", line("x"));
                });
  return result;
}

}  // namespace

TEST_CASE("a batch that was sent and not answered in time has an unknown outcome", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.on_produce = [](const auto&, const auto&) { return Bytes(); };
  ProducerOptions options;
  options.idempotent = GENERATE(true, false);
  options.delivery_timeout = 50ms;
  ClientOptions client_options = cluster.options();
  client_options.request_timeout = 50ms;
  const RecordResult result = send_one(io, cluster, options, client_options);
  INFO(result.error.describe());
  CHECK(result.error.is(ClientCode::kUnknownOutcome));
}

TEST_CASE("a batch whose connection ended after it was sent has an unknown outcome", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.on_produce = [](const auto&, const auto&) { return std::nullopt; };
  ProducerOptions options;
  options.delivery_timeout = 50ms;
  const RecordResult result = send_one(io, cluster, options, cluster.options());
  INFO(result.error.describe());
  CHECK(result.error.is(ClientCode::kUnknownOutcome));
}

TEST_CASE("a refusal does not make certain what an earlier attempt left unknown", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  int attempts = 0;
  cluster.on_produce = [&](const wire::RequestHeader& header, const ProduceRequest& request) {
    return ++attempts == 1 ? std::optional<Bytes>()
                           : ScriptedCluster::produced(header, request,
                                                       ErrorCode::kTopicAuthorizationFailed);
  };
  const RecordResult result = send_one(io, cluster, ProducerOptions(), cluster.options());
  INFO(result.error.describe());
  CHECK(result.error.is(ClientCode::kUnknownOutcome));
  CHECK_THAT(result.error.text(), ContainsSubstring("TOPIC_AUTHORIZATION_FAILED"));
  CHECK(attempts == 2);
}

TEST_CASE("a refusal of the only attempt is the broker's own error", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.on_produce = [](const wire::RequestHeader& header, const ProduceRequest& request) {
    return ScriptedCluster::produced(header, request, ErrorCode::kTopicAuthorizationFailed);
  };
  const RecordResult result = send_one(io, cluster, ProducerOptions(), cluster.options());
  CHECK(result.error.is(ErrorCode::kTopicAuthorizationFailed));
}

TEST_CASE("a batch that was never sent timed out and is certainly not written", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  int attempts = 0;
  Signal attempted(io.get_executor());
  cluster.on_produce = [&](const auto&, const auto&) {
    ++attempts;
    attempted.notify_all();
    return Bytes();
  };
  ProducerOptions options;
  options.delivery_timeout = 50ms;
  options.idempotent = false;
  options.max_in_flight = 1;
  RecordResult first, second;
  const auto test = [&](Producer& producer) -> asio::awaitable<void> {
    const Error known = co_await producer.prepare("t");
    REQUIRE(known.ok());
    producer.try_send("t", line("a"), 0, [&](const RecordResult& r) { first = r; });
    while (attempts == 0) co_await attempted.wait();
    // The only request that may be in flight is.
    producer.try_send("t", line("b"), 0, [&](const RecordResult& r) { second = r; });
    while (second.error.ok()) co_await producer.wait_room();
  };
  with_producer(io, cluster, options, cluster.options(), test);
  CHECK(second.error.is(ClientCode::kTimedOut));
  CHECK(attempts == 1);
}

TEST_CASE("a closed producer reports as unknown what it had sent", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  ProducerOptions options;
  ClientOptions client_options = cluster.options();
  client_options.retry_backoff = client_options.retry_backoff_max = 1h;
  int attempts = 0;
  cluster.on_produce = [&](const auto&, const auto&) {
    ++attempts;
    return std::nullopt;
  };
  RecordResult sent, waiting;
  const auto test = [&](Producer& producer) -> asio::awaitable<void> {
    const Error known = co_await producer.prepare("t");
    REQUIRE(known.ok());
    producer.try_send("t", line("a"), 0, [&](const RecordResult& r) { sent = r; });
    while (attempts == 0) co_await producer.wait_room();
    producer.try_send("t", line("b"), 0, [&](const RecordResult& r) { waiting = r; });
    producer.close();
  };
  with_producer(io, cluster, options, client_options, test);
  CHECK(sent.error.is(ClientCode::kUnknownOutcome));
  CHECK(waiting.error.is(ClientCode::kClosed));
}

TEST_CASE("a lost sequence is taken up under a new identity, nothing lost", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  int attempts = 0;
  cluster.on_produce = [&](const wire::RequestHeader& header, const ProduceRequest& request) {
    const bool forgotten = ++attempts == 2;
    return ScriptedCluster::produced(
        header, request, forgotten ? ErrorCode::kOutOfOrderSequenceNumber : ErrorCode::kNone, 7);
  };
  const auto test = [&](Producer& producer) -> asio::awaitable<void> {
    const RecordResult first = co_await producer.send("t", line("a"));
    CHECK(first.error.ok());
    const RecordResult second = co_await producer.send("t", line("b"));
    CHECK(second.error.ok());
    CHECK(second.offset == 7);
  };
  with_producer(io, cluster, ProducerOptions(), cluster.options(), test);
  CHECK(attempts == 3);
}

TEST_CASE("what becomes due while a batch is compressed is sent without another event", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  Signal attempted(io.get_executor());
  int attempts = 0;
  cluster.on_produce = [&](const wire::RequestHeader& header, const ProduceRequest& request) {
    attempted.notify_all();
    // The connection is there before the test begins; nothing after that is answered.
    return ++attempts == 1 ? ScriptedCluster::produced(header, request, ErrorCode::kNone) : Bytes();
  };
  ProducerOptions options;
  options.idempotent = false;
  options.max_record_bytes = 64u << 20;
  options.buffer.compression = record::Compression::kGzip;
  options.buffer.linger = 10ms;
  options.delivery_timeout = 10s;
  ClientOptions client_options = cluster.options();
  client_options.request_timeout = 10s;
  const std::string large(32u << 20, 'x');
  bool gave_up = false, sent = false;
  const auto test = [&](Producer& producer) -> asio::awaitable<void> {
    const RecordResult first = co_await producer.send("t", line("a"), 0);
    CHECK(first.error.ok());
    // Too large for company: it is closed by the next one, which lingers while it is compressed.
    producer.try_send("t", line(large), 0, [&](const RecordResult&) {
      gave_up = true;
      attempted.notify_all();
    });
    producer.try_send("t", line("b"), 0);
    while (attempts < 3 && !gave_up) co_await attempted.wait();
    sent = !gave_up;
  };
  with_producer(io, cluster, options, client_options, test);
  CHECK(sent);
}

TEST_CASE("a producer at work learns of partitions that are added", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.on_produce = [](const wire::RequestHeader& header, const ProduceRequest& request) {
    return ScriptedCluster::produced(header, request, ErrorCode::kNone);
  };
  ClientOptions client_options = cluster.options();
  client_options.metadata_max_age = 1ms;
  const auto test = [&](Producer& producer) -> asio::awaitable<void> {
    const RecordResult first = co_await producer.send("t", line("a"));
    CHECK(first.error.ok());
    cluster.partitions = 2;
    for (;;) {
      const RecordResult added = co_await producer.send("t", line("b"), 1);
      if (added.error.ok()) co_return;
      const RecordResult again = co_await producer.send("t", line("a"), 0);
      CHECK(again.error.ok());
    }
  };
  with_producer(io, cluster, ProducerOptions(), client_options, test);
}

TEST_CASE("a request that no broker takes is refused before it is sent", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  int attempts = 0;
  cluster.on_produce = [&](const auto&, const auto&) {
    ++attempts;
    return std::nullopt;
  };
  ClientOptions client_options = cluster.options();
  client_options.max_request_bytes = 10'000;
  const std::string large(20'000, 'x');
  const auto test = [&](Producer& producer) -> asio::awaitable<void> {
    const RecordResult refused = co_await producer.send("t", line(large));
    CHECK(refused.error.is(ClientCode::kInvalidInput));
    CHECK_THAT(refused.error.text(), ContainsSubstring("up to 10000"));
  };
  with_producer(io, cluster, ProducerOptions(), client_options, test);
  CHECK(attempts == 0);
}

TEST_CASE("batches that together are too large for a request go in two", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.partitions = 2;
  std::size_t largest = 0;
  cluster.on_produce = [&](const wire::RequestHeader& header, const ProduceRequest& request) {
    largest = std::max(largest, request.topic_data.front().partition_data.size());
    return ScriptedCluster::produced(header, request, ErrorCode::kNone);
  };
  ProducerOptions options;
  options.max_request_bytes = 100'000;
  options.buffer.batch_bytes = 1000;
  const std::string large(60'000, 'x');
  int written = 0;
  const auto test = [&](Producer& producer) -> asio::awaitable<void> {
    const Error known = co_await producer.prepare("t");
    REQUIRE(known.ok());
    for (const std::int32_t partition : {0, 1})
      producer.try_send("t", line(large), partition,
                        [&](const RecordResult& result) { written += result.error.ok(); });
    co_await producer.flush();
  };
  with_producer(io, cluster, options, cluster.options(), test);
  CHECK(written == 2);
  CHECK(largest == 1);
}

TEST_CASE("records go past a partition without a leader, but those that belong there", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.partitions = 3;
  cluster.offline = {1};
  std::set<std::int32_t> taken;
  cluster.on_produce = [&](const wire::RequestHeader& header, const ProduceRequest& request) {
    for (const ProduceRequest::Partition& partition : request.topic_data.front().partition_data)
      taken.insert(partition.index);
    return ScriptedCluster::produced(header, request, ErrorCode::kNone);
  };
  ProducerOptions options;
  options.buffer.linger = 0ms;
  options.buffer.batch_bytes = 1;  // another partition for each record
  with_producer(io, cluster, options, cluster.options(),
                [&](Producer& producer) -> asio::awaitable<void> {
                  for (int i = 0; i < 20; ++i) {
                    const RecordResult sent = co_await producer.send("t", line("x"));
                    REQUIRE(sent.error.ok());
                  }
                  CHECK(taken == std::set<std::int32_t>{0, 2});
                  bool later = false;
                  const auto told = [&](const RecordResult& sent) {
                    CHECK(sent.error.ok());
                    later = true;
                  };
                  CHECK(producer.try_send("t", line("x"), 1, told) == Producer::Sent::kYes);
                  const RecordResult other = co_await producer.send("t", line("x"), 2);
                  CHECK(other.error.ok());
                  CHECK_FALSE(later);
                  cluster.offline.clear();
                  co_await producer.flush();
                  CHECK(later);
                });
  CHECK(taken.contains(1));
}

TEST_CASE("a partition that stays without a leader is named as the reason", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.partitions = 2;
  cluster.offline = {0};
  cluster.on_produce = [](const auto&, const auto&) { return Bytes(); };
  ProducerOptions options;
  options.delivery_timeout = 50ms;
  with_producer(io, cluster, options, cluster.options(),
                [&](Producer& producer) -> asio::awaitable<void> {
                  const RecordResult sent = co_await producer.send("t", line("x"), 0);
                  CHECK(sent.error.is(ClientCode::kTimedOut));
                  CHECK_THAT(sent.error.text(), ContainsSubstring("LEADER_NOT_AVAILABLE"));
                });
}

TEST_CASE("a topic that was made just now is waited for until one of its partitions has a leader",
          "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.partitions = 2;
  cluster.offline = {0, 1};
  cluster.on_produce = [](const wire::RequestHeader& header, const ProduceRequest& request) {
    return ScriptedCluster::produced(header, request, ErrorCode::kNone);
  };
  bool ready = false;
  with_producer(io, cluster, ProducerOptions(), cluster.options(),
                [&](Producer& producer) -> asio::awaitable<void> {
                  auto prepare = [&]() -> asio::awaitable<void> {
                    const Error error = co_await producer.prepare("t");
                    CHECK(error.ok());
                    ready = true;
                  };
                  spawn(io.get_executor(), prepare());
                  while (cluster.metadata_requests < 3) co_await asio::post(io, asio::use_awaitable);
                  CHECK_FALSE(ready);
                  cluster.offline = {0};
                  const RecordResult sent = co_await producer.send("t", line("x"));
                  CHECK(sent.error.ok());
                  CHECK(sent.partition == 1);
                  while (!ready) co_await asio::post(io, asio::use_awaitable);
                });
}
