#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/base/executor.h"
#include "common/base/ids.h"
#include "common/base/payload.h"
#include "common/protocol/api_keys.h"
#include "common/protocol/codec.h"
#include "common/protocol/header.h"

// What a handler sees of a request and of the connection it came on; no sockets here.
namespace leat::api {

class AppendGather;

// Where a connection ended up: what clients are told of the broker's address (one and the same for
// every API on a connection).
struct Endpoint {
  std::string host;
  std::int32_t port = 0;
};

struct ClientInfo {
  std::string software_name;     // from ApiVersions v3+; empty before
  std::string software_version;
  std::string address;           // peer, without port
  std::string listener;          // name of the listener it arrived on
};

// One connection, as handlers use it. All calls on its own executor's thread, but for those marked.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual Executor& executor() = 0;                       // any thread
  virtual const Endpoint& advertised() const = 0;         // constant
  virtual ClientInfo& client() = 0;
  virtual bool closed() const = 0;
  // The reply of the request that was given `slot`; an empty payload: none is due (acks=0).
  virtual void reply(std::uint64_t slot, Payload payload) = 0;
  // Closes without an answer, as Kafka does for what cannot be answered.
  virtual void close(std::string_view why) = 0;
  // No further frame is handled until as many releases as holds.
  virtual void hold() = 0;
  virtual void release() = 0;
  // The request of `slot` waits for something that may be long in coming, until `unpark`. It is no
  // work in hand meanwhile, and no further frame is handled. When the connection closes first,
  // `on_close` runs, within `close`, and `unpark` is not called for.
  virtual void park(std::uint64_t slot, Task on_close) = 0;
  virtual void unpark(std::uint64_t slot) = 0;
};

// Keeps the connection's next request from beginning. Move-only; letting go resumes it on the
// connection's thread. Any thread.
class Hold {
 public:
  Hold() = default;
  explicit Hold(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {
    connection_->hold();
  }
  Hold(Hold&&) noexcept = default;
  Hold& operator=(Hold&& other) noexcept {
    release();
    connection_ = std::move(other.connection_);
    return *this;
  }
  ~Hold() { release(); }
  bool held() const { return connection_ != nullptr; }
  void release() {
    if (!connection_) return;
    auto& executor = connection_->executor();
    executor.post([c = std::move(connection_)] { c->release(); });
  }

 private:
  std::shared_ptr<Connection> connection_;
};

// The duty to answer one request. Move-only, answered once; on the connection's thread, except
// post_*, which may be called from any thread.
class Reply {
 public:
  Reply(std::shared_ptr<Connection> connection, std::uint64_t slot, const wire::RequestHeader& header)
      : connection_(std::move(connection)),
        slot_(slot),
        version_(header.version),
        correlation_id_(header.correlation_id) {}
  Reply(Reply&&) noexcept = default;
  Reply& operator=(Reply&&) noexcept = default;

  template <class Response>
  void send(const Response& response) {
    auto frame = wire::encode_response(response, version_, correlation_id_);
    if (!frame.ok()) return connection_->close(message(frame.status()));
    connection_->reply(slot_, *std::move(frame));
  }
  template <class Response>
  void post(Response response) {
    auto& executor = connection_->executor();
    executor.post([reply = std::move(*this), response = std::move(response)]() mutable {
      reply.send(response);
    });
  }
  void send_nothing() { connection_->reply(slot_, Payload()); }
  void close(std::string_view why) { connection_->close(why); }
  void park(Task on_close) { connection_->park(slot_, std::move(on_close)); }
  void unpark() { connection_->unpark(slot_); }

  const std::shared_ptr<Connection>& connection() const { return connection_; }
  wire::Version version() const { return version_; }

 private:
  std::shared_ptr<Connection> connection_;
  std::uint64_t slot_;
  wire::Version version_;
  std::int32_t correlation_id_;
};

// A decoded header and the body's bytes. The bytes are the connection's and last until the handler
// returns; a handler that needs them longer returns kKeepFrame, is called again with a frame that
// is kept, and takes a Hold: the bytes then last until the Hold is released.
struct Request {
  wire::RequestHeader header;
  MutableByteView body;
  bool frame_is_kept = false;
  // When set, a produce request may be added to it, and its bytes last until `gather->run()`; one
  // that is not added runs it first.
  AppendGather* gather = nullptr;
  std::shared_ptr<Connection> connection;
  std::uint64_t slot = 0;

  Reply make_reply() const { return Reply(connection, slot, header); }
};

enum class Handled {
  kDone,       // answered, or somebody holds the Reply
  kKeepFrame,  // nothing happened yet: keep the frame and call again at once
  kRetry,      // nothing happened yet and a Hold was taken: call again once it is released
};

}  // namespace leat::api
