#include "tools/leat/output.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <utility>

namespace leat::cli {

namespace {

// Everything else takes what it is given within the time of a disk.
bool may_keep_waiting(int fd) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return false;
  return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode) || ::isatty(fd) == 1;
}

}  // namespace

Output::~Output() { flush(); }

bool Output::ended_with(int error) {
  if (error == 0 || failed_) return !failed_;
  failed_ = true;
  reader_left_ = error == EPIPE;
  if (!reader_left_)
    print_error(fmt::format("error: cannot write to standard output: {}", std::strerror(error)));
  return false;
}

bool Output::flush() {
  if (thread_ && thread_->wait(Duration::max() / 4)) ended_with(thread_->error());
  if (!failed_) ended_with(write_all(STDOUT_FILENO, buffer_));
  buffer_.clear();
  return !failed_;
}

void Output::write_aside(const asio::any_io_executor& executor) {
  if (!may_keep_waiting(STDOUT_FILENO)) return;
  done_ = std::make_unique<Signal>(executor);
  thread_ = std::make_unique<OutputThread>(STDOUT_FILENO, [this, executor] {
    asio::post(executor, [this] { done_->notify_all(); });
  });
}

asio::awaitable<void> Output::written() {
  if (!thread_) {
    flush();
    co_return;
  }
  if (!failed_ && !buffer_.empty()) thread_->start(std::exchange(buffer_, {}));
  buffer_.clear();
  while (is_writing() && !gave_up()) co_await done_->wait_until(give_up_at_);
  if (!is_writing()) ended_with(thread_->error());
}

void Output::give_up_after(Duration grace) {
  give_up_at_ = system_clock().monotonic() + grace;
  if (done_) done_->notify_all();
}

void Output::flush_within(Duration limit) {
  if (!thread_) {
    flush();
    return;
  }
  if (gave_up() || !thread_->wait(limit)) return;
  if (!ended_with(thread_->error()) || buffer_.empty()) return;
  thread_->start(std::exchange(buffer_, {}));
  if (thread_->wait(limit)) ended_with(thread_->error());
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
