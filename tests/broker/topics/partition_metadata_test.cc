#include "broker/topics/partition_metadata.h"

#include <map>

#include "broker/storage/checkpoint.h"
#include "tests/broker/topics/partition_fixture.h"

using namespace leat;
using namespace leat::topics;
using storage::SimCall;
using storage::SimFileSystem;

namespace {

// New partitions, each with its first record, whose directories say nothing yet.
struct Partitions {
  explicit Partitions(int count) {
    for (int i = 0; i < count; ++i) add(fmt::format("t{}", i));
    disk.set_hook([this](const storage::SimOperation& operation) {
      ++calls[operation.call];
      return fail ? fail(operation) : Status();
    });
  }
  void add(const std::string& topic) {
    const auto partition = broker.create(topic);
    partition->open_now();
    REQUIRE(broker.append(*partition, 10).error == ErrorCode::kNone);
    all.push_back(partition);
  }
  // How many directories say after a power cut whose they are.
  std::size_t known_after_a_power_cut() {
    const auto after = disk.crash(storage::PowerModel::kOnlySynced, 1);
    std::size_t known = 0;
    for (const auto& partition : all) {
      const auto text = storage::read_whole_file(*after, metadata_path(partition->directory()));
      known +=
          text.ok() && *storage::parse_partition_metadata(as_text(*text)) == partition->id().topic;
    }
    return known;
  }

  SimFileSystem disk;
  ManualClock clock;
  PartitionFixture broker{disk, clock};
  std::vector<std::shared_ptr<Partition>> all;
  std::map<SimCall, int> calls;
  storage::SimHook fail;
};

}  // namespace

TEST_CASE("a directory says durably whose it is, at the price of two syncs", "[unit]") {
  Partitions p(1);
  REQUIRE(p.broker.gate->flush_once());
  p.calls.clear();
  p.broker.workers.run_all();
  CHECK(p.calls[SimCall::kSync] == 1);
  CHECK(p.calls[SimCall::kSyncDirectory] == 1);
  CHECK(p.calls[SimCall::kSyncAll] == 0);
  CHECK(p.known_after_a_power_cut() == 1);
}

TEST_CASE("thirty new directories cost two syncs together", "[unit]") {
  Partitions p(30);
  REQUIRE(p.broker.gate->flush_once());
  p.calls.clear();
  p.broker.workers.run_all();
  CHECK(p.calls[SimCall::kSync] + p.calls[SimCall::kSyncDirectory] == 0);
  CHECK(p.calls[SimCall::kSyncAll] == 2);
  CHECK(p.known_after_a_power_cut() == 30);
}

TEST_CASE("a directory that cannot take its metadata costs no other its own", "[unit]") {
  Partitions p(3);
  p.fail = [&](const storage::SimOperation& operation) {
    const bool struck = operation.path == metadata_path(p.all[1]->directory()) + ".tmp";
    return struck && operation.call == SimCall::kOpen ? resource_exhausted("no descriptors")
                                                      : Status();
  };
  REQUIRE(p.broker.gate->flush_once());
  p.broker.workers.run_all();
  CHECK(p.known_after_a_power_cut() == 2);
}

TEST_CASE("a topic that was deleted meanwhile writes nothing: the directory may be another's",
          "[unit]") {
  Partitions p(1);
  REQUIRE(p.broker.catalog->remove("t0").ok());
  p.broker.workers.run_all();
  CHECK(p.broker.files_ending("partition.metadata") == 0);
  CHECK(p.broker.files_ending("partition.metadata.tmp") == 0);
}

TEST_CASE("a partition that comes while others are written is written too", "[unit]") {
  Partitions p(1);
  bool told = false;
  p.fail = [&](const storage::SimOperation& operation) {
    if (operation.call == SimCall::kRename && !std::exchange(told, true)) p.add("late");
    return Status();
  };
  p.broker.workers.run_all();
  REQUIRE(p.broker.gate->flush_once());
  CHECK(p.known_after_a_power_cut() == 2);
}
