#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "client/signal.h"
#include "tools/leat/output_thread.h"

namespace leat::cli {

// How long an interrupted command waits for the reader of what it has printed.
constexpr Duration kLastWords = std::chrono::seconds(1);

// Standard output in large writes. Flushed when it is large, when asked, and at the end. When the
// reader has gone the process ends by SIGPIPE, as any filter does; see outlive_reader().
class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output();

  // To append to directly; call flush_if_large() afterwards.
  std::string& buffer() { return buffer_; }
  void write(std::string_view text) {
    buffer_.append(text);
    flush_if_large();
  }
  void flush_if_large() {
    if (buffer_.size() >= kLarge) flush();
  }
  // False once a write failed (a full disk behind a redirection); the error was reported.
  bool flush();
  bool failed() const { return failed_; }

  // --- for a command that must go on while nobody reads: heartbeats, signals ---

  // From here on use written() instead of flush(). Call it before the first of them.
  void write_aside(const asio::any_io_executor& executor);
  // Writes what is buffered. Returns once that is done, has failed or was given up.
  asio::awaitable<void> written();
  bool is_large() const { return buffer_.size() >= kLarge; }
  // A written() is under way.
  bool is_writing() const { return thread_ && thread_->is_busy(); }
  // What is not written after this time is not going to be: it is not waited for any more.
  void give_up_after(Duration grace);
  bool gave_up() const { return is_writing() && system_clock().monotonic() >= give_up_at_; }
  // flush() for a process that is to end soon, whether somebody reads or not.
  void flush_within(Duration limit);

  // For a command that has to finish something when the reader goes: that write fails then, silently
  // and without ending the process. Afterwards end_if_reader_left() ends it as SIGPIPE would have.
  void outlive_reader();
  void end_if_reader_left();

 private:
  bool ended_with(int error);

  static constexpr std::size_t kLarge = 256 * 1024;
  std::string buffer_;
  std::unique_ptr<Signal> done_;
  std::unique_ptr<OutputThread> thread_;  // when standard output is no file
  MonotonicTime give_up_at_ = MonotonicTime::max();
  bool failed_ = false;
  bool reader_left_ = false;
};

// Standard error and output are terminals?
bool stderr_is_terminal();
bool stdin_is_terminal();
void print_error(std::string_view text);

// Asks on the terminal; true for "y" or "yes".
bool confirm(std::string_view question);

}  // namespace leat::cli
