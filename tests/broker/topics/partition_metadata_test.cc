#include "broker/topics/partition_metadata.h"

#include <map>

#include "broker/storage/checkpoint.h"
#include "tests/support/catch.h"
#include "tests/support/sim_executor.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::topics;
using storage::SimCall;
using storage::SimFileSystem;

namespace {

constexpr const char* kRoot = "/data";

struct Directories {
  explicit Directories(int count) {
    REQUIRE(disk.make_directory(kRoot).ok());
    for (int i = 0; i < count; ++i) {
      names.push_back(fmt::format("{}/t-{}", kRoot, i));
      REQUIRE(disk.make_directory(names.back()).ok());
    }
    REQUIRE(disk.sync_all(kRoot).ok());
    disk.set_hook([this](const storage::SimOperation& operation) {
      ++calls[operation.call];
      return Status();
    });
  }
  static Uuid topic(std::size_t i) {
    Uuid id;
    id.bytes[0] = static_cast<std::uint8_t>(i + 1);
    return id;
  }
  void add_all() {
    for (std::size_t i = 0; i < names.size(); ++i) writer.add(names[i], topic(i));
  }
  // How many directories say after a power cut whose they are.
  std::size_t known_after_a_power_cut() {
    const auto after = disk.crash(storage::PowerModel::kOnlySynced, 1);
    std::size_t known = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto text = storage::read_whole_file(*after, metadata_path(names[i]));
      known += text.ok() && *storage::parse_partition_metadata(as_text(*text)) == topic(i);
    }
    return known;
  }

  SimFileSystem disk;
  SimWorkers workers{1};
  PartitionMetadataWriter writer{disk, Syncer(disk, kRoot), workers};
  std::vector<std::string> names;
  std::map<SimCall, int> calls;
};

}  // namespace

TEST_CASE("a directory says durably whose it is, at the price of two syncs", "[unit]") {
  Directories d(1);
  d.add_all();
  CHECK(d.calls.empty());
  d.workers.run_all();
  CHECK(d.known_after_a_power_cut() == 1);
  CHECK(d.calls[SimCall::kSync] == 1);
  CHECK(d.calls[SimCall::kSyncDirectory] == 1);
  CHECK(d.calls[SimCall::kSyncAll] == 0);
}

TEST_CASE("a hundred directories cost two syncs together", "[unit]") {
  Directories d(100);
  d.add_all();
  d.workers.run_all();
  CHECK(d.known_after_a_power_cut() == 100);
  CHECK(d.calls[SimCall::kSync] + d.calls[SimCall::kSyncDirectory] == 0);
  CHECK(d.calls[SimCall::kSyncAll] == 2);
}

TEST_CASE("a directory that was deleted meanwhile costs the others nothing", "[unit]") {
  Directories d(3);
  d.add_all();
  REQUIRE(d.disk.remove(d.names[1]).ok());
  d.workers.run_all();
  CHECK(d.known_after_a_power_cut() == 2);
}

TEST_CASE("whoever comes while others are written is written too", "[unit]") {
  Directories d(2);
  d.writer.add(d.names[0], Directories::topic(0));
  bool told = false;
  d.disk.set_hook([&](const storage::SimOperation&) {
    if (!std::exchange(told, true)) d.writer.add(d.names[1], Directories::topic(1));
    return Status();
  });
  d.workers.run_all();
  CHECK(d.known_after_a_power_cut() == 2);
}
