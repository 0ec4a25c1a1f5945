#pragma once

#include <string>
#include <string_view>

namespace leat::cli {

// Standard output in large writes. Flushed when it is large, when asked, and at the end. When the
// reader has gone the process ends by SIGPIPE, as any filter does; see outlive_reader().
class Output {
 public:
  Output() = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { flush(); }

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

  // For a command that has to finish something when the reader goes: that write fails then, silently
  // and without ending the process. Afterwards end_if_reader_left() ends it as SIGPIPE would have.
  void outlive_reader();
  void end_if_reader_left();

 private:
  static constexpr std::size_t kLarge = 256 * 1024;
  std::string buffer_;
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
