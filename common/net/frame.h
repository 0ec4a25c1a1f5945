#pragma once

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <cstddef>
#include <span>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/status.h"

// Kafka's framing: every request and response is a big-endian int32 size and that many bytes
// (https://kafka.apache.org/protocol#protocol_common).
namespace leat::net {

inline constexpr std::size_t kFrameHeaderBytes = 4;

enum class FrameState {
  kIncomplete,  // more bytes are needed; `total` says how many in all once the size is known
  kComplete,    // `body` is the frame without its size; the next one starts at `total`
  kInvalid,     // the size is negative or over the limit: close the connection
};

// What lies at the front of a buffer.
struct FrameScan {
  FrameState state = FrameState::kIncomplete;
  ByteView body;            // borrowed from the scanned buffer; only when kComplete
  std::size_t total = 0;    // bytes of the whole frame with its size; 0 while unknown
  std::int32_t claimed = 0; // the size as it was written, for messages
};

// Looks at the first frame of `buffer` without consuming it. Pure.
FrameScan scan_frame(ByteView buffer, std::size_t max_body);

// Reads frames from a socket one after the other: small ones share one read, a large one is read
// straight into the memory it is handed out in. One coroutine at a time; the socket outlives it.
class FrameReader {
 public:
  FrameReader(asio::ip::tcp::socket& socket, std::size_t max_body);

  // The body of the next frame. unavailable when the peer closed or the socket failed, corruption
  // when the size cannot be right; after an error the connection is of no further use.
  asio::awaitable<StatusOr<SharedBytes>> next();

 private:
  asio::awaitable<StatusOr<SharedBytes>> read_rest(std::size_t total);
  asio::awaitable<Status> fill();

  asio::ip::tcp::socket& socket_;
  std::size_t max_body_;
  Bytes scratch_;
  std::size_t begin_ = 0;  // scratch_[begin_, end_) has arrived and is not consumed
  std::size_t end_ = 0;
};

// Writes all of `parts`, in order. unavailable when the socket failed.
asio::awaitable<Status> write_all(asio::ip::tcp::socket& socket,
                                  std::span<const asio::const_buffer> parts);

}  // namespace leat::net
