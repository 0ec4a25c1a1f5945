#pragma once

#include <memory>
#include <string>

#include "client/client.h"

namespace leat {

// A connection to the broker that coordinates a group, apart from the client's others: answers come
// in the order of requests, so that behind a fetch that waits for records, or a JoinGroup that waits
// for other members, everything else would wait too. Its executor only.
class CoordinatorLink {
 public:
  CoordinatorLink(std::shared_ptr<Client> client, std::string group);
  ~CoordinatorLink();
  CoordinatorLink(const CoordinatorLink&) = delete;
  CoordinatorLink& operator=(const CoordinatorLink&) = delete;

  // The open connection, or FindCoordinator and a new one. One attempt: the caller backs off.
  asio::awaitable<Result<ConnectionPtr>> connect();
  // Null while there is none.
  ConnectionPtr current() const;
  // Ends the connection, and what waits on it with `reason`; the next connect() asks again.
  void forget(Error reason);

  // One request by the open or a new connection.
  template <class Request>
  asio::awaitable<Result<typename Request::Response>> call(Request request,
                                                           CallOptions options = {});

 private:
  asio::awaitable<Result<Endpoint>> find();
  asio::awaitable<Result<ConnectionPtr>> dial();

  std::shared_ptr<Client> client_;
  std::string group_;
  ConnectionPtr connection_;
  bool dialing_ = false;
  Signal dialed_;
};

template <class Request>
asio::awaitable<Result<typename Request::Response>> CoordinatorLink::call(Request request,
                                                                          CallOptions options) {
  const Result<ConnectionPtr> connection = co_await connect();
  if (!connection.ok()) co_return connection.error();
  Result<Reply<typename Request::Response>> reply =
      co_await (*connection)->call(std::move(request), options);
  if (!reply.ok()) co_return reply.error();
  co_return std::move(reply->body);
}

}  // namespace leat
