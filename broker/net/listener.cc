#include "broker/net/listener.h"

#include <asio/ip/v6_only.hpp>

#include "common/base/log.h"
#include "common/net/address.h"
#include "common/net/congestion_control.h"

namespace leat::net {
namespace {

constexpr auto kPauseAfterAcceptError = std::chrono::milliseconds(100);

StatusOr<asio::ip::tcp::endpoint> resolve(asio::io_context& io, const Listener& listener) {
  if (listener.host.empty()) return asio::ip::tcp::endpoint(asio::ip::tcp::v6(), listener.port);
  asio::error_code error;
  asio::ip::tcp::resolver resolver(io);
  const auto found = resolver.resolve(listener.host, std::to_string(listener.port),
                                      asio::ip::tcp::resolver::passive, error);
  if (error || found.empty()) {
    return invalid_argument("listener {}: cannot resolve host '{}': {}", to_string(listener),
                            listener.host, error.message());
  }
  return found.begin()->endpoint();
}

}  // namespace

Acceptor::Acceptor(ServerContext& context, Listener listener, std::optional<HostPort> advertised,
                   ListenOptions options)
    : context_(context),
      listener_(std::move(listener)),
      advertised_(std::move(advertised)),
      options_(std::move(options)),
      acceptor_(context.threads->front()->io()),
      pause_(context.threads->front()->io()) {}

Status Acceptor::listen() {
  ASSIGN_OR_RETURN(const auto endpoint, resolve(context_.threads->front()->io(), listener_));
  asio::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (error) return unavailable("listener {}: {}", to_string(listener_), error.message());
  acceptor_.set_option(asio::ip::tcp::acceptor::reuse_address(true), error);
  if (endpoint.address().is_v6()) {
    // An empty host serves both families; a literal IPv6 one only its own.
    acceptor_.set_option(asio::ip::v6_only(!listener_.host.empty()), error);
  }
  RETURN_IF_ERROR(choose_congestion_control());
  acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(options_.backlog, error);
  if (error == asio::error::address_in_use) {
    return failed_precondition("listener {}: the port is in use by another process; stop it, or "
                               "choose another with --listen HOST:PORT", to_string(listener_));
  }
  if (error) return unavailable("listener {}: {}", to_string(listener_), error.message());
  port_ = acceptor_.local_endpoint().port();
  return {};
}

// Before listening: a connection that was made with BBR is paced for good, whatever it is told
// later.
Status Acceptor::choose_congestion_control() {
  const int fd = acceptor_.native_handle();
  if (!options_.congestion_control.empty()) {
    const Status set = set_congestion_control(fd, options_.congestion_control);
    return set.ok() ? set : with_context(set, "leat.tcp.congestion.control");
  }
  const std::string before = congestion_control(fd);
  avoid_pacing(fd);
  if (congestion_control(fd) != before) default_for_others_ = before;
  return {};
}

std::string Acceptor::bound_address() const {
  const bool v6 = listener_.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", listener_.host.empty() ? "*" : listener_.host,
                     v6 ? "]" : "", port_);
}

void Acceptor::start() { accept_next(); }

void Acceptor::stop() {
  context_.threads->front()->post([this] {
    asio::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
}

void Acceptor::accept_next() {
  const std::size_t thread = next_thread_++ % context_.threads->size();
  acceptor_.async_accept(
      (*context_.threads)[thread]->io(),
      [this, thread](const asio::error_code& error, asio::ip::tcp::socket socket) {
        if (error == asio::error::operation_aborted || !acceptor_.is_open()) return;
        if (!error) {
          accepted(std::move(socket), thread);
          return accept_next();
        }
        LOG_WARN("accept failed, pausing listener={} error={}", listener_.name, error.message());
        pause_.expires_after(kPauseAfterAcceptError);
        pause_.async_wait([this](const asio::error_code& stopped) {
          if (!stopped) accept_next();
        });
      });
}

api::Endpoint Acceptor::endpoint_for(const asio::ip::tcp::socket& socket) const {
  if (advertised_) return {advertised_->host, advertised_->port == 0 ? port_ : advertised_->port};
  asio::error_code error;
  const auto local = socket.local_endpoint(error);  // unspecified on error
  return {unmapped(local.address()).to_string(), local.port()};
}

void Acceptor::accepted(asio::ip::tcp::socket socket, std::size_t thread) {
  asio::error_code ignored;
  const asio::ip::address peer = socket.remote_endpoint(ignored).address();
  auto [slot, reached] = context_.connections.take(peer, context_.connection_limits());
  if (!reached.empty()) {
    LOG_WARN("connection refused: {} reached peer={}", reached, peer.to_string());
    return;
  }
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (!default_for_others_.empty() &&
      !is_same_machine(peer, socket.local_endpoint(ignored).address()))
    static_cast<void>(set_congestion_control(socket.native_handle(), default_for_others_));
  socket.non_blocking(true, ignored);
  IoThread& target = *(*context_.threads)[thread];
  api::Endpoint endpoint = endpoint_for(socket);
  auto session = std::make_shared<Session>(std::move(socket), target, *context_.services,
                                           *context_.budget, *(*context_.sets)[thread],
                                           context_.limits, std::move(endpoint), listener_.name,
                                           context_.unanswered, std::move(slot));
  target.post([session = std::move(session)] { session->start(); });
}

}  // namespace leat::net
