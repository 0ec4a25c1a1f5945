#include "bench/mechanisms/workloads.h"

#include <sys/stat.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace leat::bench {
namespace {

class Files {
 public:
  Files(const std::string& dir, size_t count) {
    for (size_t i = 0; i < count; ++i) {
      fds_.push_back(open_or_die(dir + "/log-" + std::to_string(i), O_WRONLY | O_CREAT | O_TRUNC));
    }
    must(::syncfs(fds_.front().get()), "syncfs");
    ends_.resize(count);
  }
  Append append(size_t file, const std::vector<char>& data) {
    const Append result{fds_[file].get(), data.data(), data.size(), ends_[file]};
    write_fully(result.fd, result.data, result.size, result.position);
    ends_[file] += static_cast<off_t>(data.size());
    return result;
  }
  size_t size() const { return fds_.size(); }

 private:
  std::vector<Fd> fds_;
  std::vector<off_t> ends_;
};

// D1 and D4: append to every file, make all of it durable.
Result run_cycles(const Workload& workload, Mechanism& mechanism, Files& files) {
  const std::vector<char> data(workload.size, 'd');
  const auto start = Clock::now();
  const auto end = after(start, workload.seconds);
  Result result;
  std::vector<Append> set;
  for (auto now = start; now < end;) {
    set.clear();
    for (size_t i = 0; i < files.size(); ++i) set.push_back(files.append(i, data));
    mechanism.make_durable(set);
    const auto done = Clock::now();
    result.micros.push_back(micros_between(now, done));
    now = std::max(done, after(now, workload.interval));
    if (workload.interval > 0) std::this_thread::sleep_until(now);
  }
  result.per_second = static_cast<double>(result.micros.size() * files.size()) * 1e6 /
                      micros_between(start, Clock::now());
  return result;
}

// D2: one thread plays the event loop with many clients, each with one append in flight; another
// is the syncer, which takes everything waiting, with one sync in flight and no timer.
class GroupCommit {
 public:
  GroupCommit(const Workload& workload, Mechanism& mechanism, Files& files)
      : workload_(workload), mechanism_(mechanism), files_(files) {}

  Result run() {
    const auto start = Clock::now();
    const auto end = after(start, workload_.seconds);
    std::thread syncer([this] { sync_loop(); });
    append_until(end);
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    syncer.join();
    result_.per_second =
        static_cast<double>(result_.micros.size()) * 1e6 / micros_between(start, Clock::now());
    return std::move(result_);
  }

 private:
  struct Waiting {
    Append append;
    Clock::time_point since;
  };

  void append_until(Clock::time_point end) {
    const std::vector<char> data(workload_.size, 'd');
    size_t idle = workload_.appenders;
    while (Clock::now() < end) {
      for (; idle > 0; --idle) {
        const auto since = Clock::now();
        const Append append = files_.append(0, data);
        std::lock_guard lock(mutex_);
        waiting_.push_back({append, since});
        changed_.notify_all();
      }
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return acknowledged_ > 0; });
      idle = std::exchange(acknowledged_, 0);
    }
  }

  void sync_loop() {
    std::vector<Waiting> batch;
    std::vector<Append> set;
    while (true) {
      batch.clear();
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        batch.swap(waiting_);
      }
      set.clear();
      for (const Waiting& one : batch) set.push_back(one.append);
      mechanism_.make_durable(one_per_file(set));
      acknowledge(batch);
    }
  }

  // All appends are to one contiguous range of one file. A mechanism that syncs files must see it
  // once; a journal must see the bytes, which are equal for all appends.
  const std::vector<Append>& one_per_file(std::vector<Append>& set) {
    joined_.assign(set.size() * workload_.size, 'd');
    set.front().size = joined_.size();
    set.front().data = joined_.data();
    set.resize(1);
    return set;
  }

  void acknowledge(const std::vector<Waiting>& batch) {
    const auto now = Clock::now();
    for (const Waiting& one : batch) result_.micros.push_back(micros_between(one.since, now));
    std::lock_guard lock(mutex_);
    acknowledged_ += batch.size();
    changed_.notify_all();
  }

  const Workload& workload_;
  Mechanism& mechanism_;
  Files& files_;
  Result result_;
  std::vector<char> joined_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Waiting> waiting_;
  size_t acknowledged_ = 0;
  bool stop_ = false;
};

}  // namespace

std::vector<Workload> all_workloads() {
  return {
      {"D1", 1, 0, 1024, 0, 0.8},       {"D2", 1, 100, 1024, 0, 0.8},
      {"D4-10", 10, 0, 4096, 0, 0.8},   {"D4-100", 100, 0, 4096, 0, 1.2},
      {"D4-1000", 1000, 0, 4096, 0, 2}, {"paced D4-1000", 1000, 0, 4096, 0.2, 4},
  };
}

Result run_workload(const Workload& workload, Mechanism& mechanism, const std::string& dir) {
  Files files(dir, workload.files);
  Result result = workload.appenders > 0 ? GroupCommit(workload, mechanism, files).run()
                                         : run_cycles(workload, mechanism, files);
  mechanism.drain();
  return result;
}

}  // namespace leat::bench
