#include "broker/net/session.h"

#include <sys/socket.h>

#include <algorithm>
#include <asio/buffer.hpp>
#include <cerrno>

#include "broker/net/session_set.h"
#include "broker/net/socket_writer.h"
#include "common/base/check.h"
#include "common/base/log.h"
#include "common/net/frame.h"

namespace leat::net {
namespace {

// A connection that keeps its socket full yields the thread after this much.
constexpr std::size_t kBytesPerTurn = 1 << 20;

}  // namespace

Session::Session(asio::ip::tcp::socket socket, IoThread& thread, api::Services& services,
                 MemoryBudget& budget, SessionSet& set, const SessionLimits& limits,
                 api::Endpoint advertised, std::string listener, ReplyQueue::Total& unanswered,
                 ConnectionCount::Slot slot)
    : socket_(std::move(socket)),
      thread_(thread),
      services_(services),
      budget_(budget),
      set_(set),
      limits_(limits),
      advertised_(std::move(advertised)),
      slot_(std::move(slot)),
      replies_(unanswered),
      last_activity_(system_clock().monotonic()) {
  client_.listener = std::move(listener);
  asio::error_code ignored;
  const auto peer = socket_.remote_endpoint(ignored);
  if (!ignored) client_.address = peer.address().to_string();
}

Session::~Session() {
  if (granted_bytes_ > 0) budget_.release(granted_bytes_);
}

void Session::start() {
  set_.add(shared_from_this());
  wait_for_bytes();
}

void Session::close(std::string_view why) {
  if (closed_) return;
  closed_ = true;
  LOG_DEBUG("closing connection peer={} why={}", client_.address, why);
  asio::error_code ignored;
  socket_.close(ignored);
  slot_.give_back();
  set_.remove(this);
  for (auto& parked : std::exchange(parked_, {})) parked.on_close();
  // Whoever still works for this connection must not count against the others.
  replies_.abandon();
}

void Session::drain() {
  draining_ = true;
  flush();
}

bool Session::may_handle() const {
  if (closed_ || draining_ || writing_ || holds_ > 0 || !parked_.empty()) return false;
  // The request at the front that has to be called again has its place already.
  const std::size_t ahead = replies_.waiting() - (retry_slot_ ? 1 : 0);
  // A connection that waits for nothing is always served, so that its own reply lets it go on.
  return ahead == 0 || (ahead < limits_.max_pipelined &&
                        replies_.waiting_everywhere() < limits_.max_unanswered);
}

bool Session::may_read() const {
  return may_handle() || (!parked_.empty() && holds_ == 0 && inbox_.empty());
}

// --- reading ---

void Session::continue_reading() {
  if (closed_ || draining_ || reading_ || writing_ || waiting_for_memory_ || !may_read()) return;
  wait_for_bytes();
}

void Session::wait_for_bytes() {
  reading_ = true;
  // Not beyond the end of a large frame, or its buffer would have to grow for a few bytes.
  const std::size_t most = inbox_.room() > 0 ? std::min(inbox_.room(), first_bytes_.size())
                                             : first_bytes_.size();
  socket_.async_read_some(asio::buffer(first_bytes_, most),
                          [self = shared_from_this()](const asio::error_code& error, std::size_t n) {
                            self->reading_ = false;
                            if (self->closed_) return;
                            if (error) return self->close("peer closed");
                            self->on_first_bytes(n);
                          });
}

void Session::on_first_bytes(std::size_t n) {
  last_activity_ = system_clock().monotonic();
  bytes_since_sweep_ += n;
  if (inbox_.empty() && may_handle()) {
    const MutableByteView scratch = thread_.scratch();
    if (closed_) return;
    std::memcpy(scratch.data(), first_bytes_.data(), n);
    read_through_scratch(scratch, n);
    return;
  }
  // Nothing is read while a frame is held, so that its bytes stay where they are.
  LEAT_CHECK(kept_frame_bytes_ == 0, "bytes arrived behind a frame that is held");
  inbox_.append(ByteView(first_bytes_).first(n));
  read_into_inbox();
}

Session::Received Session::receive(MutableByteView into, std::size_t& received) {
  while (true) {
    const ssize_t n = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_DONTWAIT);
    if (n > 0) {
      received = static_cast<std::size_t>(n);
      bytes_since_sweep_ += received;
      return Received::kSome;
    }
    if (n == 0) return Received::kClosed;
    if (errno == EAGAIN) return Received::kWouldBlock;
    if (errno != EINTR) return Received::kClosed;
  }
}

// The first `end` bytes of the free scratch buffer are this session's. Alternates between receiving
// and handling until the socket has no more. Frames that were gathered stay where they are; when
// the room behind them is used up they are run, and what is left of a frame moves to the front.
void Session::read_through_scratch(MutableByteView scratch, std::size_t end) {
  // A short first read means that the socket was emptied.
  bool more = end >= first_bytes_.size();
  std::size_t begin = 0;
  std::size_t turn = end;
  while (!closed_) {
    std::size_t n = 0;
    if (more && end < scratch.size()) {
      const Received got = receive(scratch.subspan(end), n);
      if (got == Received::kClosed) return close("peer closed");
      more = got == Received::kSome && n == scratch.size() - end;
      end += n;
      turn += n;
    }
    const Progress progress = handle_frames(scratch.subspan(begin, end - begin), /*kept=*/false);
    begin += progress.used;
    thread_.keep_scratch(scratch.data() + begin);
    if (closed_) return;
    const bool stuck = progress.keep_frame || !may_handle() || progress.used == 0;
    if (stuck || !more || turn >= kBytesPerTurn) {
      stash(scratch.subspan(begin, end - begin));
      break;
    }
    run_gathered();
    if (closed_) return;
    std::memmove(scratch.data(), scratch.data() + begin, end - begin);
    end -= begin;
    begin = 0;
  }
  flush();
  run_inbox();
}

void Session::stash(MutableByteView rest) {
  if (rest.empty()) return;
  inbox_.append(rest);
}

bool Session::get_memory_for(std::size_t frame_bytes) {
  if (frame_bytes <= IoThread::kScratchBytes || granted_bytes_ >= frame_bytes) return true;
  const std::uint64_t wanted = frame_bytes - granted_bytes_;
  waiting_for_memory_ = !budget_.acquire(wanted, &thread_, [self = shared_from_this(), wanted] {
    self->waiting_for_memory_ = false;
    self->granted_bytes_ += wanted;
    if (!self->closed_) self->run_inbox();
  });
  if (waiting_for_memory_) return false;
  granted_bytes_ += wanted;
  return true;
}

void Session::read_into_inbox() {
  while (!closed_ && inbox_.room() > 0) {
    std::size_t n = 0;
    const Received got = receive(inbox_.tail(), n);
    if (got == Received::kClosed) return close("peer closed");
    if (got == Received::kWouldBlock) break;
    inbox_.grew(n);
  }
  run_inbox();
}

// Afterwards no frame of this session is needed any more.
void Session::run_gathered() {
  if (gathered_in_ == thread_.gather().round()) thread_.gather().run();
}

bool Session::has_frame_to_handle() {
  return !inbox_.empty() && may_handle() &&
         scan_frame(inbox_.view(), limits_.max_frame_bytes).state == FrameState::kComplete;
}

// Handles what lies in the inbox as far as it goes, then waits for what is missing.
void Session::run_inbox() {
  while (!inbox_.empty() && may_handle()) {
    const Progress progress = handle_frames(inbox_.view(), /*kept=*/true);
    run_gathered();  // before its frames go
    if (closed_) return;
    inbox_.consume(progress.used);
    if (progress.used == 0 && !progress.keep_frame) break;
  }
  flush();
  if (closed_) return;
  if (inbox_.empty() && granted_bytes_ > 0) {
    budget_.release(std::exchange(granted_bytes_, 0));
  }
  if (waiting_for_memory_) return;
  if (has_frame_to_handle()) {
    // max_pipelined requests were answered; other connections get their turn before the next ones.
    thread_.post([self = shared_from_this()] { self->go_on(); });
    return;
  }
  if (!inbox_.empty() && may_handle()) {
    const FrameScan scan = scan_frame(inbox_.view(), limits_.max_frame_bytes);
    if (!get_memory_for(scan.total)) return;
    inbox_.reserve(scan.total);
  }
  continue_reading();
}

void Session::go_on() {
  if (!closed_) run_inbox();
}

// --- handling ---

Session::Progress Session::handle_frames(MutableByteView data, bool kept) {
  Progress progress;
  in_handler_ = true;
  while (may_handle()) {
    const MutableByteView rest = data.subspan(progress.used);
    const FrameScan scan = scan_frame(rest, limits_.max_frame_bytes);
    if (scan.state == FrameState::kInvalid) {
      in_handler_ = false;
      close("the frame's size is outside the limit");
      return progress;
    }
    if (scan.state == FrameState::kIncomplete) break;
    const bool another = scan_frame(rest.subspan(scan.total), limits_.max_frame_bytes).state ==
                         FrameState::kComplete;
    const api::Handled handled =
        dispatch(rest.subspan(kFrameHeaderBytes, scan.total - kFrameHeaderBytes), kept, another);
    if (handled == api::Handled::kKeepFrame) progress.keep_frame = !closed_;
    if (handled != api::Handled::kDone) break;
    retry_slot_.reset();
    if (holds_ > 0 && kept) {
      kept_frame_bytes_ = scan.total;
      break;
    }
    progress.used += scan.total;
  }
  in_handler_ = false;
  return progress;
}

// Anything but a produce request takes effect behind those of this connection that were gathered.
api::Handled Session::dispatch(MutableByteView frame, bool kept, bool another) {
  auto header = wire::decode_request_header(frame);
  if (!header.ok()) {
    close(message(header.status()));
    return api::Handled::kDone;
  }
  if (!retry_slot_) retry_slot_ = replies_.open_slot();
  api::Request request;
  request.body = frame.subspan(header->body_offset);
  request.header = *std::move(header);
  request.frame_is_kept = kept;
  api::AppendGather& gather = thread_.gather();
  if (request.header.api_key == ApiKey::kProduce && gather.wants(another)) {
    request.gather = &gather;
    gathered_in_ = gather.round();
  } else {
    run_gathered();
  }
  request.slot = *retry_slot_;
  request.connection = shared_from_this();
  return api::handle(services_, request);
}

void Session::release() {
  if (--holds_ > 0 || closed_) return;
  if (kept_frame_bytes_ > 0) inbox_.consume(std::exchange(kept_frame_bytes_, 0));
  run_inbox();
}

void Session::park(std::uint64_t slot, Task on_close) {
  parked_.push_back({slot, std::move(on_close)});
  replies_.park();
}

void Session::unpark(std::uint64_t slot) {
  if (std::erase_if(parked_, [slot](const Parked& p) { return p.slot == slot; }) > 0) {
    replies_.unpark();
  }
}

// --- replying ---

void Session::reply(std::uint64_t slot, Payload payload) {
  if (closed_) return;
  replies_.fill(slot, std::move(payload));
  if (in_handler_ || flush_posted_) return;
  // Replies that become due together leave together.
  flush_posted_ = true;
  thread_.post([self = shared_from_this()] { self->flush_posted(); });
}

void Session::flush_posted() {
  flush_posted_ = false;
  if (closed_) return;
  flush();
  // Not reading: a limit stopped it.
  if (!closed_ && (!reading_ || draining_)) run_inbox();
}

void Session::flush() {
  if (closed_ || writing_) return;
  out_.append(replies_.take_ready());
  if (!out_.empty()) {
    const std::uint64_t before = out_.size();
    auto progress = send_some(socket_.native_handle(), out_);
    if (!progress.ok()) return close(message(progress.status()));
    if (out_.size() < before) last_activity_ = system_clock().monotonic();
    if (*progress == WriteProgress::kWouldBlock) return wait_for_room();
  }
  if (draining_ && replies_.waiting() == 0) close("shutting down");
}

void Session::wait_for_room() {
  writing_ = true;
  socket_.async_wait(asio::ip::tcp::socket::wait_write,
                     [self = shared_from_this()](const asio::error_code& error) {
                       self->writing_ = false;
                       if (self->closed_) return;
                       if (error) return self->close("peer closed");
                       self->flush();
                       if (!self->writing_ && !self->closed_) self->run_inbox();
                     });
}

}  // namespace leat::net
