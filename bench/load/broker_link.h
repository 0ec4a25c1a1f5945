#pragma once

#include <string>

#include "bench/load/settings.h"
#include "bench/support.h"
#include "common/protocol/header.h"

namespace leat::bench {

// One blocking connection to the broker. One thread at a time. What fails ends the program, unless
// said otherwise: a benchmark that met an error has no figures.
class BrokerLink {
 public:
  explicit BrokerLink(const Settings& settings);

  // One request, one answer.
  template <class Request>
  typename Request::Response call(const Request& request, wire::Version version) {
    auto reply = try_call(request, version);
    if (!reply.ok()) fail(reply.status());
    return std::move(*reply);
  }
  // The same; a broker that closes the connection is an error that is returned. The link is of no
  // further use then.
  template <class Request>
  StatusOr<typename Request::Response> try_call(const Request& request, wire::Version version) {
    auto frame = wire::encode_request(request, version, ++correlation_id_, "leat-bench");
    if (!frame.ok()) return frame.status();
    RETURN_IF_ERROR(send_all(flatten(*frame)));
    auto answer = receive_frame();
    if (!answer.ok()) return answer.status();
    const auto header =
        wire::decode_response_header(*answer, static_cast<ApiKey>(Request::kKey), version);
    if (!header.ok()) return header.status();
    return wire::decode<typename Request::Response>(ByteView(*answer).subspan(header->body_offset),
                                                    version);
  }

  Status send_all(ByteView bytes);
  // Without its size; valid until the next call.
  StatusOr<ByteView> receive_frame();

  const Fd& fd() const { return fd_; }
  Fd release() { return std::move(fd_); }

  [[noreturn]] static void fail(const Status& status);

 private:
  Fd fd_;
  std::int32_t correlation_id_ = 0;
  Bytes frame_;
};

// A blocking socket to the broker with TCP_NODELAY; -1 (in Fd) when it does not answer.
Fd dial(const Settings& settings);

}  // namespace leat::bench
