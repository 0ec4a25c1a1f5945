#include "broker/meta/log_meta_store.h"

#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::meta;
using storage::SimFileSystem;

namespace {

constexpr const char* kLog = "/meta/00000000000000000000.log";

std::unique_ptr<LogMetaStore> filled(SimFileSystem& disk, const Clock& clock, Status* died = nullptr) {
  auto store = LogMetaStore::open(disk, clock, "/meta", [died](const Status& why) {
    if (died != nullptr) *died = why;
  });
  REQUIRE(store.ok());
  for (int i = 0; i < 5; ++i) {
    REQUIRE((*store)->txn({}, {{fmt::format("key-{}", i), std::string(40, 'v')}}).ok());
  }
  return *std::move(store);
}

void flip_bit(SimFileSystem& disk, std::uint64_t position) {
  auto file = disk.open(kLog, storage::OpenMode::kReadWrite);
  REQUIRE(file.ok());
  std::byte byte{};
  REQUIRE((*file)->read_at(position, {&byte, 1}).ok());
  byte ^= std::byte{4};
  REQUIRE((*file)->write_at(position, {&byte, 1}).ok());
}

}  // namespace

TEST_CASE("a flipped bit in the metadata log is refused and nothing is changed", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  filled(disk, clock);
  const auto size = *disk.file_size(kLog);
  for (const std::uint64_t position : {size / 5 - 3, size / 2, size / 5 * 4 - 3}) {
    flip_bit(disk, position);
    const std::uint64_t before = disk.live_hash();
    const auto opened = LogMetaStore::open(disk, clock, "/meta", [](const Status&) {});
    INFO("at " << position);
    CHECK(is_corruption(opened.status()));
    CHECK(disk.live_hash() == before);
    flip_bit(disk, position);
  }
  CHECK(LogMetaStore::open(disk, clock, "/meta", [](const Status&) {}).ok());
}

TEST_CASE("a torn last transaction of the metadata log is cut", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  filled(disk, clock);
  const auto size = *disk.file_size(kLog);
  REQUIRE((*disk.open(kLog, storage::OpenMode::kReadWrite))->truncate(size - 7).ok());
  const auto opened = LogMetaStore::open(disk, clock, "/meta", [](const Status&) {});
  REQUIRE(opened.ok());
  CHECK((*opened)->get("key-3").has_value());
  CHECK_FALSE((*opened)->get("key-4").has_value());
}

TEST_CASE("a failed write to the metadata log ends the process, a full disk does not", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  Status died;
  const auto store = filled(disk, clock, &died);
  Status error = disk_full("no space");
  disk.set_hook([&](const storage::SimOperation& operation) {
    return operation.call == storage::SimCall::kAppend ? error : Status();
  });
  CHECK_FALSE(store->txn({}, {{"more", "v"}}).ok());
  CHECK(died.ok());
  error = io_error("broken");
  CHECK_FALSE(store->txn({}, {{"more", "v"}}).ok());
  CHECK_FALSE(died.ok());
}

TEST_CASE("the empty file of a roll that failed does not keep the metadata log from opening", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  filled(disk, clock);
  REQUIRE(disk.open("/meta/00000000000000000002.log", storage::OpenMode::kCreate).ok());
  const auto opened = LogMetaStore::open(disk, clock, "/meta", [](const Status&) {});
  REQUIRE(opened.ok());
  CHECK((*opened)->get("key-4").has_value());
}
