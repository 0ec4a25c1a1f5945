#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

// Clang's thread-safety annotations (https://clang.llvm.org/docs/ThreadSafetyAnalysis.html) over
// std::mutex. Prefixed, because Abseil defines the bare names.
#if defined(__clang__)
#define LEAT_TSA(x) __attribute__((x))
#else
#define LEAT_TSA(x)
#endif
#define LEAT_CAPABILITY(x) LEAT_TSA(capability(x))
#define LEAT_SCOPED_CAPABILITY LEAT_TSA(scoped_lockable)
#define LEAT_GUARDED_BY(x) LEAT_TSA(guarded_by(x))
#define LEAT_PT_GUARDED_BY(x) LEAT_TSA(pt_guarded_by(x))
#define LEAT_REQUIRES(...) LEAT_TSA(requires_capability(__VA_ARGS__))
#define LEAT_EXCLUDES(...) LEAT_TSA(locks_excluded(__VA_ARGS__))
#define LEAT_ACQUIRE(...) LEAT_TSA(acquire_capability(__VA_ARGS__))
#define LEAT_RELEASE(...) LEAT_TSA(release_capability(__VA_ARGS__))
#define LEAT_TRY_ACQUIRE(...) LEAT_TSA(try_acquire_capability(__VA_ARGS__))
#define LEAT_ACQUIRED_AFTER(...) LEAT_TSA(acquired_after(__VA_ARGS__))

namespace leat {

class LEAT_CAPABILITY("mutex") Mutex {
 public:
  void lock() LEAT_ACQUIRE() { m_.lock(); }
  void unlock() LEAT_RELEASE() { m_.unlock(); }
  bool try_lock() LEAT_TRY_ACQUIRE(true) { return m_.try_lock(); }

 private:
  friend class CondVar;
  std::mutex m_;
};

// Never alive across co_await (clang-tidy's misc-coroutine-hostile-raii checks it).
class [[nodiscard]] LEAT_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& m) LEAT_ACQUIRE(m) : m_(m) { m_.lock(); }
  ~MutexLock() LEAT_RELEASE() {
    if (held_) m_.unlock();
  }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  void unlock() LEAT_RELEASE() {
    held_ = false;
    m_.unlock();
  }
  void lock() LEAT_ACQUIRE() {
    m_.lock();
    held_ = true;
  }

 private:
  Mutex& m_;
  bool held_ = true;
};

// Wait in a loop: `while (!condition) cv.wait(mutex);`
class CondVar {
 public:
  void wait(Mutex& m) LEAT_REQUIRES(m) {
    Adopt a(m);
    cv_.wait(a.lock);
  }
  // False when the time ran out first.
  template <class R, class P>
  bool wait_for(Mutex& m, std::chrono::duration<R, P> d) LEAT_REQUIRES(m) {
    Adopt a(m);
    return cv_.wait_for(a.lock, d) == std::cv_status::no_timeout;
  }
  void notify_one() { cv_.notify_one(); }
  void notify_all() { cv_.notify_all(); }

 private:
  struct Adopt {
    explicit Adopt(Mutex& m) : lock(m.m_, std::adopt_lock) {}
    ~Adopt() { lock.release(); }
    std::unique_lock<std::mutex> lock;
  };
  std::condition_variable cv_;
};

}  // namespace leat
