// One text, two file systems: what file_system.h promises holds for the real and the simulated disk.
#include "broker/storage/file_system.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>

#include "broker/storage/posix_file_system.h"
#include "common/base/random.h"
#include "tests/broker/storage/scratch_directory.h"
#include "tests/support/catch.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

void on_both(const std::function<void(FileSystem&, const std::string&)>& check) {
  ScratchDirectory scratch;
  PosixFileSystem posix;
  check(posix, scratch.path());
  SimFileSystem simulated;
  REQUIRE(simulated.make_directory("/data").ok());
  check(simulated, "/data");
}

std::string content(const File& file) {
  Bytes bytes(file.size() + 10);
  const auto n = file.read_at(0, bytes);
  REQUIRE(n.ok());
  bytes.resize(*n);
  return to_string(ByteView(bytes));
}

Status append_text(File& file, std::string_view text) {
  const ByteView part = as_bytes(text);
  return file.append({&part, 1});
}

std::vector<std::string> names_in(FileSystem& fs, const std::string& directory) {
  std::vector<std::string> names;
  const auto entries = fs.list(directory);
  REQUIRE(entries.ok());
  for (const auto& entry : *entries) names.push_back(entry.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("a file appends, overwrites, shrinks and reads back", "[unit]") {
  on_both([](FileSystem& fs, const std::string& dir) {
    auto file = fs.open(dir + "/a", OpenMode::kCreateNew);
    REQUIRE(file.ok());
    const ByteView parts[] = {as_bytes("one "), as_bytes(""), as_bytes("two "), as_bytes("three")};
    REQUIRE((*file)->append(parts).ok());
    CHECK((*file)->size() == 13);
    CHECK(content(**file) == "one two three");
    REQUIRE((*file)->write_at(4, as_bytes("TWO")).ok());
    CHECK(content(**file) == "one TWO three");
    REQUIRE((*file)->truncate(7).ok());
    REQUIRE(append_text(**file, "!").ok());
    REQUIRE((*file)->sync().ok());
    CHECK(content(**file) == "one TWO!");
    CHECK(*fs.file_size(dir + "/a") == 8);
    std::byte two[2];
    CHECK(*(*file)->read_at(7, two) == 1);
    CHECK(*(*file)->read_at(8, two) == 0);
    CHECK(*(*file)->read_at(100, two) == 0);
  });
}

TEST_CASE("a read past the page cache returns the same bytes, at any alignment", "[unit]") {
  on_both([](FileSystem& fs, const std::string& dir) {
    auto file = fs.open(dir + "/a", OpenMode::kCreate);
    REQUIRE(file.ok());
    Bytes written(3'000'017);
    Random(5).fill(written);
    const ByteView part = written;
    REQUIRE((*file)->append({&part, 1}).ok());
    REQUIRE((*file)->sync().ok());
    for (const std::size_t position : {0u, 1u, 511u, 4096u, 1'048'575u, 2'999'000u, 3'000'017u}) {
      Bytes read(1'500'000);
      const auto n = (*file)->read_uncached_at(position, read);
      REQUIRE(n.ok());
      CHECK(*n == std::min(read.size(), written.size() - position));
      CHECK(std::equal(read.begin(), read.begin() + static_cast<std::ptrdiff_t>(*n),
                       written.begin() + static_cast<std::ptrdiff_t>(position)));
    }
  });
}

TEST_CASE("open modes say what must exist", "[unit]") {
  on_both([](FileSystem& fs, const std::string& dir) {
    CHECK(is_not_found(fs.open(dir + "/a", OpenMode::kReadOnly).status()));
    CHECK(is_not_found(fs.open(dir + "/a", OpenMode::kReadWrite).status()));
    CHECK(is_not_found(fs.open(dir + "/none/a", OpenMode::kCreate).status()));
    CHECK(fs.open(dir + "/a", OpenMode::kCreateNew).ok());
    CHECK(fs.open(dir + "/a", OpenMode::kCreateNew).status().code() == StatusCode::kAlreadyExists);
    CHECK(fs.open(dir + "/a", OpenMode::kCreate).ok());
    CHECK(fs.open(dir + "/a", OpenMode::kReadWrite).ok());
  });
}

TEST_CASE("two handles of one file see each other's writes", "[unit]") {
  on_both([](FileSystem& fs, const std::string& dir) {
    auto one = fs.open(dir + "/a", OpenMode::kCreate);
    auto two = fs.open(dir + "/a", OpenMode::kReadWrite);
    REQUIRE((one.ok() && two.ok()));
    REQUIRE(append_text(**one, "abc").ok());
    std::byte bytes[3];
    CHECK(*(*two)->read_at(0, bytes) == 3);
    CHECK(as_text(bytes) == "abc");
  });
}

TEST_CASE("rename replaces, remove removes, and an open file outlives both", "[unit]") {
  on_both([](FileSystem& fs, const std::string& dir) {
    auto a = fs.open(dir + "/a", OpenMode::kCreate);
    auto b = fs.open(dir + "/b", OpenMode::kCreate);
    REQUIRE(append_text(**a, "new").ok());
    REQUIRE(append_text(**b, "old").ok());
    REQUIRE(fs.rename(dir + "/a", dir + "/b").ok());
    CHECK(names_in(fs, dir) == std::vector<std::string>{"b"});
    CHECK(content(**fs.open(dir + "/b", OpenMode::kReadOnly)) == "new");
    CHECK(content(**b) == "old");
    CHECK(is_not_found(fs.rename(dir + "/a", dir + "/c")));
    REQUIRE(fs.remove(dir + "/b").ok());
    CHECK(content(**a) == "new");
    CHECK(is_not_found(fs.remove(dir + "/b")));
    CHECK(is_not_found(fs.file_size(dir + "/b").status()));
  });
}

TEST_CASE("folders are made once, listed with sizes and removed only when empty", "[unit]") {
  on_both([](FileSystem& fs, const std::string& dir) {
    const std::string sub = dir + "/sub";
    CHECK(is_not_found(fs.list(sub).status()));
    REQUIRE(fs.make_directory(sub).ok());
    REQUIRE(fs.make_directory(sub).ok());
    CHECK(is_not_found(fs.make_directory(dir + "/x/y")));
    auto file = fs.open(sub + "/f", OpenMode::kCreate);
    REQUIRE(append_text(**file, "12345").ok());
    const auto entries = fs.list(sub);
    REQUIRE((entries.ok() && entries->size() == 1));
    CHECK((*entries)[0].size == 5);
    CHECK_FALSE((*entries)[0].is_directory);
    CHECK((*fs.list(dir))[0].is_directory);
    CHECK_FALSE(fs.remove(sub).ok());
    CHECK(fs.make_directory(sub + "/f").code() == StatusCode::kAlreadyExists);
    REQUIRE(fs.remove(sub + "/f").ok());
    CHECK(fs.remove(sub).ok());
  });
}

TEST_CASE("syncing files, folders and everything succeeds on a healthy disk", "[unit]") {
  on_both([](FileSystem& fs, const std::string& dir) {
    auto file = fs.open(dir + "/a", OpenMode::kCreate);
    REQUIRE(append_text(**file, "x").ok());
    (*file)->start_writeback();
    CHECK((*file)->sync().ok());
    CHECK(fs.sync_directory(dir).ok());
    CHECK(fs.sync_all(dir).ok());
    CHECK(*fs.free_bytes(dir) > 0);
    CHECK((*file)->is_resident(0, 1));
    CHECK(is_not_found(fs.sync_directory(dir + "/none")));
  });
}

// Of the first `size` bytes; 0 also where the kernel does not say.
std::uint64_t dirty_pages(const std::string& path, std::uint64_t size) {
  constexpr long kCachestatCall = 451;
  const std::array<std::uint64_t, 2> range{0, size};
  std::array<std::uint64_t, 5> counts{};  // the second: dirty
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  ::syscall(kCachestatCall, fd, range.data(), counts.data(), 0);
  ::close(fd);
  return counts[1];
}

TEST_CASE("writeback that was started leaves nothing dirty but the end of the file", "[unit]") {
  ScratchDirectory scratch;
  const std::string path = scratch.path() + "/a", text((7 << 20) / 2, 'x');
  PosixFileSystem fs;
  auto file = fs.open(path, OpenMode::kCreate);
  REQUIRE(append_text(**file, text).ok());
  (*file)->start_writeback();
  CHECK(dirty_pages(path, 2 << 20) == 0);
  Bytes all(text.size());
  REQUIRE(*(*file)->read_at(0, all) == all.size());
  CHECK(to_string(ByteView(all)) == text);
}

TEST_CASE("what is in memory is read without waiting, up to the end of the file", "[unit]") {
  on_both([](FileSystem& fs, const std::string& dir) {
    auto file = fs.open(dir + "/a", OpenMode::kCreate);
    REQUIRE(append_text(**file, "0123456789").ok());
    Bytes some(4);
    REQUIRE((*file)->read(3, some, Wait::kMustNot).ok());
    CHECK(to_string(ByteView(some)) == "3456");
    CHECK(*(*file)->read_resident_at(8, some) == 2);
    CHECK(*(*file)->read_resident_at(10, some) == 0);
    CHECK(*(*file)->read_resident_at(11, some) == 0);
  });
}

// A file of that many bytes that is out of memory, unless its file system lives there; `then` is
// what the kernel is told next.
std::unique_ptr<File> forgotten_file(const std::string& path, std::size_t size, int then) {
  PosixFileSystem fs;
  auto file = fs.open(path, OpenMode::kCreate);
  REQUIRE(append_text(**file, std::string(size, 'x')).ok());
  REQUIRE((*file)->sync().ok());
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  ::posix_fadvise(fd, 0, 0, then);
  ::close(fd);
  return std::move(*file);
}

TEST_CASE("what is on its way from the disk is not in memory yet", "[unit]") {
  ScratchDirectory scratch;
  const std::size_t size = 64 << 20, step = 64 << 10;
  const auto file = forgotten_file(scratch.path() + "/a", size, POSIX_FADV_WILLNEED);
  Bytes last(1);
  for (std::size_t at = 0; at < size; at += step) {
    if (!file->is_resident(at, step)) continue;
    CHECK(file->read_resident_at(at + step - 1, last).ok());
  }
}

TEST_CASE("what is not in memory is not waited for", "[unit]") {
  ScratchDirectory scratch;
  Bytes all(1 << 20);
  const auto file = forgotten_file(scratch.path() + "/a", all.size(), POSIX_FADV_NORMAL);
  const bool gone = !file->is_resident(0, all.size());
  CHECK(is_unavailable(file->read_resident_at(0, all).status()) == gone);
  REQUIRE(*file->read_at(0, all) == all.size());
  CHECK(*file->read_resident_at(0, all) == all.size());
}

TEST_CASE("a locked directory is refused with the process that holds it", "[unit]") {
  on_both([](FileSystem& fs, const std::string& dir) {
    auto held = fs.lock(dir + "/LOCK");
    REQUIRE(held.ok());
    const auto refused = fs.lock(dir + "/LOCK");
    CHECK(refused.status().code() == StatusCode::kFailedPrecondition);
    CHECK_THAT(describe(refused.status()), ContainsSubstring("process"));
    held->reset();
    CHECK(fs.lock(dir + "/LOCK").ok());
  });
}

TEST_CASE("the file system under the scratch directory has a name", "[unit]") {
  ScratchDirectory scratch;
  const auto kind = file_system_kind(scratch.path());
  REQUIRE(kind.ok());
  CHECK_FALSE(kind->name.empty());
  CHECK_FALSE((kind->trusted && kind->doubtful));
}
