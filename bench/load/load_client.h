#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "bench/load/fetch_frame.h"
#include "bench/support.h"

namespace leat::bench {

// What has arrived on a socket and is not consumed; frames are handed out in place.
class ReceiveBuffer {
 public:
  explicit ReceiveBuffer(std::size_t capacity) : capacity_(capacity) {}

  // One recv(). False when there was nothing; ends the program when the peer is gone.
  bool receive(int fd);
  // The next whole frame without its size; valid until the next receive().
  std::optional<ByteView> next_frame();

 private:
  std::size_t frame_total() const;  // of the first frame; 0 while unknown
  void make_room();

  std::size_t capacity_;
  std::unique_ptr<std::byte[]> bytes_;  // made at the first receive(): an idle one is free
  std::size_t begin_ = 0, end_ = 0;
};

// Which offsets a consumer asks for. Answers come in the order of the requests, so that each of the
// requests in flight has a cursor of its own, and all are at different places of the log.
struct Cursors {
  std::vector<std::int64_t> next;
  std::size_t asking = 0, answering = 0;
  std::int64_t start = 0, end = 0;  // begins again at start when it reaches end
  bool tail = false;                // waits there instead
};

// One connection under load. The event loop owns it.
struct LoadClient {
  LoadClient(Fd socket, std::size_t buffer) : fd(std::move(socket)), received(buffer) {}

  Fd fd;
  bool producer = true;
  std::size_t in_flight = 0;
  std::deque<Clock::time_point> due;   // of requests not sent yet (open loop)
  std::deque<Clock::time_point> sent;  // since when each request in flight counts
  // Producer: the part of the ring of frames that it sends, again and again.
  std::size_t ring_begin = 0, ring_end = 0;
  std::size_t ring_at = 0, send_left = 0;
  std::size_t answer = 0;  // index in the ring of the request that is answered next
  // Consumer.
  std::optional<FetchFrame> fetch;
  Cursors cursors;
  Bytes out;
  ReceiveBuffer received;
  bool waits_for_room = false;
};

}  // namespace leat::bench
