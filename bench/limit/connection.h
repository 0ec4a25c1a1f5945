#pragma once

#include <deque>
#include <vector>

#include "bench/limit/frame.h"
#include "bench/limit/log_file.h"
#include "bench/support.h"

namespace leat::bench {

// State of one client; owned by the event loop, kept alive by the syncer while it owes it answers.
struct Connection {
  explicit Connection(int socket) : fd(socket) {}

  struct Fetch {
    uint16_t log;
    FetchBody body;
  };

  Fd fd;
  // The begin of a frame that has not fully arrived: `have` bytes of it in `partial`.
  std::vector<char> partial;
  size_t have = 0;
  // Produce answers not sent yet, in order; of the first one `answered` bytes are sent.
  std::vector<Response> answers;
  size_t answered = 0;
  // Fetches not begun, and the rest of the one being sent.
  std::deque<Fetch> fetches;
  LogFile* sending = nullptr;
  uint64_t sending_at = 0, sending_left = 0;
  bool waits_for_room = false;  // in its socket; nothing is read from it meanwhile
  bool parked = false;          // waits at the end of a log
  bool closed = false;
};

}  // namespace leat::bench
