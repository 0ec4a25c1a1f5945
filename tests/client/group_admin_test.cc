#include "client/group_admin.h"

#include <asio/io_context.hpp>

#include "common/protocol/messages/15_describe_groups.h"
#include "common/protocol/messages/16_list_groups.h"
#include "common/protocol/messages/42_delete_groups.h"
#include "tests/support/catch.h"
#include "tests/support/run_to_end.h"
#include "tests/support/scripted_cluster.h"

using namespace leat;
using leat::test::ScriptedBroker;
using leat::test::ScriptedCluster;
using namespace std::chrono_literals;

namespace {

// A coordinator without Leat's own APIs. Each request is answered with the next of `errors`, or cut
// off where that is nullopt; then with success.
class Fixture {
 public:
  Fixture() : cluster(io) {
    cluster.on_other = [this](const wire::RequestHeader& header, ByteView frame) {
      return reply(header, frame);
    };
  }

  using Test = std::function<asio::awaitable<void>(GroupAdmin&)>;
  void run(Test test) {
    run_to_end(io, cluster, [&]() -> asio::awaitable<void> {
      ClientOptions options = cluster.options();
      options.request_timeout = patience;
      const auto client = Client::make(io.get_executor(), options);
      GroupAdmin admin(client);
      co_await test(admin);
      client->close();
    });
  }

  asio::io_context io;
  ScriptedCluster cluster;
  std::vector<std::optional<ErrorCode>> errors;
  std::string state = "Empty";
  Duration patience = 30s;
  int asked = 0;  // without FindCoordinator

 private:
  std::optional<Bytes> reply(const wire::RequestHeader& header, ByteView frame) {
    const auto key = static_cast<std::int16_t>(header.api_key);
    if (key == FindCoordinatorRequest::kKey) return coordinator(header);
    const auto turn = static_cast<std::size_t>(asked++);
    std::int16_t code = 0;
    if (turn < errors.size()) {
      if (!errors[turn]) return std::nullopt;
      code = wire_code(*errors[turn]);
    }
    switch (key) {
      case ListGroupsRequest::kKey: return list(header, code);
      case DescribeGroupsRequest::kKey: return describe(header, code);
      case DeleteGroupsRequest::kKey: return remove(header, code);
      case OffsetFetchRequest::kKey: return offsets(header, code);
      case OffsetCommitRequest::kKey:
        return commit(header, ScriptedBroker::decode<OffsetCommitRequest>(header, frame), code);
      default: return std::nullopt;
    }
  }
  Bytes coordinator(const wire::RequestHeader& header) const {
    FindCoordinatorResponse body;
    body.host = cluster.endpoint().host;
    body.port = cluster.endpoint().port;
    return ScriptedBroker::answer(body, header);
  }
  static Bytes list(const wire::RequestHeader& header, std::int16_t code) {
    ListGroupsResponse body;
    body.error_code = code;
    if (code == 0) body.groups.emplace_back().group_id = "g";
    return ScriptedBroker::answer(body, header);
  }
  Bytes describe(const wire::RequestHeader& header, std::int16_t code) const {
    DescribeGroupsResponse body;
    DescribeGroupsResponse::Group& group = body.groups.emplace_back();
    group.group_id = "g";
    group.error_code = code;
    group.group_state = state;
    return ScriptedBroker::answer(body, header);
  }
  static Bytes remove(const wire::RequestHeader& header, std::int16_t code) {
    DeleteGroupsResponse body;
    auto& result = body.results.emplace_back();
    result.group_id = "g";
    result.error_code = code;
    return ScriptedBroker::answer(body, header);
  }
  static Bytes offsets(const wire::RequestHeader& header, std::int16_t code) {
    OffsetFetchResponse body;
    body.error_code = code;
    if (code == 0) {
      OffsetFetchResponse::Topic& topic = body.topics.emplace_back();
      topic.name = "t";
      topic.partitions.emplace_back().committed_offset = 40;
    }
    return ScriptedBroker::answer(body, header);
  }
  // The error is the first partition's.
  static Bytes commit(const wire::RequestHeader& header, const OffsetCommitRequest& request,
                      std::int16_t code) {
    OffsetCommitResponse body;
    for (const OffsetCommitRequest::Topic& topic : request.topics) {
      OffsetCommitResponse::Topic& answered = body.topics.emplace_back();
      answered.name = topic.name;
      for (const OffsetCommitRequest::Partition& partition : topic.partitions) {
        OffsetCommitResponse::Partition& one = answered.partitions.emplace_back();
        one.partition_index = partition.partition_index;
        one.error_code = std::exchange(code, std::int16_t{0});
      }
    }
    return ScriptedBroker::answer(body, header);
  }
};

// Everything that a coordinator can be in the middle of.
const std::vector<std::optional<ErrorCode>> kPassing{
    ErrorCode::kCoordinatorLoadInProgress, ErrorCode::kCoordinatorNotAvailable,
    ErrorCode::kNotCoordinator, std::nullopt};
constexpr int kAttempts = 5;

std::vector<GroupOffset> two_offsets() {
  std::vector<GroupOffset> offsets;
  offsets.emplace_back("t", 0, 7);
  offsets.emplace_back("t", 1, 8);
  return offsets;
}

}  // namespace

TEST_CASE("a look at a group waits for its coordinator", "[unit]") {
  Fixture f;
  f.errors = kPassing;
  SECTION("describe") {
    f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
      std::vector<std::string> names(1, "g");
      const auto groups = co_await admin.describe(std::move(names));
      REQUIRE(groups.size() == 1);
      CHECK(groups[0].error.ok());
      CHECK(groups[0].state == "Empty");
    });
  }
  SECTION("offsets") {
    f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
      const auto offsets = co_await admin.offsets("g");
      REQUIRE(offsets.ok());
      REQUIRE(offsets->size() == 1);
      CHECK(offsets->front().offset == 40);
    });
  }
  SECTION("commit") {
    f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
      const auto offsets = co_await admin.commit("g", two_offsets());
      REQUIRE(offsets.ok());
      CHECK(offsets->at(0).error.ok());
      CHECK(offsets->at(1).error.ok());
    });
  }
  SECTION("remove") {
    f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
      std::vector<std::string> names(1, "g");
      const auto errors = co_await admin.remove(std::move(names));
      CHECK(errors.at(0).ok());
    });
  }
  CHECK(f.asked == kAttempts);
}

TEST_CASE("a list waits for a broker that is loading", "[unit]") {
  Fixture f;
  f.errors = {ErrorCode::kCoordinatorLoadInProgress, ErrorCode::kCoordinatorLoadInProgress};
  f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
    const auto groups = co_await admin.list();
    REQUIRE(groups.ok());
    REQUIRE(groups->size() == 1);
    CHECK(groups->front().id == "g");
  });
}

TEST_CASE("patience with a coordinator ends", "[unit]") {
  Fixture f;
  f.errors.assign(1000, ErrorCode::kCoordinatorLoadInProgress);
  f.patience = 50ms;
  f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
    const auto listed = co_await admin.list();
    CHECK(listed.error().is(ErrorCode::kCoordinatorLoadInProgress));
    const auto offsets = co_await admin.offsets("g");
    CHECK(offsets.error().is(ErrorCode::kCoordinatorLoadInProgress));
  });
}

TEST_CASE("what a coordinator refuses is not asked again", "[unit]") {
  Fixture f;
  f.errors = {ErrorCode::kGroupAuthorizationFailed};
  f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
    const auto offsets = co_await admin.offsets("g");
    CHECK(offsets.error().is(ErrorCode::kGroupAuthorizationFailed));
    CHECK(f.asked == 1);
  });
}

TEST_CASE("a group that is not there is told by its name", "[unit]") {
  Fixture f;
  std::vector<std::string> names(1, "g");
  SECTION("described: a Kafka broker calls it dead") {
    f.state = "Dead";
    f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
      const auto groups = co_await admin.describe(std::move(names));
      CHECK(groups.at(0).error.is(ErrorCode::kGroupIdNotFound));
      CHECK(groups.at(0).error.text() == "there is no group 'g'");
    });
  }
  SECTION("deleted") {
    f.errors = {ErrorCode::kGroupIdNotFound};
    f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
      const auto errors = co_await admin.remove(std::move(names));
      CHECK(errors.at(0).text() == "there is no group 'g'");
    });
  }
}

TEST_CASE("a group with members is neither deleted nor committed for", "[unit]") {
  Fixture f;
  f.errors = {ErrorCode::kNonEmptyGroup, ErrorCode::kUnknownMemberId};
  f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
    std::vector<std::string> names(1, "g");
    const auto errors = co_await admin.remove(std::move(names));
    CHECK(errors.at(0).is(ErrorCode::kNonEmptyGroup));
    const auto offsets = co_await admin.commit("g", two_offsets());
    REQUIRE(offsets.ok());
    CHECK(offsets->at(0).error.is(ErrorCode::kUnknownMemberId));
    CHECK(offsets->at(1).error.ok());
  });
}

TEST_CASE("lag comes from commits and log ends where a broker does not compute it, without times",
          "[unit]") {
  Fixture f;
  f.run([&](GroupAdmin& admin) -> asio::awaitable<void> {
    std::optional<std::vector<std::string>> all;
    const auto report = co_await admin.lag(std::move(all));
    REQUIRE(report.ok());
    CHECK_FALSE(report->has_times);
    REQUIRE(report->groups.size() == 1);
    REQUIRE(report->groups[0].partitions.size() == 1);
    CHECK(report->groups[0].partitions[0].committed == 40);
    CHECK(report->groups[0].partitions[0].lag == f.cluster.end - 40);
    CHECK(report->groups[0].partitions[0].lag_ms == -1);
  });
}
