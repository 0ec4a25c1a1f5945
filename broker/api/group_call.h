#pragma once

#include <memory>
#include <utility>

#include "broker/api/request.h"
#include "broker/api/services.h"
#include "broker/topics/group/coordinator.h"

namespace leat::api {

// A request that the group coordinator answers later; shared by the callbacks that carry it.
template <class Message>
struct GroupCall {
  Reply reply;
  Message message;
  wire::Version version = 0;

  template <class Response>
  void answer(Response response) {
    reply.post(std::move(response));
  }
};

inline topics::ClientSoftware software_of(const Request& request) {
  const ClientInfo& client = request.connection->client();
  return {client.software_name, client.software_version};
}

// Decodes and calls `call(Services&, std::shared_ptr<GroupCall<Message>>)`. The connection is not
// held: what comes behind a parked JoinGroup is worked on, its reply waits its turn.
template <class Message, class Call>
Handled to_coordinator(Services& services, Request& request, Call call) {
  auto decoded = wire::decode<Message>(request.body, request.header.version);
  if (!decoded.ok()) {
    request.connection->close(message(decoded.status()));
    return Handled::kDone;
  }
  call(services, std::make_shared<GroupCall<Message>>(GroupCall<Message>{
                     request.make_reply(), *std::move(decoded), request.header.version}));
  return Handled::kDone;
}

}  // namespace leat::api
