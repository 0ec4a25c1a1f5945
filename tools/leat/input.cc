#include "tools/leat/input.h"

#include <asio/post.hpp>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <vector>

#include "common/base/mutex.h"

namespace leat::cli {
namespace {

constexpr std::size_t kChunkBytes = 256 * 1024;

// A number of bytes, 0 at the end, -1 with errno.
ssize_t read_again(int fd, char* into, std::size_t size) {
  for (;;) {
    const ssize_t count = ::read(fd, into, size);
    if (count >= 0 || errno != EINTR) return count;
  }
}

Error read_error(int error) {
  return Error::make(ClientCode::kInvalidInput, "cannot read the input: {}", std::strerror(error));
}

class FileInput : public Input {
 public:
  explicit FileInput(int fd) : fd_(fd), chunk_(kChunkBytes) {}
  ~FileInput() override {
    if (fd_ != STDIN_FILENO) ::close(fd_);
  }

  asio::awaitable<Result<std::string_view>> next() override {
    const ssize_t count = read_again(fd_, chunk_.data(), chunk_.size());
    if (count < 0) co_return read_error(errno);
    co_return std::string_view(chunk_.data(), static_cast<std::size_t>(count));
  }

 private:
  int fd_;
  std::vector<char> chunk_;
};

class StreamInput : public Input {
 public:
  StreamInput(asio::any_io_executor executor, int fd)
      : executor_(std::move(executor)),
        arrived_(std::make_shared<Signal>(executor_)),
        fd_(fd),
        stop_(::eventfd(0, EFD_CLOEXEC)) {
    taken_.reserve(kChunkBytes);
    thread_ = std::thread([this] { read_all(); });
  }
  ~StreamInput() override {
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t ignored = ::write(stop_, &one, sizeof one);
    {
      const MutexLock lock(mutex_);
      stopping_ = true;
    }
    consumed_.notify_all();
    thread_.join();
    ::close(stop_);
    if (fd_ != STDIN_FILENO) ::close(fd_);
  }

  asio::awaitable<Result<std::string_view>> next() override {
    while (!take()) co_await arrived_->wait();
    if (taken_error_ != 0) co_return read_error(taken_error_);
    co_return std::string_view(taken_.data(), taken_.size());
  }

 private:
  // False when nothing has come yet. An empty chunk is the end.
  bool take() {
    const MutexLock lock(mutex_);
    if (!full_) return false;
    taken_.swap(filled_);
    taken_error_ = error_;
    // The end stays: it is found again by every later call.
    full_ = taken_.empty();
    consumed_.notify_all();
    return true;
  }

  void read_all() {
    std::vector<char> chunk(kChunkBytes);
    for (;;) {
      const ssize_t count = wait_and_read(chunk);
      if (count == kStopped) return;
      const MutexLock lock(mutex_);
      while (full_ && !stopping_) consumed_.wait(mutex_);
      if (stopping_) return;
      error_ = count < 0 ? errno : 0;
      filled_.assign(chunk.begin(), chunk.begin() + std::max<ssize_t>(count, 0));
      full_ = true;
      asio::post(executor_, [arrived = arrived_] { arrived->notify_all(); });
      if (count <= 0) return;
    }
  }

  static constexpr ssize_t kStopped = -2;
  ssize_t wait_and_read(std::vector<char>& chunk) {
    pollfd waits[2] = {{fd_, POLLIN, 0}, {stop_, POLLIN, 0}};
    while (::poll(waits, 2, -1) < 0)
      if (errno != EINTR) return -1;
    if (waits[1].revents != 0) return kStopped;
    return read_again(fd_, chunk.data(), chunk.size());
  }

  asio::any_io_executor executor_;
  std::shared_ptr<Signal> arrived_;  // a notification may still be queued when this is gone
  int fd_;
  int stop_;
  std::vector<char> taken_;
  int taken_error_ = 0;
  Mutex mutex_;
  CondVar consumed_;
  std::vector<char> filled_ LEAT_GUARDED_BY(mutex_);
  int error_ LEAT_GUARDED_BY(mutex_) = 0;
  bool full_ LEAT_GUARDED_BY(mutex_) = false;
  bool stopping_ LEAT_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Input>> Input::open(asio::any_io_executor executor, const std::string& path) {
  int fd = STDIN_FILENO;
  if (path != "-") fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return Error::make(ClientCode::kInvalidInput, "cannot open '{}': {}", path, std::strerror(errno));
  struct stat status {};
  if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
    return Error::make(ClientCode::kInvalidInput, "'{}' is a directory", path);
  if (S_ISREG(status.st_mode)) return std::unique_ptr<Input>(std::make_unique<FileInput>(fd));
  return std::unique_ptr<Input>(std::make_unique<StreamInput>(std::move(executor), fd));
}

asio::awaitable<Result<std::string>> read_all(asio::any_io_executor executor, std::string path,
                                              std::size_t most) {
  const Result<std::unique_ptr<Input>> input = Input::open(std::move(executor), path);
  if (!input.ok()) co_return input.error();
  std::string text;
  for (;;) {
    const Result<std::string_view> chunk = co_await (*input)->next();
    if (!chunk.ok()) co_return chunk.error();
    if (chunk->empty()) co_return text;
    if (chunk->size() > most - text.size())
      co_return Error::make(ClientCode::kInvalidInput, "'{}' has more than {} bytes", path, most);
    text += *chunk;
  }
}

bool LineSplitter::next_line(std::string_view& line) {
  if (begun_given_) {
    begun_.clear();
    begun_given_ = false;
  }
  const std::size_t end = rest_.find('\n');
  if (end == std::string_view::npos) {
    begun_.append(rest_);
    rest_ = {};
    return false;
  }
  line = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  if (begun_.empty()) return true;
  begun_.append(line);
  line = begun_;
  begun_given_ = true;
  return true;
}

bool LineSplitter::last_line(std::string_view& line) {
  if (begun_.empty() || begun_given_) return false;
  line = begun_;
  begun_given_ = true;
  return true;
}

}  // namespace leat::cli
