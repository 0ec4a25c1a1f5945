#include "common/net/frame.h"

#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <utility>

namespace leat::net {
namespace {

constexpr std::size_t kScratchBytes = 64 * 1024;

Status socket_error(const asio::error_code& error) {
  if (error == asio::error::eof) return unavailable("the peer closed the connection");
  return unavailable("{}", error.message());
}

}  // namespace

FrameScan scan_frame(ByteView buffer, std::size_t max_body) {
  FrameScan scan;
  if (buffer.size() < kFrameHeaderBytes) return scan;
  scan.claimed = load_be<std::int32_t>(buffer.data());
  if (scan.claimed < 0 || static_cast<std::size_t>(scan.claimed) > max_body) {
    scan.state = FrameState::kInvalid;
    return scan;
  }
  scan.total = kFrameHeaderBytes + static_cast<std::size_t>(scan.claimed);
  if (buffer.size() < scan.total) return scan;
  scan.state = FrameState::kComplete;
  scan.body = buffer.subspan(kFrameHeaderBytes, scan.total - kFrameHeaderBytes);
  return scan;
}

FrameReader::FrameReader(asio::ip::tcp::socket& socket, std::size_t max_body)
    : socket_(socket), max_body_(max_body), scratch_(kScratchBytes) {}

asio::awaitable<StatusOr<SharedBytes>> FrameReader::next() {
  for (;;) {
    const ByteView arrived = ByteView(scratch_).subspan(begin_, end_ - begin_);
    const FrameScan scan = scan_frame(arrived, max_body_);
    if (scan.state == FrameState::kInvalid)
      co_return corruption("a frame of {} bytes is outside the limit of {}", scan.claimed,
                           max_body_);
    if (scan.state == FrameState::kComplete) {
      begin_ += scan.total;
      co_return SharedBytes(Bytes(scan.body.begin(), scan.body.end()));
    }
    if (scan.total > scratch_.size()) co_return co_await read_rest(scan.total);
    const Status filled = co_await fill();
    if (!filled.ok()) co_return filled;
  }
}

asio::awaitable<StatusOr<SharedBytes>> FrameReader::read_rest(std::size_t total) {
  Bytes body(total - kFrameHeaderBytes);
  const std::size_t have = end_ - begin_ - kFrameHeaderBytes;
  std::memcpy(body.data(), scratch_.data() + begin_ + kFrameHeaderBytes, have);
  begin_ = end_ = 0;
  asio::error_code error;
  co_await asio::async_read(socket_, asio::buffer(body.data() + have, body.size() - have),
                            asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return socket_error(error);
  co_return SharedBytes(std::move(body));
}

asio::awaitable<Status> FrameReader::fill() {
  if (begin_ > 0) {
    std::memmove(scratch_.data(), scratch_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  asio::error_code error;
  const std::size_t count = co_await socket_.async_read_some(
      asio::buffer(scratch_.data() + end_, scratch_.size() - end_),
      asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return socket_error(error);
  end_ += count;
  co_return Status();
}

asio::awaitable<Status> write_all(asio::ip::tcp::socket& socket,
                                  std::span<const asio::const_buffer> parts) {
  asio::error_code error;
  co_await asio::async_write(socket, parts, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return socket_error(error);
  co_return Status();
}

}  // namespace leat::net
