#include "broker/storage/broker_checkpoint.h"

#include <map>

#include "broker/storage/posix_file_system.h"
#include "common/base/random.h"
#include "tests/broker/storage/scratch_directory.h"
#include "tests/support/catch.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

CheckpointEntry random_entry(Random& random) {
  CheckpointEntry entry;
  entry.row.start = Offset{random.between(0, 100)};
  entry.row.durable = {Offset{random.between(100, 200)}, Offset{random.between(0, 100)},
                       random.below(1 << 30)};
  for (std::uint64_t i = random.below(4); i > 0; --i)
    entry.row.segments.push_back({Offset{random.between(0, 100)}, random.below(1000),
                                  random.between(-1, 1000), random.between(-1, 1000)});
  for (std::uint64_t i = random.below(3); i > 0; --i)
    entry.row.epochs.push_back({LeaderEpoch{static_cast<std::int32_t>(random.below(9))},
                                Offset{random.between(0, 100)}});
  entry.blob.resize(random.below(200));
  random.fill(entry.blob);
  return entry;
}

struct Fixture {
  ScratchDirectory scratch;
  PosixFileSystem fs;
  std::unique_ptr<BrokerCheckpoint> checkpoint;
  std::map<TopicPartitionId, CheckpointEntry> expected;

  Fixture() { reopen(); }
  void reopen() {
    checkpoint.reset();
    auto opened = BrokerCheckpoint::open(fs, scratch.path());
    INFO(describe(opened.status()));
    REQUIRE(opened.ok());
    checkpoint = *std::move(opened);
  }
  std::string path() const { return scratch.path() + "/leat-checkpoint"; }
  static TopicPartitionId id(std::uint64_t n) {
    TopicPartitionId partition;
    partition.topic.bytes[3] = static_cast<std::uint8_t>(n / 8);
    partition.partition = PartitionIndex{static_cast<std::int32_t>(n % 8)};
    return partition;
  }
  void commit(std::vector<CheckpointChange> changes) {
    REQUIRE(checkpoint->commit(changes).ok());
    for (const auto& change : changes) {
      if (change.entry) {
        expected[change.partition] = *change.entry;
      } else {
        expected.erase(change.partition);
      }
    }
  }
  void check() {
    CHECK(checkpoint->partitions() == expected.size());
    std::size_t seen = 0;
    CHECK(checkpoint->for_each([&](const TopicPartitionId& partition, CheckpointEntry entry) {
            ++seen;
            CHECK(expected.at(partition) == entry);
            return Status();
          }).ok());
    CHECK(seen == expected.size());
  }
};

}  // namespace

TEST_CASE("the newest row of each partition counts, also after a restart", "[unit]") {
  Fixture f;
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<CheckpointChange> changes;
    for (std::uint64_t i = random.below(10) + 1; i > 0; --i)
      changes.push_back({Fixture::id(random.below(40)), random_entry(random)});
    if (random.chance(1, 3)) changes.push_back({Fixture::id(random.below(40)), std::nullopt});
    f.commit(std::move(changes));
    if (round % 7 == 0) f.reopen();
    f.check();
  }
  CHECK_FALSE(f.checkpoint->find(Fixture::id(999))->has_value());
}

TEST_CASE("a file that has outgrown its rows is written anew", "[unit]") {
  Fixture f;
  Random random(2);
  CheckpointEntry entry = random_entry(random);
  entry.blob.resize(10'000);
  for (int i = 0; i < 500; ++i) f.commit({{Fixture::id(0), entry}, {Fixture::id(1), entry}});
  CHECK(f.checkpoint->file_bytes() < (2u << 20));
  f.check();
  f.reopen();
  f.check();
}

TEST_CASE("damage anywhere costs only the rows it hits: the older ones count", "[unit]") {
  Random random(3);
  for (int round = 0; round < 60; ++round) {
    Fixture f;
    CheckpointEntry older = random_entry(random);
    f.commit({{Fixture::id(0), older}, {Fixture::id(1), random_entry(random)}});
    const std::uint64_t first_commit_end = f.checkpoint->file_bytes();
    f.commit({{Fixture::id(0), random_entry(random)}});
    const std::uint64_t end = f.checkpoint->file_bytes();
    {
      auto file = f.fs.open(f.path(), OpenMode::kReadWrite);
      REQUIRE(file.ok());
      if (round % 2 == 0) {  // torn
        REQUIRE((*file)->truncate(first_commit_end + random.below(end - first_commit_end)).ok());
      } else {  // rotten
        const std::uint64_t at = first_commit_end + 8 + random.below(end - first_commit_end - 8);
        std::byte byte;
        REQUIRE((*file)->read_at(at, {&byte, 1}).ok());
        byte ^= std::byte{1};
        REQUIRE((*file)->write_at(at, {&byte, 1}).ok());
      }
    }
    f.reopen();
    f.expected[Fixture::id(0)] = older;
    f.check();
    f.commit({{Fixture::id(0), random_entry(random)}});
    f.reopen();
    f.check();
  }
}

TEST_CASE("a row that a killed process had not synced is durable once it has been read", "[unit]") {
  SimFileSystem disk;
  REQUIRE(disk.make_directory("/d").ok());
  REQUIRE(disk.sync_directory("").ok());
  Random random(5);
  const CheckpointChange change{Fixture::id(1), random_entry(random)};
  auto before = BrokerCheckpoint::open(disk, "/d");
  REQUIRE(before.ok());
  std::unique_ptr<SimFileSystem> after_kill;
  disk.set_hook([&](const SimOperation& operation) {
    if (operation.call == SimCall::kSync) after_kill = disk.kill();
    return Status();
  });
  REQUIRE((*before)->commit({&change, 1}).ok());
  auto reading = BrokerCheckpoint::open(*after_kill, "/d");
  REQUIRE(reading.ok());
  REQUIRE((*reading)->find(change.partition)->has_value());
  const auto after_cut = after_kill->crash(PowerModel::kOnlySynced, 1);
  auto again = BrokerCheckpoint::open(*after_cut, "/d");
  REQUIRE(again.ok());
  CHECK((*again)->find(change.partition)->has_value());
}

TEST_CASE("a checkpoint of a newer format is refused and left untouched", "[unit]") {
  Fixture f;
  f.commit({});
  {
    auto file = f.fs.open(f.path(), OpenMode::kReadWrite);
    const std::byte version{9};
    REQUIRE((*file)->write_at(7, {&version, 1}).ok());
  }
  CHECK(BrokerCheckpoint::open(f.fs, f.scratch.path()).status().code() ==
        StatusCode::kUnimplemented);
}
