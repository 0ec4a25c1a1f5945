#include "broker/storage/sync_guard.h"

#include <thread>

#include "tests/support/catch.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

struct Fixture {
  Fixture() {
    REQUIRE(disk.make_directory("/d").ok());
    auto opened = guard.open("/d/a", OpenMode::kCreate);
    REQUIRE(opened.ok());
    file = *std::move(opened);
    REQUIRE(write().ok());
  }
  Status write() {
    const ByteView part = as_bytes("abc");
    return file->append({&part, 1});
  }
  SimFileSystem disk;
  int calls = 0;
  SyncGuard guard{disk, [this](const Status&) { ++calls; }};
  std::unique_ptr<File> file;
};

}  // namespace

TEST_CASE("a sync that fails for want of space is final, not a full disk", "[unit]") {
  Fixture t;
  t.disk.fail_next_sync(disk_full("No space left on device"));
  const Status synced = t.file->sync();
  CHECK(synced.code() == StatusCode::kInternal);
  CHECK(t.calls == 1);
  CHECK_FALSE(t.guard.state().ok());
}

TEST_CASE("nothing is written or synced after a failed sync, and reads go on", "[unit]") {
  Fixture t;
  t.disk.fail_next_sync(io_error("Input/output error"));
  REQUIRE_FALSE(t.file->sync().ok());
  const std::uint64_t before = t.disk.live_hash();
  CHECK_FALSE(t.file->sync().ok());
  CHECK_FALSE(t.write().ok());
  CHECK_FALSE(t.file->truncate(0).ok());
  CHECK_FALSE(t.guard.open("/d/b", OpenMode::kCreate).ok());
  CHECK_FALSE(t.guard.rename("/d/a", "/d/b").ok());
  CHECK_FALSE(t.guard.remove("/d/a").ok());
  CHECK_FALSE(t.guard.sync_directory("/d").ok());
  CHECK_FALSE(t.guard.sync_all("/d").ok());
  CHECK(t.disk.live_hash() == before);
  CHECK(t.calls == 1);
  Bytes into(3);
  CHECK(t.file->read_at(0, into).ok());
  CHECK(t.guard.open("/d/a", OpenMode::kReadOnly).ok());
}

TEST_CASE("a folder's failed sync is final, a folder that could not be opened is not", "[unit]") {
  Fixture t;
  CHECK(is_not_found(t.guard.sync_directory("/nowhere")));
  CHECK(t.guard.state().ok());
  t.disk.fail_next_sync(disk_full("No space left on device"));
  CHECK(t.guard.sync_directory("/d").code() == StatusCode::kInternal);
  CHECK_FALSE(t.write().ok());
}

TEST_CASE("of two syncs of a file at once the second waits for what the first was told", "[unit]") {
  Fixture t;
  std::thread other;
  Status second;
  int syncs = 0;
  t.disk.set_hook([&](const SimOperation& operation) {
    if (operation.call != SimCall::kSync) return Status();
    if (syncs++ > 0) return Status();
    other = std::thread([&] { second = t.file->sync(); });
    return io_error("Input/output error");
  });
  CHECK_FALSE(t.file->sync().ok());
  other.join();
  CHECK_FALSE(second.ok());
  CHECK(syncs == 1);
}
