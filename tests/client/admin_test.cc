#include "client/admin.h"

#include <asio/io_context.hpp>

#include "tests/support/catch.h"
#include "tests/support/run_to_end.h"
#include "tests/support/scripted_cluster.h"

using namespace leat;
using leat::test::ScriptedBroker;
using leat::test::ScriptedCluster;
using namespace std::chrono_literals;

namespace {

using Test = std::function<asio::awaitable<void>(Client&, Admin&)>;

void with_admin(asio::io_context& io, ScriptedCluster& cluster, Test test) {
  run_to_end(io, cluster, [&]() -> asio::awaitable<void> {
    const auto client = Client::make(io.get_executor(), cluster.options());
    Admin admin(client);
    co_await test(*client, admin);
    client->close();
  });
}

std::vector<NewTopic> topics(const std::vector<std::string>& names) {
  std::vector<NewTopic> made;
  for (const std::string& name : names) made.emplace_back().name = name;
  return made;
}

}  // namespace

TEST_CASE("each topic carries its own error, in the broker's words where it has some", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.on_other = [](const wire::RequestHeader& header, ByteView) {
    CreateTopicsResponse body;
    for (const auto& [name, code, text] :
         std::vector<std::tuple<std::string, ErrorCode, std::optional<std::string>>>{
             {"new", ErrorCode::kNone, std::nullopt},
             {"old", ErrorCode::kTopicAlreadyExists, "there is one"},
             {"odd", ErrorCode::kInvalidTopicException, std::nullopt}}) {
      CreateTopicsResponse::Topic& topic = body.topics.emplace_back();
      topic.name = name;
      topic.error_code = wire_code(code);
      topic.error_message = text;
      topic.num_partitions = 3;
    }
    return ScriptedBroker::answer(body, header);
  };
  with_admin(io, cluster, [](Client&, Admin& admin) -> asio::awaitable<void> {
    const auto outcomes = co_await admin.create_topics(topics({"new", "old", "odd"}), false);
    REQUIRE(outcomes.ok());
    REQUIRE(outcomes->size() == 3);
    CHECK(outcomes->at(0).error.ok());
    CHECK(outcomes->at(0).partitions == 3);
    CHECK(outcomes->at(1).error.is(ErrorCode::kTopicAlreadyExists));
    CHECK(outcomes->at(1).error.text() == "there is one");
    CHECK(outcomes->at(2).error.is(ErrorCode::kInvalidTopicException));
    CHECK_FALSE(outcomes->at(2).error.text().empty());
  });
}

TEST_CASE("a change that was sent and not answered is an error, not tried again", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  int asked = 0;
  cluster.on_other = [&](const wire::RequestHeader&, ByteView) {
    ++asked;
    return std::optional<Bytes>();
  };
  with_admin(io, cluster, [&](Client&, Admin& admin) -> asio::awaitable<void> {
    const auto created = co_await admin.create_topics(topics({"new"}), false);
    CHECK(created.error().is(ClientCode::kDisconnected));
    std::vector<std::string> names(1, "t");
    const auto deleted = co_await admin.delete_topics(std::move(names));
    CHECK(deleted.error().is(ClientCode::kDisconnected));
    CHECK(asked == 2);
  });
}

TEST_CASE("what was deleted is looked up anew", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  cluster.on_other = [](const wire::RequestHeader& header, ByteView) {
    DeleteTopicsResponse body;
    body.responses.emplace_back().name = "t";
    return ScriptedBroker::answer(body, header);
  };
  with_admin(io, cluster, [&](Client& client, Admin& admin) -> asio::awaitable<void> {
    const auto before = co_await client.topic("t");
    CHECK(before.ok());
    std::vector<std::string> names(1, "t");
    const auto deleted = co_await admin.delete_topics(std::move(names));
    REQUIRE(deleted.ok());
    CHECK(deleted->at(0).error.ok());
    cluster.exists = false;
    const auto after = co_await client.topic("t");
    CHECK(after.error().is(ErrorCode::kUnknownTopicOrPartition));
  });
}

TEST_CASE("a call that the broker does not serve says so", "[unit]") {
  asio::io_context io;
  ScriptedCluster cluster(io);
  with_admin(io, cluster, [](Client&, Admin& admin) -> asio::awaitable<void> {
    const Error error = co_await admin.create_partitions("t", 3, false);
    CHECK(error.is(ClientCode::kNotSupported));
  });
}
