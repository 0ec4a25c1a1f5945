#include "tests/sim/syscall_faults.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include "common/base/check.h"

namespace leat::sim {
namespace {

thread_local ArmedFault* armed = nullptr;

// Sets errno; true when the call must fail.
bool fails(const char* call, bool* is_short = nullptr) {
  if (armed == nullptr) return false;
  const int what = armed->next(call, is_short != nullptr);
  if (what == SyscallFault::kShort) {
    *is_short = true;
    return false;
  }
  if (what != 0) errno = what;
  return what != 0;
}

}  // namespace

ArmedFault::ArmedFault(SyscallFault fault) : fault_(fault) {
  LEAT_CHECK(armed == nullptr);
  armed = this;
}

ArmedFault::~ArmedFault() { armed = nullptr; }

int ArmedFault::next(const char* call, bool can_be_short) {
  const std::uint64_t index = calls_++;
  seen_.insert(call);
  if (index < fault_.index || (index > fault_.index && !fault_.sticky)) return 0;
  if (fault_.error == EINTR && (index - fault_.index) % 2 == 1) return 0;
  if (fault_.error == SyscallFault::kShort && !can_be_short) return 0;
  if (struck_.empty()) struck_ = call;
  return fault_.error;
}

}  // namespace leat::sim

using leat::sim::fails;

extern "C" {

int __real_open(const char* path, int flags, ...);
int __real_fstat(int fd, struct stat* info);
int __real_fstatat(int fd, const char* path, struct stat* info, int flags);
int __real_stat(const char* path, struct stat* info);
ssize_t __real_pread(int fd, void* into, size_t size, off_t position);
ssize_t __real_pwritev(int fd, const struct iovec* parts, int count, off_t position);
int __real_ftruncate(int fd, off_t size);
int __real_fdatasync(int fd);
int __real_fsync(int fd);
int __real_syncfs(int fd);
int __real_rename(const char* from, const char* to);
int __real_remove(const char* path);
int __real_mkdir(const char* path, mode_t mode);
DIR* __real_opendir(const char* path);
struct dirent* __real_readdir(DIR* stream);

int __wrap_open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
  }
  return fails("open") ? -1 : __real_open(path, flags, mode);
}
int __wrap_fstat(int fd, struct stat* info) { return fails("fstat") ? -1 : __real_fstat(fd, info); }
int __wrap_fstatat(int fd, const char* path, struct stat* info, int flags) {
  return fails("fstatat") ? -1 : __real_fstatat(fd, path, info, flags);
}
int __wrap_stat(const char* path, struct stat* info) {
  return fails("stat") ? -1 : __real_stat(path, info);
}
ssize_t __wrap_pread(int fd, void* into, size_t size, off_t position) {
  bool is_short = false;
  if (fails("pread", &is_short)) return -1;
  return __real_pread(fd, into, is_short && size > 1 ? size / 2 : size, position);
}
ssize_t __wrap_pwritev(int fd, const struct iovec* parts, int count, off_t position) {
  bool is_short = false;
  if (fails("pwritev", &is_short)) return -1;
  if (!is_short || count == 0) return __real_pwritev(fd, parts, count, position);
  struct iovec half = parts[0];
  if (half.iov_len > 1) half.iov_len /= 2;
  return __real_pwritev(fd, &half, 1, position);
}
int __wrap_ftruncate(int fd, off_t size) {
  return fails("ftruncate") ? -1 : __real_ftruncate(fd, size);
}
int __wrap_fdatasync(int fd) { return fails("fdatasync") ? -1 : __real_fdatasync(fd); }
int __wrap_fsync(int fd) { return fails("fsync") ? -1 : __real_fsync(fd); }
int __wrap_syncfs(int fd) { return fails("syncfs") ? -1 : __real_syncfs(fd); }
int __wrap_rename(const char* from, const char* to) {
  return fails("rename") ? -1 : __real_rename(from, to);
}
int __wrap_remove(const char* path) { return fails("remove") ? -1 : __real_remove(path); }
int __wrap_mkdir(const char* path, mode_t mode) {
  return fails("mkdir") ? -1 : __real_mkdir(path, mode);
}
DIR* __wrap_opendir(const char* path) { return fails("opendir") ? nullptr : __real_opendir(path); }
struct dirent* __wrap_readdir(DIR* stream) {
  return fails("readdir") ? nullptr : __real_readdir(stream);
}

}  // extern "C"
