#include "broker/storage/posix_file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "common/base/check.h"
#include "common/base/log.h"

namespace leat::storage {
namespace {

constexpr std::size_t kDirectAlignment = 4096;
constexpr std::size_t kDirectChunk = 1 << 20;
// Without cachestat(2) only what this descriptor wrote last counts as being in memory.
constexpr std::uint64_t kAssumedResidentTail = 8 << 20;
// Writeback locks what it writes until the disk has taken it, and an append that needs the last
// page would wait: at least this much at the end of a file is left alone.
constexpr std::uint64_t kWritebackBehind = 1 << 20;

Status last_error(std::string_view call, const std::string& path) {
  return errno_status(errno, fmt::format("{} {}", call, path));
}

// Whatever errno a failed sync carries (also ENOSPC), it says that the disk may not hold what was
// written: never one of the codes with which a caller goes on.
Status failed_sync(std::string_view call, const std::string& path) {
  return io_error("{}", message(last_error(call, path)));
}

template <class Call>
auto retry_interrupted(Call call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

int open_descriptor(const std::string& path, int flags) {
  return retry_interrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0644); });
}

// Reads until `into` is full or the file ends.
StatusOr<std::size_t> read_fully(int fd, std::uint64_t position, MutableByteView into,
                                 const std::string& path) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t n = retry_interrupted([&] {
      return ::pread(fd, into.data() + done, into.size() - done,
                     static_cast<off_t>(position + done));
    });
    if (n < 0) return last_error("read", path);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

// 0 at the end of the file; EAGAIN where the next byte would have to come from the disk; EOPNOTSUPP
// on a file system that cannot tell.
ssize_t read_without_waiting(int fd, std::uint64_t position, MutableByteView into) {
  const iovec vector{into.data(), into.size()};
  return retry_interrupted(
      [&] { return ::preadv2(fd, &vector, 1, static_cast<off_t>(position), RWF_NOWAIT); });
}

// What direct reads read into: `size` is a multiple of the alignment.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  ~AlignedBuffer() { std::free(data_); }
  AlignedBuffer(const AlignedBuffer&) = delete;
  AlignedBuffer& operator=(const AlignedBuffer&) = delete;
  // At least `size` bytes; what was in it is gone.
  std::byte* of_size(std::size_t size) {
    if (size <= size_) return data_;
    std::free(data_);
    data_ = static_cast<std::byte*>(std::aligned_alloc(kDirectAlignment, size));
    LEAT_CHECK(data_ != nullptr, "no memory for an aligned buffer of {} bytes", size);
    size_ = size;
    return data_;
  }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

void say_direct_is_refused(const std::string& path) {
  static std::atomic<bool> said = false;
  if (said.exchange(true)) return;
  LOG_WARN("the file system refuses O_DIRECT: recovery reads through the page cache path={}", path);
}

// cachestat(2), Linux 6.5; the C library of Debian 12 has no wrapper.
struct CacheRange {
  std::uint64_t offset;
  std::uint64_t length;
};
struct CacheCounts {
  std::uint64_t cached, dirty, writeback, evicted, recently_evicted;
};
constexpr long kCachestatCall = 451;

class PosixFile final : public File {
 public:
  PosixFile(int fd, std::string path, std::uint64_t size, OpenMode mode)
      : descriptor_(std::make_shared<Descriptor>(fd)),
        path_(std::move(path)),
        keeps_direct_(mode == OpenMode::kReadOnly),
        size_(size),
        written_from_(size) {}

  StatusOr<std::size_t> read_at(std::uint64_t position, MutableByteView into) const override {
    return read_fully(fd(), position, into, path_);
  }

  StatusOr<std::size_t> read_resident_at(std::uint64_t position,
                                         MutableByteView into) const override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t n = read_without_waiting(fd(), position + done, into.subspan(done));
      if (n == 0) break;
      if (n < 0 && errno == EOPNOTSUPP && is_resident(position, into.size()))
        return read_at(position, into);
      if (n < 0 && (errno == EAGAIN || errno == EOPNOTSUPP))
        return unavailable("{} is not in memory at {}", path_, position + done);
      if (n < 0) return last_error("read", path_);
      done += static_cast<std::size_t>(n);
    }
    return done;
  }

  StatusOr<std::size_t> read_uncached_at(std::uint64_t position,
                                         MutableByteView into) const override {
    ASSIGN_OR_RETURN(const auto direct, direct_descriptor());
    return direct ? read_direct(direct->fd(), position, into) : read_at(position, into);
  }

  FileRange range(std::uint64_t position, std::uint64_t size) const override {
    return {descriptor_, fd(), position, size};
  }

  bool is_resident(std::uint64_t position, std::uint64_t size) const override {
    if (size == 0) return true;
    static std::atomic<bool> missing = false;
    if (missing.load(std::memory_order_relaxed)) return assume_resident(position);
    const CacheRange range{position, size};
    CacheCounts counts{};
    if (::syscall(kCachestatCall, fd(), &range, &counts, 0) != 0) {
      if (errno == ENOSYS) missing = true;
      return assume_resident(position);
    }
    static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t pages = (position + size - 1) / page - position / page + 1;
    if (counts.cached < pages) return false;
    if (counts.dirty == pages) return true;
    // A page on its way from the disk is counted too. Readahead brings what follows the last read
    // or precedes what was cached already: the ends of the range tell, but for a hole between them.
    return has_arrived(position + size - 1) && (pages == 1 || has_arrived(position));
  }

  Status write_at(std::uint64_t position, ByteView bytes) override {
    RETURN_IF_ERROR(write_parts(position, std::span(&bytes, 1)));
    raise_size(position + bytes.size());
    return {};
  }

  Status append(std::span<const ByteView> parts) override {
    std::uint64_t total = 0;
    for (const ByteView part : parts) total += part.size();
    const std::uint64_t end = size();
    RETURN_IF_ERROR(write_parts(end, parts));
    raise_size(end + total);
    return {};
  }

  Status truncate(std::uint64_t size) override {
    if (retry_interrupted([&] { return ::ftruncate(fd(), static_cast<off_t>(size)); }) != 0)
      return last_error("truncate", path_);
    size_.store(size, std::memory_order_release);
    return {};
  }

  // Not repeated on EINTR: an interrupted sync has told nothing, and a repeated one may lie.
  Status sync() override {
    if (::fdatasync(fd()) != 0) return failed_sync("sync", path_);
    return {};
  }

  void start_writeback() override {
    const std::uint64_t whole = size() / kWritebackBehind * kWritebackBehind;
    if (whole <= kWritebackBehind) return;
    ::sync_file_range(fd(), 0, static_cast<off_t>(whole - kWritebackBehind), SYNC_FILE_RANGE_WRITE);
  }

  std::uint64_t size() const override { return size_.load(std::memory_order_acquire); }

 private:
  int fd() const { return descriptor_->fd(); }

  // nullptr when the file system refuses it. Who only reads reads all of it; others look once, and
  // stay open for long.
  StatusOr<std::shared_ptr<Descriptor>> direct_descriptor() const {
    MutexLock lock(direct_mutex_);
    if (direct_) return direct_;
    auto opened = std::make_shared<Descriptor>(open_descriptor(path_, O_RDONLY | O_DIRECT));
    if (opened->fd() < 0) {
      if (errno != EINVAL && errno != EOPNOTSUPP) return last_error("open for direct reads", path_);
      say_direct_is_refused(path_);
      return std::shared_ptr<Descriptor>();
    }
    if (keeps_direct_) direct_ = opened;
    return opened;
  }

  bool has_arrived(std::uint64_t position) const {
    std::byte one;
    return read_without_waiting(fd(), position, MutableByteView(&one, 1)) >= 0 ||
           errno == EOPNOTSUPP;
  }

  bool assume_resident(std::uint64_t position) const {
    return position >= written_from_ && position + kAssumedResidentTail >= size();
  }

  void raise_size(std::uint64_t size) {
    if (size > this->size()) size_.store(size, std::memory_order_release);
  }

  // A read that brought nothing new is the end of the file only if its size says so: taking a
  // disturbed read for the end would make recovery cut what is there.
  StatusOr<bool> ends_before(int direct, std::uint64_t position) const {
    struct stat info {};
    if (::fstat(direct, &info) != 0) return last_error("stat", path_);
    return static_cast<std::uint64_t>(info.st_size) <= position;
  }

  // O_DIRECT wants position, length and memory aligned, so the range is read in aligned pieces.
  StatusOr<std::size_t> read_direct(int direct, std::uint64_t position, MutableByteView into) const {
    AlignedBuffer buffer;
    std::size_t done = 0;
    std::size_t least = 0;
    while (done < into.size()) {
      const std::uint64_t from = position + done;
      const std::uint64_t aligned = from / kDirectAlignment * kDirectAlignment;
      const auto skip = static_cast<std::size_t>(from - aligned);
      const std::size_t needed = (skip + into.size() - done + kDirectAlignment - 1) /
                                 kDirectAlignment * kDirectAlignment;
      const std::size_t want = std::min(kDirectChunk, std::max(needed, least));
      std::byte* const block = buffer.of_size(want);
      const ssize_t n = retry_interrupted(
          [&] { return ::pread(direct, block, want, static_cast<off_t>(aligned)); });
      if (n < 0 && errno == EINVAL) {
        say_direct_is_refused(path_);
        return read_at(position, into);
      }
      if (n < 0) return last_error("direct read", path_);
      if (static_cast<std::size_t>(n) <= skip) {
        ASSIGN_OR_RETURN(const bool ends, ends_before(direct, from));
        if (ends) break;
        if (want == kDirectChunk) return io_error("direct read {}: stuck at {}", path_, from);
        least = 2 * want;
        continue;
      }
      least = 0;
      const std::size_t got = std::min(static_cast<std::size_t>(n) - skip, into.size() - done);
      std::memcpy(into.data() + done, block + skip, got);
      done += got;
    }
    return done;
  }

  Status write_parts(std::uint64_t position, std::span<const ByteView> parts) {
    constexpr std::size_t kMaxParts = 64;
    std::size_t part = 0;
    std::size_t skip = 0;  // bytes of parts[part] already written
    while (true) {
      while (part < parts.size() && skip == parts[part].size()) {
        ++part;
        skip = 0;
      }
      if (part == parts.size()) return {};
      iovec vectors[kMaxParts];
      int count = 0;
      for (std::size_t i = part; i < parts.size() && count < static_cast<int>(kMaxParts); ++i) {
        const ByteView bytes = i == part ? parts[i].subspan(skip) : parts[i];
        vectors[count++] = {const_cast<std::byte*>(bytes.data()), bytes.size()};
      }
      const ssize_t n = retry_interrupted(
          [&] { return ::pwritev(fd(), vectors, count, static_cast<off_t>(position)); });
      if (n < 0) return last_error("write", path_);
      if (n == 0) return io_error("write {}: the kernel took no byte", path_);
      position += static_cast<std::uint64_t>(n);
      for (auto left = static_cast<std::size_t>(n); left > 0;) {
        const std::size_t step = std::min(left, parts[part].size() - skip);
        left -= step;
        skip += step;
        if (skip == parts[part].size()) {
          ++part;
          skip = 0;
        }
      }
    }
  }

  const std::shared_ptr<Descriptor> descriptor_;
  const std::string path_;
  const bool keeps_direct_;
  mutable Mutex direct_mutex_;
  mutable std::shared_ptr<Descriptor> direct_ LEAT_GUARDED_BY(direct_mutex_);
  std::atomic<std::uint64_t> size_;
  const std::uint64_t written_from_;
};

class PosixLock final : public DirectoryLock {
 public:
  explicit PosixLock(int fd) : descriptor_(fd) {}

 private:
  Descriptor descriptor_;
};

int open_flags(OpenMode mode) {
  switch (mode) {
    case OpenMode::kReadOnly: return O_RDONLY;
    case OpenMode::kReadWrite: return O_RDWR;
    case OpenMode::kCreate: return O_RDWR | O_CREAT;
    case OpenMode::kCreateNew: return O_RDWR | O_CREAT | O_EXCL;
  }
  return O_RDONLY;
}

struct KindRow {
  long magic;
  const char* name;
  bool trusted;
  bool doubtful;
};
constexpr KindRow kKinds[] = {
    {0xEF53, "ext4", true, false},         {0x58465342, "xfs", true, false},
    {0x9123683E, "btrfs", false, false},   {0x01021994, "tmpfs", false, false},
    {0x2FC12FC1, "zfs", false, false},     {0x6969, "nfs", false, true},
    {0x01021997, "9p", false, true},       {0x65735546, "fuse", false, true},
    {0x794C7630, "overlay", false, true},  {static_cast<long>(0xFF534D42), "cifs", false, true},
    {static_cast<long>(0xFE534D42), "smb2", false, true},
};

}  // namespace

StatusOr<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, OpenMode mode) {
  const int fd = open_descriptor(path, open_flags(mode));
  if (fd < 0) return last_error("open", path);
  struct stat info {};
  if (::fstat(fd, &info) != 0) {
    const Status failed = last_error("stat", path);
    ::close(fd);
    return failed;
  }
  return std::make_unique<PosixFile>(fd, path, static_cast<std::uint64_t>(info.st_size), mode);
}

StatusOr<std::vector<DirectoryEntry>> PosixFileSystem::list(const std::string& directory) {
  DIR* const stream = ::opendir(directory.c_str());
  if (stream == nullptr) return last_error("list", directory);
  std::vector<DirectoryEntry> entries;
  Status failed;
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(stream);
    if (entry == nullptr) {
      if (errno != 0) failed = last_error("list", directory);
      break;
    }
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    struct stat info {};
    if (::fstatat(::dirfd(stream), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;  // removed meanwhile
      failed = last_error("stat", directory + "/" + entry->d_name);
      break;
    }
    entries.push_back({std::string(name), S_ISDIR(info.st_mode),
                       static_cast<std::uint64_t>(info.st_size)});
  }
  ::closedir(stream);
  if (!failed.ok()) return failed;
  return entries;
}

StatusOr<std::uint64_t> PosixFileSystem::file_size(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return last_error("stat", path);
  return static_cast<std::uint64_t>(info.st_size);
}

Status PosixFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return last_error("rename", from);
  return {};
}

Status PosixFileSystem::remove(const std::string& path) {
  if (::remove(path.c_str()) != 0) return last_error("remove", path);
  return {};
}

Status PosixFileSystem::make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0755) == 0) return {};
  if (errno != EEXIST) return last_error("make directory", path);
  struct stat info {};
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
  return already_exists("make directory {}: a file of that name is there", path);
}

PosixFileSystem::~PosixFileSystem() {
  for (const auto& [path, fd] : whole_disks_) ::close(fd);
}

Status PosixFileSystem::sync_directory(const std::string& path) {
  const Descriptor directory(open_descriptor(path, O_RDONLY | O_DIRECTORY));
  if (directory.fd() < 0) return last_error("open directory", path);
  if (::fsync(directory.fd()) != 0) return failed_sync("sync directory", path);
  return {};
}

Status PosixFileSystem::sync_all(const std::string& path) {
  ASSIGN_OR_RETURN(const int fd, whole_disk(path));
  if (::syncfs(fd) != 0) return failed_sync("sync the file system of", path);
  return {};
}

// Kept open: a descriptor opened later would not be told of an error that somebody else's syncfs has
// been told of before.
StatusOr<int> PosixFileSystem::whole_disk(const std::string& path) {
  MutexLock lock(mutex_);
  if (const auto known = whole_disks_.find(path); known != whole_disks_.end())
    return known->second;
  const int fd = open_descriptor(path, O_RDONLY);
  if (fd < 0) return last_error("open", path);
  whole_disks_.emplace(path, fd);
  return fd;
}

StatusOr<std::uint64_t> PosixFileSystem::free_bytes(const std::string& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0) return last_error("statvfs", path);
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

StatusOr<std::unique_ptr<DirectoryLock>> PosixFileSystem::lock(const std::string& path) {
  const int fd = open_descriptor(path, O_RDWR | O_CREAT);
  if (fd < 0) return last_error("open", path);
  auto held = std::make_unique<PosixLock>(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return last_error("lock", path);
    char text[32] = {};
    const ssize_t n = ::pread(fd, text, sizeof text - 1, 0);
    std::string_view pid(text, n > 0 ? static_cast<std::size_t>(n) : 0);
    while (!pid.empty() && pid.back() == '\n') pid.remove_suffix(1);
    return failed_precondition("{} is locked by process {}", path, pid.empty() ? "?" : pid);
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd, 0) != 0 ||
      ::pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size()))
    LOG_WARN("could not write the process id into the lock file path={}", path);
  return held;
}

Status read_range(const FileRange& range, MutableByteView into) {
  LEAT_CHECK(into.size() == range.size);
  ASSIGN_OR_RETURN(const std::size_t n, read_fully(range.fd, range.position, into, "a segment"));
  if (n != into.size()) return io_error("a segment ends {} bytes early", into.size() - n);
  return {};
}

StatusOr<FileSystemKind> file_system_kind(const std::string& path) {
  struct statfs info {};
  if (::statfs(path.c_str(), &info) != 0) return last_error("statfs", path);
  for (const KindRow& row : kKinds) {
    if (static_cast<std::uint32_t>(row.magic) == static_cast<std::uint32_t>(info.f_type))
      return FileSystemKind{row.name, row.trusted, row.doubtful};
  }
  return FileSystemKind{fmt::format("{:#x}", static_cast<std::uint32_t>(info.f_type)), false, false};
}

StatusOr<std::uint64_t> file_system_bytes(const std::string& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0) return last_error("statvfs", path);
  return static_cast<std::uint64_t>(info.f_blocks) * info.f_frsize;
}

}  // namespace leat::storage
