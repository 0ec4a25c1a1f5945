#include "tests/broker/topics/partition_fixture.h"

using namespace leat;
using namespace leat::topics;
using storage::SimFileSystem;

TEST_CASE("a blocking open does not wait for a worker that has not begun", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  PartitionFixture broker(disk, clock);
  const auto partition = broker.create("t");
  bool told = false;
  partition->when_open(&broker.executor, [&] { told = true; });
  partition->open_now();
  CHECK(partition->is_open());
  broker.executor.run_all();
  CHECK(told);
  broker.workers.run_all();
  CHECK(partition->is_open());
}

TEST_CASE("a deleted partition takes none of the room for unsynced bytes", "[unit]") {
  Opened opened;
  auto& [disk, clock, broker, partition] = opened;
  REQUIRE(broker.append(*partition, 1000).error == ErrorCode::kNone);
  CHECK(broker.unsynced > 1000);
  REQUIRE(broker.catalog->remove("t").ok());
  CHECK(broker.unsynced == 0);
}

TEST_CASE("a retry is recognised after a restart, however old its timestamp", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  {
    PartitionFixture broker(disk, clock);
    const auto partition = broker.create("t");
    partition->open_now();
    CHECK(broker.append(*partition, 10, 1, 0).base_offset == Offset{0});
    CHECK(broker.append(*partition, 10, 1, 1).base_offset == Offset{1});
    REQUIRE(broker.gate->flush_once());
  }
  const auto after = disk.kill();
  PartitionFixture broker(*after, clock);
  const auto partition = broker.find("t");
  partition->open_now();
  CHECK(partition->expire_producers(clock.wall_ms() - 1000) == 0);
  CHECK(broker.append(*partition, 10, 1, 1).base_offset == Offset{1});
  CHECK(partition->ends().end.offset == Offset{2});
}

TEST_CASE("files that were deleted go away without another append", "[unit]") {
  Opened opened;
  auto& [disk, clock, broker, partition] = opened;
  REQUIRE(broker.append(*partition, 10).error == ErrorCode::kNone);
  REQUIRE(partition->log().roll().ok());
  REQUIRE(broker.append(*partition, 10).error == ErrorCode::kNone);
  REQUIRE(broker.gate->flush_once());
  REQUIRE(partition->delete_before(Offset{1}).ok());
  REQUIRE(broker.checkpointer->run().ok());
  partition->purge_deleted();
  CHECK(broker.files_ending(".log.deleted") == 1);
  clock.advance(std::chrono::seconds(61));
  partition->purge_deleted();
  CHECK(broker.files_ending(".log.deleted") == 0);
}

TEST_CASE("retention reaches a partition that nobody has asked for since the start", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  {
    PartitionFixture broker(disk, clock);
    const auto partition = broker.create("t", {{"retention.ms", "1000"}});
    partition->open_now();
    REQUIRE(broker.append(*partition, 10, clock.wall_ms()).error == ErrorCode::kNone);
    REQUIRE(broker.checkpointer->run().ok());
  }
  const auto after = disk.kill();
  PartitionFixture broker(*after, clock);
  const auto partition = broker.find("t");
  partition->enforce_retention(clock.wall_ms());
  CHECK_FALSE(partition->is_open());
  clock.advance(std::chrono::seconds(2));
  partition->enforce_retention(clock.wall_ms());
  REQUIRE(partition->is_open());
  CHECK(partition->ends().start == Offset{1});
}

TEST_CASE("a full disk refuses clients' records and takes the broker's own", "[unit]") {
  Opened opened;
  auto& [disk, clock, broker, partition] = opened;
  broker.disk_is_full = true;
  CHECK(broker.append(*partition, 10).error == ErrorCode::kKafkaStorageError);
  CHECK(broker.append(*partition, 10, 1, -1, /*may_use_reserve=*/true).error == ErrorCode::kNone);
}

TEST_CASE("what a producer sent behind a batch that a full disk refused is refused alike",
          "[unit]") {
  Opened opened;
  auto& [disk, clock, broker, partition] = opened;
  const auto send = [&](std::int32_t sequence) {
    return broker.append(*partition, 10, 1, sequence).error;
  };
  REQUIRE(send(0) == ErrorCode::kNone);
  broker.disk_is_full = true;
  CHECK(send(1) == ErrorCode::kKafkaStorageError);
  CHECK(send(2) == ErrorCode::kKafkaStorageError);
  CHECK(send(0) == ErrorCode::kNone);  // a retry of what is there needs no room
  broker.disk_is_full = false;
  CHECK(send(3) == ErrorCode::kKafkaStorageError);
  CHECK(send(1) == ErrorCode::kNone);
  CHECK(send(3) == ErrorCode::kOutOfOrderSequenceNumber);
  CHECK(send(2) == ErrorCode::kNone);
  CHECK(partition->ends().end.offset == Offset{3});
}

TEST_CASE("a new producer's second batch does not overtake the first, which had no room",
          "[unit]") {
  Opened opened;
  auto& [disk, clock, broker, partition] = opened;
  REQUIRE(broker.append(*partition, 10).error == ErrorCode::kNone);
  disk.set_capacity(0);
  CHECK(broker.append(*partition, 5000, 1, 0).error == ErrorCode::kKafkaStorageError);
  disk.set_capacity(1 << 20);
  CHECK(broker.append(*partition, 10, 1, 1).error == ErrorCode::kKafkaStorageError);
  CHECK(broker.append(*partition, 5000, 1, 0).error == ErrorCode::kNone);
  CHECK(broker.append(*partition, 10, 1, 1).error == ErrorCode::kNone);
}

TEST_CASE("a partition that could not open for want of descriptors opens when asked later", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  {
    PartitionFixture broker(disk, clock);
    const auto partition = broker.create("t");
    partition->open_now();
    REQUIRE(broker.append(*partition, 10).error == ErrorCode::kNone);
    REQUIRE(broker.gate->flush_once());
  }
  const auto after = disk.kill();
  PartitionFixture broker(*after, clock);
  const auto partition = broker.find("t");
  after->set_hook([](const storage::SimOperation& operation) {
    return operation.path.ends_with(".log") ? resource_exhausted("no descriptor") : Status();
  });
  partition->open_now();
  CHECK(partition->availability() == ErrorCode::kKafkaStorageError);
  after->set_hook(nullptr);
  partition->look_again_if_offline();
  CHECK(broker.append(*partition, 10).error == ErrorCode::kKafkaStorageError);
  partition->open_now();
  REQUIRE(partition->is_open());
  CHECK(partition->ends().end.offset == Offset{1});
}

TEST_CASE("a damaged partition stays offline", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  {
    PartitionFixture broker(disk, clock);
    const auto partition = broker.create("t");
    partition->open_now();
    REQUIRE(broker.append(*partition, 10).error == ErrorCode::kNone);
    REQUIRE(broker.checkpointer->run().ok());
  }
  const auto after = disk.kill();
  REQUIRE((*after->open("/data/t-0/00000000000000000000.log", storage::OpenMode::kReadWrite))->truncate(5).ok());
  PartitionFixture broker(*after, clock);
  const auto partition = broker.find("t");
  partition->open_now();
  partition->look_again_if_offline();
  partition->open_now();
  CHECK(partition->availability() == ErrorCode::kKafkaStorageError);
}

TEST_CASE("a deletion whose files cannot be moved away is done all the same", "[unit]") {
  Opened opened;
  auto& [disk, clock, broker, partition] = opened;
  REQUIRE(broker.append(*partition, 10).error == ErrorCode::kNone);
  REQUIRE(broker.gate->flush_once());
  disk.set_hook([](const storage::SimOperation& operation) {
    return operation.call == storage::SimCall::kRename ? io_error("no rename") : Status();
  });
  CHECK(broker.catalog->remove("t").ok());
  CHECK(broker.catalog->image()->find("t") == nullptr);
  broker.catalog->purge_deleted_topics();
  CHECK(broker.files_ending(".log") > 1);
  CHECK(broker.create("u") != nullptr);
}

TEST_CASE("a topic that was made again in the meantime is not deleted by the old one's id", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  PartitionFixture broker(disk, clock);
  broker.create("t");
  const Uuid old = broker.catalog->image()->find("t")->id;
  REQUIRE(broker.catalog->remove("t", old).ok());
  broker.create("t");
  CHECK(broker.catalog->remove("t", old).code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(broker.catalog->image()->find("t") != nullptr);
}

TEST_CASE("a topic that is deleted while its flush runs does not end the broker", "[unit]") {
  Opened opened;
  auto& [disk, clock, broker, partition] = opened;
  REQUIRE(broker.append(*partition, 10).error == ErrorCode::kNone);
  disk.set_hook([](const storage::SimOperation& operation) {
    const bool gone = operation.call == storage::SimCall::kSyncDirectory && operation.path == "/data/t-0";
    return gone ? not_found("moved away") : Status();
  });
  CHECK(broker.gate->flush_once());
  CHECK(broker.died.ok());
}
