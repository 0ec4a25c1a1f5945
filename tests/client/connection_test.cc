#include "client/connection.h"

#include <asio/io_context.hpp>
#include <asio/redirect_error.hpp>

#include <functional>

#include "client/client.h"
#include "client/spawn.h"
#include "common/protocol/header.h"
#include "common/protocol/messages/03_metadata.h"
#include "common/protocol/messages/20_delete_topics.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace std::chrono_literals;

namespace {

// One connection of a broker whose answers the test writes. All on one event loop.
class ScriptedBroker {
 public:
  // From a request's header and frame to the bytes that go back, none for silence.
  using Script = std::function<Bytes(const wire::RequestHeader&, ByteView frame)>;

  ScriptedBroker(asio::io_context& io, Script script)
      : io_(io), acceptor_(io, {asio::ip::address_v4::loopback(), 0}), script_(std::move(script)) {
    spawn(io.get_executor(), accept());
  }
  Endpoint endpoint() const { return Endpoint("127.0.0.1", acceptor_.local_endpoint().port()); }
  void stop() { acceptor_.close(); }

  template <class Response>
  static Bytes answer(const Response& body, const wire::RequestHeader& header) {
    const auto payload = wire::encode_response(body, header.version, header.correlation_id);
    REQUIRE(payload.ok());
    Bytes bytes;
    for (const auto& piece : payload->pieces()) append(bytes, std::get<SharedBytes>(piece).view());
    return bytes;
  }
  // Metadata 0-13 and nothing else.
  static Bytes versions(const wire::RequestHeader& header) {
    ApiVersionsResponse body;
    ApiVersionsResponse::Api& metadata = body.api_keys.emplace_back();
    metadata.api_key = MetadataRequest::kKey;
    metadata.max_version = 13;
    return answer(body, header);
  }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      asio::error_code error;
      auto socket = std::make_shared<asio::ip::tcp::socket>(io_);
      co_await acceptor_.async_accept(*socket, asio::redirect_error(asio::use_awaitable, error));
      if (error) co_return;
      spawn(io_.get_executor(), serve(socket));
    }
  }
  asio::awaitable<void> serve(std::shared_ptr<asio::ip::tcp::socket> socket) {
    net::FrameReader reader(*socket, 1 << 20);
    for (;;) {
      const StatusOr<SharedBytes> frame = co_await reader.next();
      if (!frame.ok()) co_return;
      const auto header = wire::decode_request_header(frame->view());
      if (!header.ok()) co_return;
      const Bytes reply = script_(*header, frame->view());
      const std::vector<asio::const_buffer> parts{asio::buffer(reply.data(), reply.size())};
      const Status written = co_await net::write_all(*socket, parts);
      if (!written.ok()) co_return;
    }
  }

  asio::io_context& io_;
  asio::ip::tcp::acceptor acceptor_;
  Script script_;
};

bool is_versions(const wire::RequestHeader& header) {
  return static_cast<std::int16_t>(header.api_key) == ApiVersionsRequest::kKey;
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
    if (header.version == 0) return ScriptedBroker::versions(header);
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
    return is_versions(header) ? ScriptedBroker::versions(header) : echo_topic(header, frame);
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
    return is_versions(header) ? ScriptedBroker::versions(header) : Bytes();
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
    return ScriptedBroker::versions(header);
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
