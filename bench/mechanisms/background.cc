#include "bench/mechanisms/background.h"

#include <atomic>
#include <thread>

#include "bench/support.h"

namespace leat::bench {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr size_t kChunk = kMiB / 4;
constexpr size_t kSourceSize = 3072 * kMiB;

// Appends to one file and keeps what is dirty near two windows: starts writeback of a full window
// and waits for the one before it.
class SmoothWriter {
 public:
  SmoothWriter(const std::string& path, size_t window)
      : fd_(open_or_die(path, O_WRONLY | O_CREAT | O_TRUNC)), window_(window) {}
  void append(const char* data, size_t size) {
    write_fully(fd_.get(), data, size, static_cast<off_t>(end_));
    end_ += size;
    if (window_ == 0 || end_ - started_ < window_) return;
    range(started_, end_, SYNC_FILE_RANGE_WRITE);
    if (started_ > 0) {
      range(waited_, started_,
            SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
    }
    waited_ = started_;
    started_ = end_;
  }

 private:
  void range(size_t from, size_t to, unsigned flags) {
    must(::sync_file_range(fd_.get(), static_cast<off_t>(from), static_cast<off_t>(to - from),
                           flags),
         "sync_file_range");
  }
  Fd fd_;
  const size_t window_;
  size_t end_ = 0, started_ = 0, waited_ = 0;
};

// The file to compact is written once and kept for all runs.
Fd open_source(const std::string& dir) {
  const std::string path = dir + "/compaction-source";
  Fd fd = open_or_die(path, O_RDWR | O_CREAT);
  const std::vector<char> data(kMiB, 'x');
  auto at = static_cast<size_t>(must(::lseek(fd.get(), 0, SEEK_END), "lseek"));
  for (; at < kSourceSize; at += kMiB) {
    write_fully(fd.get(), data.data(), kMiB, static_cast<off_t>(at));
  }
  must(::fsync(fd.get()), "fsync");
  ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);  // so that compaction reads the disk
  return fd;
}

}  // namespace

std::vector<Condition> all_conditions() {
  using enum Condition::Kind;
  return {
      {"alone", kNothing, 0, 0},
      {"writer 300 MB/s (no window)", kWriter, 300, 0},
      {"writer 300 MB/s (256 MiB window)", kWriter, 300, 256 * kMiB},
      {"writer 300 MB/s (8 MiB window)", kWriter, 300, 8 * kMiB},
      {"compaction (no window)", kCompaction, 0, 0},
      {"compaction (8 MiB window)", kCompaction, 0, 8 * kMiB},
      {"compaction 50 MB/s (8 MiB window)", kCompaction, 50, 8 * kMiB},
  };
}

struct Background::State {
  Condition condition;
  std::string dir;
  Clock::time_point start = Clock::now();
  std::atomic<size_t> written = 0;
  std::atomic<bool> stop = false;
  std::vector<std::string> files;
  std::thread thread;

  void run() {
    const bool compacts = condition.kind == Condition::Kind::kCompaction;
    Fd source = compacts ? open_source(dir) : Fd();
    std::vector<char> chunk(kChunk, 'y');
    start = Clock::now();
    while (!stop) write_one_file(source, chunk);
  }

  void write_one_file(const Fd& source, std::vector<char>& chunk) {
    files.push_back(dir + "/background-" + std::to_string(files.size()));
    SmoothWriter writer(files.back(), condition.window);
    for (size_t at = 0; at < kSourceSize && !stop; at += kChunk) {
      if (source.get() >= 0) {
        must(::pread(source.get(), chunk.data(), kChunk, static_cast<off_t>(at)), "pread");
      }
      writer.append(chunk.data(), kChunk);
      written += kChunk;
      pace();
    }
  }

  void pace() const {
    if (condition.megabytes_per_second == 0) return;
    const double due = static_cast<double>(written) / (condition.megabytes_per_second * 1e6);
    std::this_thread::sleep_until(after(start, due));
  }
};

Background::Background(const Condition& condition, const std::string& dir)
    : state_(std::make_unique<State>()) {
  state_->condition = condition;
  state_->dir = dir;
  if (condition.kind == Condition::Kind::kNothing) return;
  if (condition.kind == Condition::Kind::kCompaction) open_source(dir);
  state_->thread = std::thread([this] { state_->run(); });
  // Measured is the steady state, not the first empty window.
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
}

Background::~Background() {
  if (!state_->thread.joinable()) return;
  state_->stop = true;
  state_->thread.join();
  for (const std::string& path : state_->files) ::unlink(path.c_str());
  const Fd fd = open_or_die(state_->dir, O_RDONLY | O_DIRECTORY);
  must(::syncfs(fd.get()), "syncfs");
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
}

double Background::megabytes_per_second() const {
  return static_cast<double>(state_->written) / micros_between(state_->start, Clock::now());
}

}  // namespace leat::bench
