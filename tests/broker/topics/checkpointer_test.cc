#include "broker/topics/checkpointer.h"

#include <map>

#include "broker/storage/checkpoint.h"
#include "broker/storage/log_format.h"
#include "tests/broker/topics/partition_fixture.h"

using namespace leat;
using namespace leat::topics;
using storage::SimCall;
using storage::SimFileSystem;

namespace {

const std::string kBeside = fmt::format("{}.tmp", storage::kEpochFile);

// What a partition's leader-epoch file says; empty when it is not there or not whole.
std::vector<storage::EpochStart> epochs(SimFileSystem& disk, const Partition& partition) {
  const auto text = storage::read_whole_file(
      disk, fmt::format("{}/{}", partition.directory(), storage::kEpochFile));
  if (!text.ok()) return {};
  const auto said = storage::parse_epochs(as_text(*text));
  return said.ok() ? *said : std::vector<storage::EpochStart>();
}

struct Partitions {
  explicit Partitions(int count) {
    for (int i = 0; i < count; ++i) {
      all.push_back(broker.create(fmt::format("t{}", i)));
      all.back()->open_now();
      write(*all.back());
    }
    REQUIRE(broker.gate->flush_once());
    broker.workers.run_all();
    disk.set_hook([this](const storage::SimOperation& operation) {
      if (operation.path.ends_with(kBeside)) ++written[operation.call];
      ++calls[operation.call];
      return fail ? fail(operation) : Status();
    });
  }
  void write(Partition& partition) {
    REQUIRE(broker.append(partition, 10).error == ErrorCode::kNone);
  }
  void checkpoint() {
    calls.clear();
    written.clear();
    REQUIRE(broker.checkpointer->run().ok());
  }

  SimFileSystem disk;
  ManualClock clock;
  PartitionFixture broker{disk, clock};
  std::vector<std::shared_ptr<Partition>> all;
  std::map<SimCall, int> calls;
  std::map<SimCall, int> written;
  storage::SimHook fail;
};

const std::vector<storage::EpochStart> kFirst{{LeaderEpoch{1}, Offset{0}}};

}  // namespace

TEST_CASE("a checkpoint leaves the epochs of every partition durably beside its log", "[unit]") {
  Partitions p(70);
  p.checkpoint();
  const auto after = p.disk.crash(storage::PowerModel::kOnlySynced, 1);
  for (const auto& partition : p.all) CHECK(epochs(*after, *partition) == kFirst);
}

TEST_CASE("the epoch files of seventy partitions cost two syncs together", "[unit]") {
  Partitions p(70);
  p.checkpoint();
  CHECK(p.written[SimCall::kSync] == 0);
  CHECK(p.calls[SimCall::kSyncAll] == 2);
}

TEST_CASE("an epoch file that says what it should is left alone", "[unit]") {
  Partitions p(3);
  p.checkpoint();
  CHECK(p.written[SimCall::kRename] == 3);
  for (const auto& partition : p.all) p.write(*partition);
  REQUIRE(p.broker.gate->flush_once());
  p.checkpoint();
  CHECK(p.written.empty());
}

TEST_CASE("an epoch file that could not be written is written by the next checkpoint", "[unit]") {
  Partitions p(2);
  p.fail = [&](const storage::SimOperation& operation) {
    const bool struck =
        operation.path.starts_with(p.all[0]->directory()) && operation.path.ends_with(kBeside);
    return struck ? resource_exhausted("no descriptors") : Status();
  };
  p.checkpoint();
  CHECK(epochs(p.disk, *p.all[0]).empty());
  CHECK(epochs(p.disk, *p.all[1]) == kFirst);
  p.fail = nullptr;
  p.write(*p.all[0]);
  REQUIRE(p.broker.gate->flush_once());
  p.checkpoint();
  CHECK(epochs(p.disk, *p.all[0]) == kFirst);
}
