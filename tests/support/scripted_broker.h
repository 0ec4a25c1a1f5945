#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "client/client_options.h"
#include "client/spawn.h"
#include "common/net/frame.h"
#include "common/protocol/header.h"
#include "common/protocol/messages/18_api_versions.h"
#include "tests/support/catch.h"

namespace leat::test {

// A broker whose answers the test writes. All on one event loop.
class ScriptedBroker {
 public:
  // From a request's header and frame to the bytes that go back: empty for silence, nullopt hangs up.
  using Script = std::function<std::optional<Bytes>(const wire::RequestHeader&, ByteView frame)>;

  ScriptedBroker(asio::io_context& io, Script script)
      : io_(io),
        acceptor_(io, {asio::ip::address_v4::loopback(), 0}),
        endpoint_("127.0.0.1", acceptor_.local_endpoint().port()),
        script_(std::move(script)) {
    spawn(io.get_executor(), accept());
  }
  Endpoint endpoint() const { return endpoint_; }
  void stop() { acceptor_.close(); }

  template <class Response>
  static Bytes answer(const Response& body, const wire::RequestHeader& header) {
    const auto payload = wire::encode_response(body, header.version, header.correlation_id);
    REQUIRE(payload.ok());
    return flatten(*payload);
  }
  static bool is_versions(const wire::RequestHeader& header) {
    return static_cast<std::int16_t>(header.api_key) == ApiVersionsRequest::kKey;
  }
  // The ApiVersions answer of a broker that serves these requests, in every version there is.
  template <class... Requests>
  static Bytes serve(const wire::RequestHeader& header) {
    ApiVersionsResponse body;
    (add_api(body, Requests::schema()), ...);
    return answer(body, header);
  }
  template <class Request>
  static Request decode(const wire::RequestHeader& header, ByteView frame) {
    auto request = wire::decode<Request>(frame.subspan(header.body_offset), header.version);
    REQUIRE(request.ok());
    return *std::move(request);
  }

 private:
  static void add_api(ApiVersionsResponse& body, const wire::MessageSpec& request) {
    ApiVersionsResponse::Api& api = body.api_keys.emplace_back();
    api.api_key = request.key;
    api.min_version = request.valid.from;
    api.max_version = request.valid.to;
  }
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
      const std::optional<Bytes> reply = script_(*header, frame->view());
      if (!reply) co_return;
      const std::vector<asio::const_buffer> parts{asio::buffer(reply->data(), reply->size())};
      const Status written = co_await net::write_all(*socket, parts);
      if (!written.ok()) co_return;
    }
  }

  asio::io_context& io_;
  asio::ip::tcp::acceptor acceptor_;
  const Endpoint endpoint_;
  Script script_;
};

}  // namespace leat::test
