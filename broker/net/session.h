#pragma once

#include <asio/ip/tcp.hpp>
#include <array>
#include <memory>
#include <vector>

#include "broker/api/handlers.h"
#include "broker/api/request.h"
#include "broker/net/connection_count.h"
#include "broker/net/input_buffer.h"
#include "broker/net/io_thread.h"
#include "broker/net/memory_budget.h"
#include "broker/net/reply_queue.h"
#include "common/net/frame.h"

namespace leat::net {

class SessionSet;

struct SessionLimits {
  std::size_t max_frame_bytes = 100u << 20;
  std::size_t max_pipelined = 64;        // unanswered requests of one connection
  std::int64_t max_unanswered = 4096;    // of all, parked ones aside; each may still have one
};

// One connection, on one thread for its whole life.
//
// Reading: between requests a session owns only `first_bytes_`, 1 KiB. When they arrive the rest is
// received into the thread's scratch buffer, every complete frame there is handled where it lies,
// as plain function calls, and the replies are sent at the end with one system call. Produce
// requests may stay there until those of other connections have joined them (api/append_gather.h).
// (The scratch buffer is never given to an asynchronous read: Asio may complete a read early and
// run another session's handler before this one's.) What is left of a frame moves to `inbox_`.
//
// Writing: directly; a session waits for writability only after the socket was full, and neither
// reads nor handles meanwhile, so that a peer that does not take its replies is not served more.
//
// While a request is parked the session reads on, until there is something, only to learn when the
// peer closes.
class Session final : public api::Connection, public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, IoThread& thread, api::Services& services,
          MemoryBudget& budget, SessionSet& set, const SessionLimits& limits,
          api::Endpoint advertised, std::string listener, ReplyQueue::Total& unanswered,
          ConnectionCount::Slot slot);
  ~Session() override;

  void start();
  // No more requests are read; closes once the replies in hand are sent.
  void drain();

  Executor& executor() override { return thread_; }
  const api::Endpoint& advertised() const override { return advertised_; }
  api::ClientInfo& client() override { return client_; }
  bool closed() const override { return closed_; }
  void reply(std::uint64_t slot, Payload payload) override;
  void close(std::string_view why) override;
  void hold() override { ++holds_; }
  void release() override;
  void park(std::uint64_t slot, Task on_close) override;
  void unpark(std::uint64_t slot) override;

  // For the sweep over idle connections.
  MonotonicTime last_activity() const { return last_activity_; }
  //
  // The rest of a frame is awaited from the peer; not while the session itself does not read, be it
  // for memory, for room in the socket or because of what is unanswered.
  bool awaits_rest_of_frame() const { return reading_ && !inbox_.empty(); }
  // Of the frame whose rest is awaited; 0 while unknown.
  std::size_t frame_bytes() { return scan_frame(inbox_.view(), limits_.max_frame_bytes).total; }
  // Nothing is in hand, or the peer takes no replies.
  bool is_idle() const { return writing_ || (inbox_.empty() && replies_.waiting() == 0); }
  std::uint64_t bytes_since_sweep() { return std::exchange(bytes_since_sweep_, 0); }

 private:
  enum class Received { kSome, kWouldBlock, kClosed };
  struct Progress {
    std::size_t used = 0;
    bool keep_frame = false;  // call again with the same bytes, kept
  };

  void wait_for_bytes();
  void on_first_bytes(std::size_t n);
  void read_through_scratch(MutableByteView scratch, std::size_t end);
  void read_into_inbox();
  Received receive(MutableByteView into, std::size_t& received);
  Progress handle_frames(MutableByteView data, bool kept);
  api::Handled dispatch(MutableByteView frame, bool kept, bool another);
  void run_inbox();
  void run_gathered();
  bool has_frame_to_handle();
  void go_on();
  void stash(MutableByteView rest);
  bool get_memory_for(std::size_t frame_bytes);
  void continue_reading();
  void flush();
  void flush_posted();
  void wait_for_room();
  bool may_handle() const;
  bool may_read() const;

  asio::ip::tcp::socket socket_;
  IoThread& thread_;
  api::Services& services_;
  MemoryBudget& budget_;
  SessionSet& set_;
  const SessionLimits& limits_;
  const api::Endpoint advertised_;
  api::ClientInfo client_;
  ConnectionCount::Slot slot_;

  std::array<std::byte, 1024> first_bytes_;
  InputBuffer inbox_;
  std::uint64_t granted_bytes_ = 0;  // of the budget, for inbox_
  ReplyQueue replies_;
  struct Parked {
    std::uint64_t slot;
    Task on_close;
  };
  std::vector<Parked> parked_;
  Payload out_;
  std::optional<std::uint64_t> retry_slot_;  // of the frame at the front, when it is called again
  std::size_t kept_frame_bytes_ = 0;         // handled, but held: consumed on release
  int holds_ = 0;
  // The round of the thread's gather that may have requests of this session.
  std::uint64_t gathered_in_ = 0;
  bool reading_ = false;   // an asynchronous read is outstanding
  bool writing_ = false;   // waiting for writability
  bool waiting_for_memory_ = false;
  bool in_handler_ = false;  // replies are gathered, not sent one by one
  bool flush_posted_ = false;
  bool draining_ = false;
  bool closed_ = false;
  MonotonicTime last_activity_;
  std::uint64_t bytes_since_sweep_ = 0;
};

}  // namespace leat::net
