#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/base/bytes.h"
#include "common/protocol/codec.h"
#include "common/protocol/header.h"

// A Kafka client that hides nothing: one socket, one thread, every byte under the test's control.
// A call that cannot go on (time-out, closed where an answer is due) fails the test.
namespace leat::test {

class WireClient {
 public:
  static constexpr auto kPatience = std::chrono::seconds(20);

  WireClient(const std::string& host, std::uint16_t port);
  WireClient(WireClient&& other) noexcept;
  WireClient& operator=(WireClient&& other) noexcept;
  ~WireClient();

  // The answer to one request. Records in it point into the client and last until the next answer.
  template <class Request>
  typename Request::Response call(const Request& request, wire::Version version) {
    send(request, version);
    return receive<typename Request::Response>(version);
  }
  template <class Request>
  void send(const Request& request, wire::Version version) {
    send_bytes(encode(request, version));
  }
  template <class Response>
  Response receive(wire::Version version) {
    return decode<Response>(read_frame_or_fail(), version);
  }
  // The whole frame of a request, size included, with the next correlation id.
  template <class Request>
  Bytes encode(const Request& request, wire::Version version) {
    return flatten(wire::encode_request(request, version, ++sent_, client_id));
  }
  template <class Response>
  Response decode(Bytes frame, wire::Version version) {
    Response response;
    decode_into(std::move(frame), Response::schema(), ApiKey{Response::kKey}, version,
                reinterpret_cast<std::byte*>(&response));
    return response;
  }

  void send_bytes(ByteView bytes);
  // What the socket takes until it is full for `patience`; for peers that do not read.
  std::size_t send_what_fits(ByteView bytes, std::chrono::milliseconds patience);
  void send_text(std::string_view text) { send_bytes(as_bytes(text)); }
  void close_sending();
  // The next answer without its size; nullopt when the broker closed the connection.
  std::optional<Bytes> read_frame();
  // True once the broker closed without sending anything more; false after `patience`.
  bool is_closed(std::chrono::milliseconds patience = kPatience);
  // True when nothing has come.
  bool is_silent() const;
  // How many answers have been read: correlation ids are checked against it.
  std::int32_t answers() const { return answered_; }

  std::optional<std::string> client_id = "wire-client";

 private:
  Bytes flatten(StatusOr<Payload> frame) const;
  Bytes read_frame_or_fail();
  void decode_into(Bytes frame, const wire::MessageSpec& spec, ApiKey key, wire::Version version,
                   std::byte* message);
  // False when the broker closed.
  bool read_exactly(MutableByteView into);
  bool wait_readable(std::chrono::milliseconds patience) const;

  int socket_ = -1;
  std::int32_t sent_ = 0;
  std::int32_t answered_ = 0;
  Bytes last_frame_;
};

}  // namespace leat::test
