#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "client/client_options.h"
#include "client/connection.h"
#include "client/error.h"
#include "client/metadata_cache.h"
#include "client/retry.h"
#include "client/signal.h"

namespace leat {

using ConnectionPtr = std::shared_ptr<Connection>;

// A cluster as one program sees it: one connection per broker, made when it is needed, and the
// metadata that says which broker to ask. Producer, Consumer and Admin share one.
//
// No threads of its own: everything runs on the executor it was made with, and all calls are made
// there. Its coroutines keep it alive until they end; close() makes them end.
class Client : public std::enable_shared_from_this<Client> {
 public:
  static std::shared_ptr<Client> make(asio::any_io_executor executor, ClientOptions options);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Reaches a broker of the bootstrap list and learns the cluster. kConnectFailed names each broker
  // tried and why it failed. Not required before other calls.
  asio::awaitable<Error> connect();

  // A broker answers what comes behind a fetch that waits only after it: long polls go over a
  // connection of their own.
  enum class Use { kCalls, kLongPolls };
  // An open connection to this node, to the controller, to anyone.
  asio::awaitable<Result<ConnectionPtr>> to_node(std::int32_t node, Use use = Use::kCalls);
  asio::awaitable<Result<ConnectionPtr>> to_controller();
  asio::awaitable<Result<ConnectionPtr>> to_any();

  // The topic from the cache while it is younger than metadata_max_age, else asked for. Retries
  // what may pass, a topic without leaders included, for 5 seconds or request_timeout if that is
  // shorter; an unknown topic is retried only where `auto_create` asked the broker to make it.
  asio::awaitable<Result<TopicMetadataPtr>> topic(std::string name, bool auto_create = false);
  // One Metadata request for these topics, all topics when nullopt; updates the cache.
  asio::awaitable<Result<MetadataResponse>> fetch_metadata(
      std::optional<std::vector<std::string>> topics, bool auto_create = false);

  // Asks the given broker. See Connection::call.
  template <class Request>
  asio::awaitable<Result<Reply<typename Request::Response>>> call(std::int32_t node, Request request,
                                                                  CallOptions options = {});

  MetadataCache& metadata() { return metadata_; }
  const ClientOptions& options() const { return options_; }
  const asio::any_io_executor& executor() const { return executor_; }

  // Closes every connection; what waits fails with kClosed. Idempotent.
  void close();
  bool is_closed() const { return closed_; }

 private:
  Client(asio::any_io_executor executor, ClientOptions options);
  asio::awaitable<Result<ConnectionPtr>> bootstrap();
  asio::awaitable<Result<ConnectionPtr>> dial(std::string key, Endpoint endpoint);

  asio::any_io_executor executor_;
  ClientOptions options_;
  MetadataCache metadata_;
  std::map<std::string, ConnectionPtr> connections_;  // by address and use, open or just closed
  std::map<std::string, bool> dialing_;
  Signal dialed_;
  bool closed_ = false;
};

template <class Request>
asio::awaitable<Result<Reply<typename Request::Response>>> Client::call(std::int32_t node,
                                                                        Request request,
                                                                        CallOptions options) {
  const auto keep = shared_from_this();
  const Result<ConnectionPtr> connection = co_await to_node(node);
  if (!connection.ok()) co_return connection.error();
  co_return co_await (*connection)->call(std::move(request), options);
}

}  // namespace leat
