// fdatasync one by one, fdatasync by several threads, syncfs, and the mixture of the two.

#include <atomic>
#include <barrier>
#include <thread>

#include "bench/mechanisms/mechanism.h"

namespace leat::bench {
namespace {

class Sequential : public Mechanism {
 public:
  explicit Sequential(bool preflush) : preflush_(preflush) {}
  void make_durable(const std::vector<Append>& set) override {
    if (preflush_) {
      for (const Append& append : set) start_writeback(append);
    }
    for (const Append& append : set) must(::fdatasync(append.fd), "fdatasync");
  }

 private:
  const bool preflush_;
};

// A fixed crew; the caller only hands out the work and waits.
class Parallel : public Mechanism {
 public:
  Parallel(int threads, bool preflush)
      : preflush_(preflush), start_(threads + 1), written_(threads), done_(threads + 1) {
    for (int i = 0; i < threads; ++i) crew_.emplace_back([this] { work(); });
  }
  ~Parallel() override {
    stop_ = true;
    start_.arrive_and_wait();
    for (std::thread& thread : crew_) thread.join();
  }
  void make_durable(const std::vector<Append>& set) override {
    set_ = &set;
    next_write_ = 0;
    next_sync_ = 0;
    start_.arrive_and_wait();
    done_.arrive_and_wait();
  }

 private:
  void work() {
    while (true) {
      start_.arrive_and_wait();
      if (stop_) return;
      if (preflush_) {
        for (size_t i; (i = next_write_++) < set_->size();) start_writeback((*set_)[i]);
        written_.arrive_and_wait();
      }
      for (size_t i; (i = next_sync_++) < set_->size();) {
        must(::fdatasync((*set_)[i].fd), "fdatasync");
      }
      done_.arrive_and_wait();
    }
  }

  const bool preflush_;
  std::barrier<> start_, written_, done_;
  const std::vector<Append>* set_ = nullptr;
  std::atomic<size_t> next_write_ = 0, next_sync_ = 0;
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> crew_;
};

class Hybrid : public Mechanism {
 public:
  explicit Hybrid(size_t limit) : limit_(limit) {}
  void make_durable(const std::vector<Append>& set) override {
    if (set.size() > limit_) {
      must(::syncfs(set.front().fd), "syncfs");
      return;
    }
    for (const Append& append : set) must(::fdatasync(append.fd), "fdatasync");
  }

 private:
  const size_t limit_;
};

}  // namespace

std::unique_ptr<Mechanism> make_sequential(bool preflush) {
  return std::make_unique<Sequential>(preflush);
}
std::unique_ptr<Mechanism> make_parallel(int threads, bool preflush) {
  return std::make_unique<Parallel>(threads, preflush);
}
std::unique_ptr<Mechanism> make_syncfs() {
  return std::make_unique<Hybrid>(0);
}
std::unique_ptr<Mechanism> make_hybrid(size_t limit) {
  return std::make_unique<Hybrid>(limit);
}

std::vector<NamedMechanism> all_mechanisms(const std::string& dir) {
  return {
      {"fdatasync", true, [] { return make_sequential(false); }},
      {"fdatasync + pre-flush", false, [] { return make_sequential(true); }},
      {"4 threads", false, [] { return make_parallel(4, false); }},
      {"8 threads", false, [] { return make_parallel(8, false); }},
      {"16 threads", false, [] { return make_parallel(16, false); }},
      {"4 threads + pre-flush", false, [] { return make_parallel(4, true); }},
      {"8 threads + pre-flush", false, [] { return make_parallel(8, true); }},
      {"16 threads + pre-flush", false, [] { return make_parallel(16, true); }},
      {"32 threads + pre-flush", false, [] { return make_parallel(32, true); }},
      {"64 threads + pre-flush", false, [] { return make_parallel(64, true); }},
      {"io_uring", true, [] { return make_uring(1024, false); }},
      {"io_uring + pre-flush", false, [] { return make_uring(1024, true); }},
      {"syncfs", true, [] { return make_syncfs(); }},
      {"journal", true, [dir] { return make_journal(dir, false); }},
      {"journal by O_DIRECT", true, [dir] { return make_journal(dir, true); }},
  };
}

}  // namespace leat::bench
