#include "tools/leat/output_thread.h"

#include <unistd.h>

#include <cerrno>
#include <thread>

#include "common/base/check.h"
#include "common/base/mutex.h"

namespace leat::cli {

int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written >= 0) text.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      return errno;
  }
  return 0;
}

struct OutputThread::State {
  State(int f, std::function<void()> w) : fd(f), written(std::move(w)) {}

  const int fd;
  const std::function<void()> written;
  Mutex mutex;
  CondVar changed;
  std::string text LEAT_GUARDED_BY(mutex);
  bool busy LEAT_GUARDED_BY(mutex) = false;
  bool ended LEAT_GUARDED_BY(mutex) = false;
  int error LEAT_GUARDED_BY(mutex) = 0;
};

OutputThread::OutputThread(int fd, std::function<void()> written)
    : state_(std::make_shared<State>(fd, std::move(written))) {
  std::thread(&OutputThread::run, state_).detach();
}

OutputThread::~OutputThread() {
  MutexLock lock(state_->mutex);
  state_->ended = true;
  state_->changed.notify_all();
}

void OutputThread::run(std::shared_ptr<State> state) {
  for (;;) {
    std::string text;
    {
      MutexLock lock(state->mutex);
      while (!state->busy && !state->ended) state->changed.wait(state->mutex);
      if (state->ended) return;
      text.swap(state->text);
    }
    const int error = write_all(state->fd, text);
    MutexLock lock(state->mutex);
    state->error = error;
    state->busy = false;
    // Under the lock: whoever sees that nothing is under way may destroy what this uses.
    if (!state->ended) state->written();
    state->changed.notify_all();
  }
}

void OutputThread::start(std::string text) {
  MutexLock lock(state_->mutex);
  LEAT_CHECK(!state_->busy, "two texts at a time");
  state_->text = std::move(text);
  state_->busy = true;
  state_->changed.notify_all();
}

bool OutputThread::is_busy() const {
  MutexLock lock(state_->mutex);
  return state_->busy;
}

bool OutputThread::wait(Duration limit) const {
  const MonotonicTime deadline = system_clock().monotonic() + limit;
  MutexLock lock(state_->mutex);
  while (state_->busy) {
    const MonotonicTime now = system_clock().monotonic();
    if (now >= deadline) return false;
    state_->changed.wait_for(state_->mutex, deadline - now);
  }
  return true;
}

int OutputThread::error() const {
  MutexLock lock(state_->mutex);
  return state_->error;
}

}  // namespace leat::cli
