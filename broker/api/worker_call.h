#pragma once

#include <utility>

#include "broker/api/request.h"
#include "broker/api/services.h"

namespace leat::api {

// What a handler on a worker may know of the request besides its body.
struct CallInfo {
  wire::Version version = 0;
  Endpoint advertised;
  std::string listener;
};

// For requests that change something or read the disk: decodes here, runs
// `call(Services&, const Message&, const CallInfo&)` on a worker and answers with what it returns.
// The connection is held meanwhile, so that its next request sees the effect.
template <class Message, class Call>
Handled on_worker(Services& services, Request& request, Call call) {
  auto decoded = wire::decode<Message>(request.body, request.header.version);
  if (!decoded.ok()) {
    request.connection->close(message(decoded.status()));
    return Handled::kDone;
  }
  CallInfo info{request.header.version, request.connection->advertised(),
                request.connection->client().listener};
  services.workers->submit([&services, call, info = std::move(info), reply = request.make_reply(),
                            hold = Hold(request.connection),
                            decoded = *std::move(decoded)]() mutable {
    reply.post(call(services, decoded, info));
    hold.release();
  });
  return Handled::kDone;
}

// The same on the connection's thread, for what neither blocks nor takes long.
template <class Message, class Call>
Handled right_here(Services& services, Request& request, Call call) {
  auto decoded = wire::decode<Message>(request.body, request.header.version);
  if (!decoded.ok()) {
    request.connection->close(message(decoded.status()));
    return Handled::kDone;
  }
  const CallInfo info{request.header.version, request.connection->advertised(),
                      request.connection->client().listener};
  request.make_reply().send(call(services, *decoded, info));
  return Handled::kDone;
}

}  // namespace leat::api
