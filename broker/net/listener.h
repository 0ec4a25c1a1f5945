#pragma once

#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/net/session_set.h"
#include "broker/options/broker_options.h"

namespace leat::net {

// What all connections of the broker share. Outlives them.
struct ServerContext {
  api::Services* services = nullptr;
  MemoryBudget* budget = nullptr;
  std::vector<std::unique_ptr<IoThread>>* threads = nullptr;
  std::vector<std::unique_ptr<SessionSet>>* sets = nullptr;  // one per thread
  SessionLimits limits;
  std::function<ConnectionCount::Limits()> connection_limits;  // as they are now
  ConnectionCount connections;
  ReplyQueue::Total unanswered{0};
};

struct ListenOptions {
  int backlog = 0;
  // Of accepted connections; empty: the kernel's default, but what avoid_pacing says for peers on
  // this machine.
  std::string congestion_control;
};

// Accepts on one address and hands connections to the threads in turn. An accept that fails is
// logged and tried again after a pause; the loop never ends by itself.
class Acceptor {
 public:
  // `advertised`: nullopt tells clients the local address on which they arrived.
  Acceptor(ServerContext& context, Listener listener, std::optional<HostPort> advertised,
           ListenOptions options);

  // Binds and listens; port 0 picks one. failed_precondition when the address is in use.
  Status listen();
  void start();
  // On any thread; the loop's thread must still run or have ended.
  void stop();
  // "HOST:PORT" as bound.
  std::string bound_address() const;
  std::uint16_t port() const { return port_; }

 private:
  Status choose_congestion_control();
  void accept_next();
  void accepted(asio::ip::tcp::socket socket, std::size_t thread);
  api::Endpoint endpoint_for(const asio::ip::tcp::socket& socket) const;

  ServerContext& context_;
  const Listener listener_;
  const std::optional<HostPort> advertised_;
  const ListenOptions options_;
  asio::ip::tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::size_t next_thread_ = 0;
  std::uint16_t port_ = 0;
  std::string default_for_others_;  // for peers elsewhere, when connections inherit another one
};

}  // namespace leat::net
