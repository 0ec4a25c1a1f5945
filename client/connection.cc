#include "client/connection.h"

#include <asio/post.hpp>
#include <asio/redirect_error.hpp>

#include <algorithm>
#include <limits>

#include "client/signal.h"
#include "client/spawn.h"
#include "common/base/version.h"
#include "common/net/congestion_control.h"
#include "common/protocol/header.h"

namespace leat {
namespace {

constexpr wire::Version kFirstVersionsTried = 4;
constexpr std::int16_t kUnsupportedVersion = wire_code(ErrorCode::kUnsupportedVersion);
constexpr std::string_view kSoftwareName = "leat";

}  // namespace

Connection::Connection(asio::any_io_executor executor, Endpoint endpoint, ClientOptions options)
    : executor_(std::move(executor)),
      endpoint_(std::move(endpoint)),
      options_(std::move(options)),
      socket_(executor_),
      reader_(socket_, options_.max_response_bytes),
      timer_(executor_) {}

Connection::~Connection() = default;

asio::awaitable<Result<std::shared_ptr<Connection>>> Connection::open(
    asio::any_io_executor executor, Endpoint endpoint, ClientOptions options) {
  std::shared_ptr<Connection> connection(
      new Connection(std::move(executor), std::move(endpoint), std::move(options)));
  const Error error = co_await connection->connect();
  if (error.ok()) co_return connection;
  connection->close(error);
  co_return error.with_context(to_string(connection->endpoint_));
}

asio::awaitable<Error> Connection::connect() {
  CO_RETURN_IF_ERROR(co_await connect_socket());
  auto self = shared_from_this();
  spawn(executor_, read_loop(std::move(self)));
  co_return co_await negotiate();
}

// The first that answers. `gave_up` becomes true when the socket was closed for taking too long.
asio::awaitable<asio::error_code> Connection::connect_to_one_of(
    const asio::ip::tcp::resolver::results_type& addresses, const bool& gave_up) {
  asio::error_code error = asio::error::host_not_found;
  for (const auto& address : addresses) {
    const asio::ip::tcp::endpoint endpoint = address.endpoint();
    socket_.close(error);
    socket_.open(endpoint.protocol(), error);
    if (error) continue;
    if (endpoint.address().is_loopback()) net::avoid_pacing(socket_.native_handle());
    co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
    if (!error || gave_up) break;
  }
  co_return error;
}

asio::awaitable<Error> Connection::connect_socket() {
  // A timer that closes both bounds resolving and connecting together.
  asio::ip::tcp::resolver resolver(executor_);
  asio::steady_timer limit(executor_, options_.connect_timeout);
  bool expired = false;
  auto give_up = [&](const asio::error_code& error) {
    if (error) return;
    expired = true;
    resolver.cancel();
    asio::error_code ignored;
    socket_.close(ignored);
  };
  limit.async_wait(give_up);
  asio::error_code error;
  const auto addresses =
      co_await resolver.async_resolve(endpoint_.host, std::to_string(endpoint_.port),
                                      asio::redirect_error(asio::use_awaitable, error));
  if (!error && !expired) error = co_await connect_to_one_of(addresses, expired);
  if (limit.cancel() == 0 && !expired) co_await sleep_for(Duration(0));
  if (expired)
    co_return Error::make(ClientCode::kConnectFailed, "no connection within {} ms",
                          options_.connect_timeout / std::chrono::milliseconds(1));
  if (error) co_return Error::make(ClientCode::kConnectFailed, "{}", error.message());
  socket_.set_option(asio::ip::tcp::no_delay(true), error);
  co_return Error();
}

asio::awaitable<Error> Connection::negotiate() {
  Result<ApiVersionsResponse> answer = co_await ask_versions(kFirstVersionsTried);
  if (answer.ok() && answer->error_code == kUnsupportedVersion)
    answer = co_await ask_versions(0);
  if (!answer.ok()) co_return answer.error();
  if (answer->error_code != 0)
    co_return Error::kafka(answer->error_code).with_context("ApiVersions");
  versions_ = *std::move(answer);
  apis_ = versions_.api_keys;
  std::sort(apis_.begin(), apis_.end(),
            [](const auto& a, const auto& b) { return a.api_key < b.api_key; });
  co_return Error();
}

asio::awaitable<Result<ApiVersionsResponse>> Connection::ask_versions(wire::Version version) {
  ApiVersionsRequest request;
  request.client_software_name = kSoftwareName;
  request.client_software_version = kVersion;
  const Result<SharedBytes> answer =
      co_await exchange(ApiVersionsRequest::schema(), reinterpret_cast<const std::byte*>(&request),
                        version, options_.connect_timeout);
  if (!answer.ok()) co_return answer.error();
  // A broker that does not know the version answers in version 0, which begins like every other:
  // the error code alone tells the two apart.
  const ByteView body = answer->view();
  const bool refused = body.size() >= 2 && load_be<std::int16_t>(body.data()) == kUnsupportedVersion;
  StatusOr<ApiVersionsResponse> decoded =
      wire::decode<ApiVersionsResponse>(body, refused ? wire::Version{0} : version);
  if (!decoded.ok())
    co_return Error::make(ClientCode::kBadAnswer,
                          "this does not answer like a Kafka broker: {}", message(decoded.status()));
  co_return *std::move(decoded);
}

Result<wire::Version> Connection::pick_version(const wire::MessageSpec& request,
                                               wire::Version cap) const {
  const auto api = std::lower_bound(
      apis_.begin(), apis_.end(), request.key,
      [](const ApiVersionsResponse::Api& a, std::int16_t key) { return a.api_key < key; });
  if (api == apis_.end() || api->api_key != request.key)
    return Error::make(ClientCode::kNotSupported, "the broker at {} does not serve {} (API key {})",
                       to_string(endpoint_), request.name, request.key);
  const wire::Version most = std::min({request.valid.to, api->max_version, cap});
  if (most < std::max(request.valid.from, api->min_version))
    return Error::make(ClientCode::kNotSupported,
                       "the broker at {} serves {} in versions {} to {}, this client speaks {} to {}",
                       to_string(endpoint_), request.name, api->min_version, api->max_version,
                       request.valid.from, std::min(request.valid.to, cap));
  return most;
}

Result<Payload> Connection::encode_frame(const wire::MessageSpec& spec, const std::byte* body,
                                         wire::Version version) {
  StatusOr<Payload> frame =
      wire::encode_request(spec, body, version, next_correlation_id_, options_.client_id);
  if (!frame.ok())
    return Error::make(ClientCode::kInvalidInput, "{} v{}: {}", spec.name, version,
                       message(frame.status()));
  if (frame->size() > options_.max_request_bytes)
    return Error::make(ClientCode::kInvalidInput, "{} of {} bytes: brokers take requests up to {}",
                       spec.name, frame->size(), options_.max_request_bytes);
  next_correlation_id_ = next_correlation_id_ == std::numeric_limits<std::int32_t>::max()
                             ? 0
                             : next_correlation_id_ + 1;
  return *std::move(frame);
}

void Connection::submit(const wire::MessageSpec& spec, const std::byte* body, wire::Version version,
                        Duration timeout, Handler handler) {
  if (closed_) return finish(std::move(handler), close_reason_);
  const std::int32_t correlation_id = next_correlation_id_;
  Result<Payload> frame = encode_frame(spec, body, version);
  if (!frame.ok()) return finish(std::move(handler), frame.error());
  pending_.push_back(Pending{correlation_id, static_cast<ApiKey>(spec.key), version,
                             monotonic_now() + timeout, std::move(handler)});
  enqueue(*std::move(frame));
  if (!timer_armed_) arm_timer();
}

void Connection::submit_unanswered(const wire::MessageSpec& spec, const std::byte* body,
                                   wire::Version version, Handler written) {
  if (closed_) return finish(std::move(written), close_reason_);
  Result<Payload> frame = encode_frame(spec, body, version);
  if (!frame.ok()) return finish(std::move(written), frame.error());
  enqueue(*std::move(frame), std::move(written));
}

asio::awaitable<Result<SharedBytes>> Connection::exchange(const wire::MessageSpec& spec,
                                                          const std::byte* body,
                                                          wire::Version version, Duration timeout) {
  auto initiate = [this, at = &spec, body, version, timeout](auto handler) {
    submit(*at, body, version, timeout, std::move(handler));
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Result<SharedBytes>)>(
      std::move(initiate), asio::use_awaitable);
}

void Connection::enqueue(Payload frame, Handler written) {
  outgoing_.push_back(Outgoing{std::move(frame), std::move(written)});
  if (writing_) return;
  writing_ = true;
  spawn(executor_, write_loop(shared_from_this()));
}

asio::awaitable<void> Connection::write_loop(std::shared_ptr<Connection> self) {
  std::vector<Outgoing> batch;
  std::vector<asio::const_buffer> parts;
  while (!outgoing_.empty() && !closed_) {
    batch.clear();
    parts.clear();
    batch.swap(outgoing_);
    for (const Outgoing& out : batch)
      for (const Payload::Piece& piece : out.frame.pieces()) {
        const ByteView bytes = std::get<SharedBytes>(piece).view();
        parts.emplace_back(bytes.data(), bytes.size());
      }
    const Status written = co_await net::write_all(socket_, parts);
    if (!written.ok()) close(Error::make(ClientCode::kDisconnected, "{}", message(written)));
    for (Outgoing& out : batch) finish_written(out);
  }
  for (Outgoing& out : outgoing_) finish_written(out);
  outgoing_.clear();
  writing_ = false;
}

void Connection::finish_written(Outgoing& out) {
  if (!out.written) return;
  if (closed_) finish(std::move(out.written), close_reason_);
  else finish(std::move(out.written), SharedBytes());
}

asio::awaitable<void> Connection::read_loop(std::shared_ptr<Connection> self) {
  while (!closed_) {
    const StatusOr<SharedBytes> frame = co_await reader_.next();
    Error error;
    if (frame.ok())
      error = dispatch(*frame);
    else
      error = Error::make(is_corruption(frame.status()) ? ClientCode::kBadAnswer
                                                        : ClientCode::kDisconnected,
                          "{}", message(frame.status()));
    if (!error.ok()) close(error);
  }
}

Error Connection::dispatch(const SharedBytes& frame) {
  if (pending_.empty()) return Error::make(ClientCode::kBadAnswer, "an answer to no request");
  const StatusOr<wire::ResponseHeader> header = wire::decode_response_header(
      frame.view(), pending_.front().api_key, pending_.front().version);
  if (!header.ok()) return Error::make(ClientCode::kBadAnswer, "{}", message(header.status()));
  if (header->correlation_id != pending_.front().correlation_id)
    return Error::make(ClientCode::kBadAnswer, "an answer out of order: correlation id {}, not {}",
                       header->correlation_id, pending_.front().correlation_id);
  Handler handler = std::move(pending_.front().handler);
  pending_.pop_front();
  finish(std::move(handler), frame.slice(header->body_offset, frame.size() - header->body_offset));
  return Error();
}

// Never runs a handler inside the caller: it may close this connection, or call it again.
void Connection::finish(Handler handler, Result<SharedBytes> result) {
  asio::post(executor_, [handler = std::move(handler), result = std::move(result)]() mutable {
    handler(std::move(result));
  });
}

void Connection::arm_timer() {
  MonotonicTime earliest = MonotonicTime::max();
  for (const Pending& pending : pending_) earliest = std::min(earliest, pending.deadline);
  timer_armed_ = earliest != MonotonicTime::max();
  if (!timer_armed_) return;
  timer_.expires_at(earliest);
  timer_.async_wait([weak = weak_from_this()](const asio::error_code& error) {
    const auto self = weak.lock();
    if (error || !self || self->closed_) return;
    const bool late =
        std::any_of(self->pending_.begin(), self->pending_.end(),
                    [at = monotonic_now()](const Pending& p) { return p.deadline <= at; });
    if (late) self->close(Error::make(ClientCode::kTimedOut, "no answer in time"));
    else self->arm_timer();
  });
}

void Connection::close(Error reason) {
  if (closed_) return;
  closed_ = true;
  close_reason_ = reason.ok() ? Error::make(ClientCode::kClosed, "the connection was closed")
                              : reason.with_context(to_string(endpoint_));
  asio::error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
  for (Pending& pending : std::exchange(pending_, {}))
    finish(std::move(pending.handler), close_reason_);
}

}  // namespace leat
