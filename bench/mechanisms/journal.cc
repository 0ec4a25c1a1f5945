// A shared journal: every batch is written a second time into one file whose blocks were written
// before, so that making it durable touches no file system metadata. A full journal file may be
// used again only after every file it covers was synced; a background thread does that. This cost
// belongs to the mechanism and is part of what is measured.

#include <isa-l/crc.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "bench/mechanisms/mechanism.h"

namespace leat::bench {
namespace {

constexpr size_t kFiles = 4;
constexpr size_t kFileSize = size_t{256} << 20;
constexpr size_t kBlock = 4096;
// Between two syncs of the checkpoint: without it the p99 of 1,000 files is four times as large.
constexpr std::chrono::microseconds kCheckpointPause{300};

// As large as a real one would be: epoch, sequence, topic id, partition, offset, size, CRC.
struct RecordHeader {
  uint64_t epoch, sequence;
  std::array<uint64_t, 2> topic;
  uint64_t offset;
  uint32_t partition, size, crc, reserved;
};
static_assert(sizeof(RecordHeader) == 56);

class Journal : public Mechanism {
 public:
  Journal(const std::string& dir, bool direct) : direct_(direct) {
    for (size_t i = 0; i < kFiles; ++i) {
      const std::string path = dir + (direct ? "/direct-" : "/journal-") + std::to_string(i);
      fill_with_zeros(path);
      files_[i].fd = open_or_die(path, O_WRONLY | (direct ? O_DIRECT | O_DSYNC : 0));
    }
    checkpointer_ = std::thread([this] { checkpoint_loop(); });
  }
  ~Journal() override {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    checkpointer_.join();
    std::free(buffer_);
  }

  void make_durable(const std::vector<Append>& set) override {
    encode(set);
    File& file = file_with_room();
    write_fully(file.fd.get(), buffer_, used_, static_cast<off_t>(position_));
    if (!direct_) must(::fdatasync(file.fd.get()), "fdatasync");
    position_ += used_;
    for (const Append& append : set) file.covers.insert(append.fd);
  }

  void drain() override {
    std::unique_lock lock(mutex_);
    hand_over(files_[current_]);
    position_ = kFileSize;
    changed_.wait(lock, [this] {
      return std::none_of(files_.begin(), files_.end(), [](auto& file) { return file.full; });
    });
  }

 private:
  struct File {
    Fd fd;
    bool full = false;  // guarded by mutex_; from full to not full by the checkpointer only
    std::set<int> covers;
  };

  static void fill_with_zeros(const std::string& path) {
    const Fd fd = open_or_die(path, O_WRONLY | O_CREAT | O_TRUNC);
    const std::vector<char> zeros(size_t{1} << 20);
    for (size_t at = 0; at < kFileSize; at += zeros.size()) {
      write_fully(fd.get(), zeros.data(), zeros.size(), static_cast<off_t>(at));
    }
    must(::fsync(fd.get()), "fsync");
  }

  void encode(const std::vector<Append>& set) {
    size_t need = 0;
    for (const Append& append : set) need += sizeof(RecordHeader) + append.size;
    reserve((need + kBlock - 1) / kBlock * kBlock);
    char* out = buffer_;
    for (const Append& append : set) {
      const RecordHeader header{
          .epoch = 1,
          .sequence = sequence_++,
          .topic = {},
          .offset = static_cast<uint64_t>(append.position),
          .partition = static_cast<uint32_t>(append.fd),
          .size = static_cast<uint32_t>(append.size),
          .crc = crc32_iscsi(reinterpret_cast<unsigned char*>(const_cast<char*>(append.data)),
                             static_cast<int>(append.size), 0),
          .reserved = 0};
      std::memcpy(out, &header, sizeof(header));
      std::memcpy(out + sizeof(header), append.data, append.size);
      out += sizeof(header) + append.size;
    }
    std::memset(out, 0, static_cast<size_t>(buffer_ + used_ - out));
  }

  // Makes `buffer_` at least `size` bytes long; its content is not kept.
  void reserve(size_t size) {
    used_ = size;
    if (size <= capacity_) return;
    std::free(buffer_);
    capacity_ = size;
    buffer_ = static_cast<char*>(std::aligned_alloc(kBlock, size));
  }

  File& file_with_room() {
    if (position_ + used_ <= kFileSize) return files_[current_];
    std::unique_lock lock(mutex_);
    hand_over(files_[current_]);
    current_ = (current_ + 1) % kFiles;
    position_ = 0;
    changed_.wait(lock, [this] { return !files_[current_].full; });
    return files_[current_];
  }

  // Caller holds mutex_.
  void hand_over(File& file) {
    if (file.covers.empty()) return;
    file.full = true;
    changed_.notify_all();
  }

  void checkpoint_loop() {
    size_t next = 0;
    while (true) {
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stop_ || any_full(next); });
        if (stop_) return;
      }
      File& file = files_[next];
      for (const int fd : file.covers) {
        must(::fdatasync(fd), "fdatasync");
        std::this_thread::sleep_for(kCheckpointPause);
      }
      file.covers.clear();
      std::lock_guard lock(mutex_);
      file.full = false;
      changed_.notify_all();
    }
  }

  // Points `next` at a full file, if there is one. Caller holds mutex_.
  bool any_full(size_t& next) {
    for (size_t i = 0; i < kFiles; ++i) {
      next = (current_ + 1 + i) % kFiles;  // oldest first
      if (files_[next].full) return true;
    }
    return false;
  }

  const bool direct_;
  std::array<File, kFiles> files_;
  size_t current_ = 0;
  size_t position_ = 0;
  uint64_t sequence_ = 0;
  char* buffer_ = nullptr;
  size_t used_ = 0, capacity_ = 0;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  std::thread checkpointer_;
};

}  // namespace

std::unique_ptr<Mechanism> make_journal(const std::string& dir, bool direct) {
  return std::make_unique<Journal>(dir, direct);
}

}  // namespace leat::bench
