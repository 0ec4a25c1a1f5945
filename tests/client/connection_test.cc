#include "client/connection.h"

#include <asio/io_context.hpp>

#include <functional>

#include "client/client.h"
#include "client/spawn.h"
#include "common/protocol/messages/03_metadata.h"
#include "common/protocol/messages/20_delete_topics.h"
#include "tests/support/catch.h"
#include "tests/support/scripted_broker.h"

using namespace leat;
using leat::test::ScriptedBroker;
using namespace std::chrono_literals;

namespace {

// Metadata 0-13 and nothing else.
Bytes versions(const wire::RequestHeader& header) {
  return ScriptedBroker::serve<MetadataRequest>(header);
}

MetadataRequest metadata_of(std::string name) {
  MetadataRequest request;
  request.topics->emplace_back().name = std::move(name);
  return request;
}

// Answers with the topic that was asked for.
Bytes echo_topic(const wire::RequestHeader& header, ByteView frame) {
  const auto request =
      wire::decode<MetadataRequest>(frame.subspan(header.body_offset), header.version);
  REQUIRE(request.ok());
  MetadataResponse body;
  body.topics.emplace_back().name = request->topics->front().name;
  return ScriptedBroker::answer(body, header);
}

// Runs `test` with a connection to a broker that follows `script`, to its end.
using Test = std::function<asio::awaitable<void>(ConnectionPtr)>;
Error with_connection(ScriptedBroker::Script script, ClientOptions options, Test test) {
  asio::io_context io;
  ScriptedBroker broker(io, std::move(script));
  Error result;
  auto run = [&]() -> asio::awaitable<void> {
    Endpoint endpoint = broker.endpoint();
    const Result<ConnectionPtr> opened =
        co_await Connection::open(io.get_executor(), std::move(endpoint), options);
    result = opened.error();
    if (opened.ok() && test) co_await test(*opened);
    if (opened.ok()) (*opened)->close(Error());
    broker.stop();
  };
  spawn(io.get_executor(), run());
  io.run_for(30s);
  return result;
}

}  // namespace

TEST_CASE("a broker that does not know ApiVersions 4 is asked again in version 0", "[unit]") {
  std::vector<wire::Version> asked;
  const auto script = [&](const wire::RequestHeader& header, ByteView) {
    asked.push_back(header.version);
    if (header.version == 0) return versions(header);
    wire::RequestHeader old = header;
    old.version = 0;
    ApiVersionsResponse refusal;
    refusal.error_code = wire_code(ErrorCode::kUnsupportedVersion);
    return ScriptedBroker::answer(refusal, old);
  };
  CHECK(with_connection(script, {}, {}).ok());
  CHECK(asked == std::vector<wire::Version>{4, 0});
}

TEST_CASE("pipelined requests get their own answers", "[unit]") {
  const auto script = [](const wire::RequestHeader& header, ByteView frame) {
    return ScriptedBroker::is_versions(header) ? versions(header) : echo_topic(header, frame);
  };
  std::string order;
  const auto test = [&](ConnectionPtr connection) -> asio::awaitable<void> {
    Signal done(co_await asio::this_coro::executor);
    for (const std::string name : {"a", "b", "c"})
      connection->start<MetadataRequest>(metadata_of(name), {},
                                         [&](Result<Reply<MetadataResponse>> reply) {
                                           order += *reply->body.topics.front().name;
                                           done.notify_all();
                                         });
    CHECK(order.empty());  // never inside the call
    while (order.size() < 3) co_await done.wait();
  };
  CHECK(with_connection(script, {}, test).ok());
  CHECK(order == "abc");
}

TEST_CASE("a request without an answer in time ends the connection and all that waits", "[unit]") {
  const auto script = [](const wire::RequestHeader& header, ByteView) {
    return ScriptedBroker::is_versions(header) ? versions(header) : Bytes();
  };
  ClientOptions options;
  options.request_timeout = 20ms;
  bool checked = false;
  const auto test = [&](ConnectionPtr connection) -> asio::awaitable<void> {
    const auto reply = co_await connection->call(metadata_of("a"));
    CHECK(reply.error().is(ClientCode::kTimedOut));
    CHECK_FALSE(connection->is_open());
    const auto late = co_await connection->call(metadata_of("b"));
    CHECK(late.error().is(ClientCode::kTimedOut));
    checked = true;
  };
  CHECK(with_connection(script, options, test).ok());
  CHECK(checked);
}

TEST_CASE("an API or version the broker lacks is named before anything is sent", "[unit]") {
  const auto script = [](const wire::RequestHeader& header, ByteView) {
    return versions(header);
  };
  bool checked = false;
  const auto test = [&](ConnectionPtr connection) -> asio::awaitable<void> {
    const auto reply = co_await connection->call(DeleteTopicsRequest());
    CHECK(reply.error().is(ClientCode::kNotSupported));
    CHECK_THAT(reply.error().text(), ContainsSubstring("does not serve DeleteTopicsRequest"));
    CHECK(*connection->pick_version(MetadataRequest::schema(), 9) == 9);
    checked = true;
  };
  CHECK(with_connection(script, {}, test).ok());
  CHECK(checked);
}

TEST_CASE("an answer that breaks the protocol ends the connection", "[unit]") {
  const std::vector<Bytes> answers = [] {
    Bytes negative, wrong_id, garbage;
    append_be<std::int32_t>(negative, -5);
    append_be<std::int32_t>(wrong_id, 8);
    append_be<std::int64_t>(wrong_id, 0x7777777700000000);
    append_be<std::int32_t>(garbage, 0x48545450);  // "HTTP"
    return std::vector<Bytes>{negative, wrong_id, garbage};
  }();
  for (const Bytes& bytes : answers) {
    const Error error =
        with_connection([&](const wire::RequestHeader&, ByteView) { return bytes; }, {}, {});
    INFO(error.describe());
    CHECK(error.is(ClientCode::kBadAnswer));
  }
}

TEST_CASE("nobody listening is a failure to connect that names the address", "[unit]") {
  asio::io_context io;
  ClientOptions options;
  options.bootstrap.emplace_back("127.0.0.1", std::uint16_t{1});
  const auto client = Client::make(io.get_executor(), options);
  Error error;
  auto run = [&]() -> asio::awaitable<void> { error = co_await client->connect(); };
  spawn(io.get_executor(), run());
  io.run_for(30s);
  CHECK(error.is(ClientCode::kConnectFailed));
  CHECK_THAT(error.text(), ContainsSubstring("127.0.0.1:1"));
}
