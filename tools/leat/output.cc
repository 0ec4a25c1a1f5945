#include "tools/leat/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>

namespace leat::cli {

bool Output::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && !failed_) {
    const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      failed_ = reader_left_ = true;
    } else if (errno != EINTR) {
      failed_ = true;
      print_error(fmt::format("error: cannot write to standard output: {}", std::strerror(errno)));
    }
  }
  buffer_.clear();
  return !failed_;
}

void Output::outlive_reader() { std::signal(SIGPIPE, SIG_IGN); }

void Output::end_if_reader_left() {
  if (!reader_left_) return;
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
}

bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }
bool stdin_is_terminal() { return ::isatty(STDIN_FILENO) == 1; }

void print_error(std::string_view text) {
  const std::string line = fmt::format("{}\n", text);
  std::fwrite(line.data(), 1, line.size(), stderr);
}

bool confirm(std::string_view question) {
  const std::string prompt = fmt::format("{} [y/N] ", question);
  std::fwrite(prompt.data(), 1, prompt.size(), stderr);
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace leat::cli
