#pragma once

#include <absl/functional/any_invocable.h>

#include <asio/any_io_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "client/client_options.h"
#include "client/error.h"
#include "common/net/frame.h"
#include "common/protocol/api_keys.h"
#include "common/protocol/codec.h"
#include "common/protocol/messages/18_api_versions.h"

namespace leat {

// A decoded answer and the bytes that its Records point into.
template <class Response>
class Reply {
 public:
  SharedBytes frame;
  Response body;
};

class CallOptions {
 public:
  CallOptions() = default;
  explicit CallOptions(std::optional<Duration> t, wire::Version max = wire::kMaxVersion)
      : timeout(t), max_version(max) {}

  std::optional<Duration> timeout;  // nullopt: ClientOptions::request_timeout
  wire::Version max_version = wire::kMaxVersion;
};

// One TCP connection to one broker. Requests are pipelined: they leave in the order of the calls,
// and each gets its answer when it comes. A request that is not answered in time ends the
// connection, as in Kafka's own clients, because every answer behind it would be late as well.
// Use it on its executor only.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // Receives what follows the response header, or the reason why there is nothing.
  using Handler = absl::AnyInvocable<void(Result<SharedBytes>)>;

  // Connects and asks for the broker's API versions: version 4 first, 0 when that is refused
  // (KIP-511). kConnectFailed, kTimedOut, kDisconnected, kBadAnswer.
  static asio::awaitable<Result<std::shared_ptr<Connection>>> open(asio::any_io_executor executor,
                                                                   Endpoint endpoint,
                                                                   ClientOptions options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The highest version both sides speak, at most `cap`; kNotSupported says who lacks what.
  Result<wire::Version> pick_version(const wire::MessageSpec& request, wire::Version cap) const;

  // Sends and waits. kInvalidInput when the request cannot be written in the common version.
  template <class Request>
  asio::awaitable<Result<Reply<typename Request::Response>>> call(Request request,
                                                                  CallOptions options = {});

  // The same without waiting: `handler` runs later on the executor, exactly once. The request has
  // its place in the order when this returns.
  template <class Request>
  void start(const Request& request, CallOptions options,
             absl::AnyInvocable<void(Result<Reply<typename Request::Response>>)> handler);

  // For requests that have no answer (Produce with acks=0): `written` runs later on the executor,
  // once the request was handed to the kernel or could not be.
  template <class Request>
  void start_unanswered(const Request& request, CallOptions options,
                        absl::AnyInvocable<void(Error)> written);

  // Ends it; everything that waits fails with `reason`. Idempotent.
  void close(Error reason);
  bool is_open() const { return !closed_; }
  const Endpoint& endpoint() const { return endpoint_; }
  const std::vector<ApiVersionsResponse::Api>& apis() const { return apis_; }
  const ApiVersionsResponse& versions() const { return versions_; }

 private:
  struct Pending {
    std::int32_t correlation_id;
    ApiKey api_key;
    wire::Version version;
    MonotonicTime deadline;
    Handler handler;
  };

  struct Outgoing {
    Payload frame;
    Handler written;  // empty for a request that is answered
  };

  Connection(asio::any_io_executor executor, Endpoint endpoint, ClientOptions options);
  asio::awaitable<Error> connect();
  asio::awaitable<Error> connect_socket();
  asio::awaitable<asio::error_code> connect_to_one_of(
      const asio::ip::tcp::resolver::results_type& addresses, const bool& gave_up);
  asio::awaitable<Error> negotiate();
  asio::awaitable<Result<ApiVersionsResponse>> ask_versions(wire::Version version);

  Result<Payload> encode_frame(const wire::MessageSpec& spec, const std::byte* message,
                               wire::Version version);
  void submit(const wire::MessageSpec& spec, const std::byte* message, wire::Version version,
              Duration timeout, Handler handler);
  void submit_unanswered(const wire::MessageSpec& spec, const std::byte* message,
                         wire::Version version, Handler written);
  asio::awaitable<Result<SharedBytes>> exchange(const wire::MessageSpec& spec,
                                                const std::byte* message, wire::Version version,
                                                Duration timeout);
  void enqueue(Payload frame, Handler written = {});
  void finish_written(Outgoing& out);
  asio::awaitable<void> write_loop(std::shared_ptr<Connection> self);
  asio::awaitable<void> read_loop(std::shared_ptr<Connection> self);
  Error dispatch(const SharedBytes& frame);
  void finish(Handler handler, Result<SharedBytes> result);
  void arm_timer();

  asio::any_io_executor executor_;
  Endpoint endpoint_;
  ClientOptions options_;
  asio::ip::tcp::socket socket_;
  net::FrameReader reader_;
  asio::steady_timer timer_;
  bool timer_armed_ = false;
  bool writing_ = false;
  bool closed_ = false;
  Error close_reason_;
  std::int32_t next_correlation_id_ = 0;
  std::deque<Pending> pending_;
  std::vector<Outgoing> outgoing_;
  ApiVersionsResponse versions_;
  std::vector<ApiVersionsResponse::Api> apis_;  // sorted by key
};

// The answer's frame decoded as version `version` of Response.
template <class Response>
Result<Reply<Response>> decode_reply(Result<SharedBytes> answer, wire::Version version) {
  if (!answer.ok()) return answer.error();
  Reply<Response> reply;
  reply.frame = *std::move(answer);
  const Status decoded = wire::decode_into(reply.frame.view(), version, reply.body);
  if (!decoded.ok())
    return Error::make(ClientCode::kBadAnswer, "{} v{}: {}", Response::schema().name, version,
                       message(decoded));
  return reply;
}

template <class Request>
asio::awaitable<Result<Reply<typename Request::Response>>> Connection::call(Request request,
                                                                            CallOptions options) {
  const Result<wire::Version> version = pick_version(Request::schema(), options.max_version);
  if (!version.ok()) co_return version.error();
  const auto keep = shared_from_this();
  Result<SharedBytes> answer = co_await exchange(
      Request::schema(), reinterpret_cast<const std::byte*>(&request), *version,
      options.timeout.value_or(options_.request_timeout));
  co_return decode_reply<typename Request::Response>(std::move(answer), *version);
}

template <class Request>
void Connection::start(const Request& request, CallOptions options,
                       absl::AnyInvocable<void(Result<Reply<typename Request::Response>>)> handler) {
  const Result<wire::Version> version = pick_version(Request::schema(), options.max_version);
  const wire::Version v = version.ok() ? *version : wire::Version{0};
  Handler decode = [handler = std::move(handler), v](Result<SharedBytes> answer) mutable {
    handler(decode_reply<typename Request::Response>(std::move(answer), v));
  };
  if (!version.ok()) return finish(std::move(decode), version.error());
  submit(Request::schema(), reinterpret_cast<const std::byte*>(&request), v,
         options.timeout.value_or(options_.request_timeout), std::move(decode));
}

template <class Request>
void Connection::start_unanswered(const Request& request, CallOptions options,
                                  absl::AnyInvocable<void(Error)> written) {
  const Result<wire::Version> version = pick_version(Request::schema(), options.max_version);
  Handler report = [written = std::move(written)](Result<SharedBytes> result) mutable {
    written(result.error());
  };
  if (!version.ok()) return finish(std::move(report), version.error());
  submit_unanswered(Request::schema(), reinterpret_cast<const std::byte*>(&request), *version,
                    std::move(report));
}

}  // namespace leat
