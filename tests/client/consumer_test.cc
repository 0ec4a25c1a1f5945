#include "client/consumer.h"

#include <asio/io_context.hpp>

#include "common/record/batch_builder.h"
#include "tests/support/catch.h"
#include "tests/support/run_to_end.h"
#include "tests/support/scripted_cluster.h"

using namespace leat;
using leat::test::ScriptedCluster;
using namespace std::chrono_literals;

namespace {

// One record with offset 0.
Bytes batch() {
  record::BatchBuilder builder;
  builder.add(1, std::nullopt, as_bytes(std::string_view("x")), {});
  return builder.build({});
}

// Where every fetch of the one partition began.
std::int64_t offset_of(const FetchRequest& request) {
  return request.topics.front().partitions.front().fetch_offset;
}

Assignment from(std::int64_t offset, std::optional<StartAt> if_out_of_range = std::nullopt) {
  Assignment assignment("t", 0, StartAt::offset(offset));
  assignment.if_out_of_range = if_out_of_range;
  return assignment;
}

// What next() gives for this assignment, of the cluster as it is.
Result<std::optional<ConsumedRecords>> read(asio::io_context& io, ScriptedCluster& cluster,
                                            Assignment assignment, ConsumerOptions options = {},
                                            std::optional<ClientOptions> client_options = {}) {
  Result<std::optional<ConsumedRecords>> result = std::optional<ConsumedRecords>();
  run_to_end(io, cluster, [&]() -> asio::awaitable<void> {
    const auto client =
        Client::make(io.get_executor(), client_options ? *client_options : cluster.options());
    Consumer consumer(client, options);
    std::vector<Assignment> assignments(1, assignment);
    const Error refused = co_await consumer.assign(std::move(assignments));
    if (!refused.ok()) result = refused;
    else result = co_await consumer.next();
    consumer.close();
    client->close();
  });
  return result;
}

}  // namespace

TEST_CASE("a position that is gone is an error with the place, unless it says where to go on",
          "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  std::vector<std::int64_t> fetched;
  cluster.on_fetch = [&](const wire::RequestHeader& header, const FetchRequest& request) {
    fetched.push_back(offset_of(request));
    const bool gone = fetched.back() > 0;
    return ScriptedCluster::fetched(
        header, request, gone ? ErrorCode::kOffsetOutOfRange : ErrorCode::kNone, batch());
  };
  SECTION("an error") {
    const auto result = read(io, cluster, from(50));
    CHECK(result.error().is(ErrorCode::kOffsetOutOfRange));
    CHECK_THAT(result.error().text(), ContainsSubstring("t-0 at offset 50"));
  }
  SECTION("on at the beginning") {
    auto result = read(io, cluster, from(50, StartAt::beginning()));
    REQUIRE(result.ok());
    REQUIRE(result->has_value());
    RecordView record;
    REQUIRE((*result)->next(record));
    CHECK(record.offset == 0);
    CHECK(fetched[0] == 50);
    CHECK(fetched[1] == 0);
  }
}

TEST_CASE("a start outside the partition is refused with its bounds", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  const auto result = read(io, cluster, from(101));
  CHECK(result.error().is(ErrorCode::kOffsetOutOfRange));
  CHECK_THAT(result.error().text(), ContainsSubstring("0 to 100"));
}

TEST_CASE("a broker that no longer leads is asked for the leader, and reading goes on", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  int known_before = 0;
  cluster.on_fetch = [&](const wire::RequestHeader& header, const FetchRequest& request) {
    if (known_before == 0) known_before = cluster.metadata_requests;
    const bool leads = cluster.metadata_requests > known_before;
    return ScriptedCluster::fetched(
        header, request, leads ? ErrorCode::kNone : ErrorCode::kNotLeaderOrFollower, batch());
  };
  const auto result = read(io, cluster, from(0));
  REQUIRE(result.ok());
  CHECK(result->has_value());
}

TEST_CASE("a broker that does not answer is told of once, and once that it does again", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  int fetches = 0;
  cluster.on_fetch = [&](const wire::RequestHeader& header, const FetchRequest& request) {
    return ++fetches <= 3 ? Bytes()
                          : ScriptedCluster::fetched(header, request, ErrorCode::kNone, batch());
  };
  std::string told;
  ConsumerOptions options;
  options.max_wait = 1ms;
  options.on_contact = [&](std::int32_t node, const Error& error) {
    told += fmt::format("{} {};", node, error.ok() ? "ok" : error.name());
  };
  ClientOptions client_options = cluster.options();
  client_options.request_timeout = 200ms;
  const auto result = read(io, cluster, from(0), options, client_options);
  CHECK(result.ok());
  CHECK(told == "0 TIMED_OUT;0 ok;");
}

TEST_CASE("a connection that ends and opens again is nothing to tell", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  int fetches = 0;
  cluster.on_fetch = [&](const wire::RequestHeader& header,
                         const FetchRequest& request) -> std::optional<Bytes> {
    if (++fetches == 1) return std::nullopt;
    return ScriptedCluster::fetched(header, request, ErrorCode::kNone, batch());
  };
  bool told = false;
  ConsumerOptions options;
  options.on_contact = [&](std::int32_t, const Error&) { told = true; };
  const auto result = read(io, cluster, from(0), options);
  CHECK(result.ok());
  CHECK_FALSE(told);
}

TEST_CASE("a partition without a leader does not keep the others waiting, and is read once it has one",
          "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.partitions = 2;
  cluster.end = 1;
  cluster.on_fetch = [&](const wire::RequestHeader& header, const FetchRequest& request) {
    return ScriptedCluster::fetched(header, request, ErrorCode::kNone, batch());
  };
  const bool all = GENERATE(false, true);
  run_to_end(io, cluster, [&]() -> asio::awaitable<void> {
    ClientOptions client_options = cluster.options();
    client_options.request_timeout = 200ms;
    const auto client = Client::make(io.get_executor(), client_options);
    Consumer consumer(client, {});
    const Result<TopicMetadataPtr> known = co_await client->topic("t");
    REQUIRE(known.ok());
    cluster.offline = all ? std::set<std::int32_t>{0, 1} : std::set<std::int32_t>{1};
    client->metadata().forget("t");
    std::vector<Assignment> assignments;
    for (std::int32_t p = 0; p < 2; ++p) assignments.emplace_back("t", p, StartAt::beginning(), 1);
    const Error error = co_await consumer.assign(std::move(assignments));
    if (all) {
      CHECK(error.is(ErrorCode::kLeaderNotAvailable));
    } else {
      CHECK(error.ok());
      for (const std::int32_t p : {0, 1}) {
        const auto records = co_await consumer.next();
        REQUIRE((records.ok() && records->has_value()));
        CHECK((*records)->partition() == p);
        CHECK(consumer.finished() == (p == 1));
        cluster.offline.clear();
      }
    }
    consumer.close();
    client->close();
  });
}
