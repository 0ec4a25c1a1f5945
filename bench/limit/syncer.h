#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/limit/connection.h"
#include "bench/limit/log_file.h"

namespace leat::bench {

// One acknowledgement that waits for the disk.
struct Owed {
  std::shared_ptr<Connection> connection;
  Response response;
  LogFile* log;
  uint64_t end;  // of the appended bytes
};

// Group commit: one thread, one sync in flight, no timer. Up to `kOneByOne` files it syncs each by
// fdatasync, above it the file system as a whole.
class Syncer {
 public:
  static constexpr size_t kOneByOne = 4;

  // `done` is called on the syncer's thread with what has become stable.
  explicit Syncer(std::function<void(std::vector<Owed>)> done);
  ~Syncer();
  // Hands over and leaves `owed` empty.
  void submit(std::vector<Owed>& owed);

 private:
  void run();

  const std::function<void(std::vector<Owed>)> done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Owed> waiting_;
  bool stop_ = false;
  std::thread thread_;
};

// Starts writeback whenever 256 MiB were appended since the last time, on a thread of its own,
// because starting it waits when the queue of the device is full.
class Writeback {
 public:
  static constexpr uint64_t kWindow = uint64_t{256} << 20;

  explicit Writeback(const std::vector<std::unique_ptr<LogFile>>& logs);
  ~Writeback();
  void appended(uint64_t bytes) {
    dirty_ += bytes;
    if (dirty_ < kWindow) return;
    dirty_ = 0;
    start();
  }

 private:
  void start();
  void run();

  const std::vector<std::unique_ptr<LogFile>>& logs_;
  uint64_t dirty_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool due_ = false, stop_ = false;
  std::thread thread_;
};

}  // namespace leat::bench
