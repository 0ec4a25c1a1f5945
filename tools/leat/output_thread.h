#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/base/clock.h"

namespace leat::cli {

// Writes to a descriptor that may keep a writer waiting for ever, a pipe nobody reads or a terminal
// that was stopped, on a thread of its own. One text at a time. (Not O_NONBLOCK: other processes
// may share the open file.)
class OutputThread {
 public:
  // `written` is called on the thread each time a text is, or failed; it must not wait.
  OutputThread(int fd, std::function<void()> written);
  // What is still waiting is left behind: then the process is about to end.
  ~OutputThread();
  OutputThread(const OutputThread&) = delete;
  OutputThread& operator=(const OutputThread&) = delete;

  // Not while it is busy.
  void start(std::string text);
  bool is_busy() const;
  // Blocks; false when it is still busy after `limit`.
  bool wait(Duration limit) const;
  // errno of the last text, 0 when all of it was written.
  int error() const;

 private:
  struct State;
  static void run(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// The whole text; 0, or errno.
int write_all(int fd, std::string_view text);

}  // namespace leat::cli
