#include "tests/broker/topics/partition_fixture.h"

using namespace leat;
using namespace leat::storage;
using namespace leat::topics;

namespace {

constexpr const char* kLog = "/data/t-0/00000000000000000000.log";

// Five records of a producer and five of nobody, in the checkpoint; then `harm` befalls the disk.
std::unique_ptr<SimFileSystem> damaged_disk(const ManualClock& clock,
                                            const std::function<void(SimFileSystem&)>& harm) {
  SimFileSystem disk;
  {
    PartitionFixture broker(disk, clock);
    const auto partition = broker.create("t");
    partition->open_now();
    for (int i = 0; i < 5; ++i) broker.append(*partition, 100, 1, i);
    for (int i = 0; i < 5; ++i) broker.append(*partition, 100);
    REQUIRE(broker.gate->flush_once());
    broker.workers.run_all();
    REQUIRE(broker.checkpointer->run().ok());
  }
  auto after = disk.kill();
  harm(*after);
  return after;
}

void cut_to(SimFileSystem& disk, std::uint64_t size) {
  REQUIRE((*disk.open(kLog, OpenMode::kReadWrite))->truncate(size).ok());
}

Partition::ShownLoss shown(const LossReport& report) {
  return {report.found_end, report.lost_offsets};
}

}  // namespace

TEST_CASE("a partition comes back once the loss that was shown is accepted", "[unit]") {
  ManualClock clock;
  const auto disk = damaged_disk(clock, [](SimFileSystem& d) { cut_to(d, 400); });
  PartitionFixture broker(*disk, clock);
  const auto partition = broker.find("t");
  const auto loss = partition->assess_loss();
  REQUIRE(loss.ok());
  CHECK(partition->availability() == ErrorCode::kKafkaStorageError);
  CHECK(loss->recorded_end == Offset{10});
  CHECK(loss->found_end < Offset{10});
  CHECK(loss->lost_offsets == static_cast<std::uint64_t>(Offset{10} - loss->found_end));

  Partition::ShownLoss other = shown(*loss);
  ++other.lost_offsets;
  CHECK(partition->accept_loss(other).status().code() == StatusCode::kOutOfRange);
  other = shown(*loss);
  ++other.found_end;
  CHECK(partition->accept_loss(other).status().code() == StatusCode::kOutOfRange);
  CHECK(partition->availability() == ErrorCode::kKafkaStorageError);
  CHECK(broker.append(*partition, 10).error == ErrorCode::kKafkaStorageError);

  bool opened = false;
  REQUIRE(partition->accept_loss(shown(*loss)).ok());
  partition->when_open(&broker.executor, [&] { opened = true; });
  CHECK(opened);
  REQUIRE(partition->is_open());
  CHECK(partition->ends().high_watermark.offset == Offset{10});
  CHECK(broker.append(*partition, 10).base_offset == Offset{10});
  // What a producer was told of stays told.
  CHECK(broker.append(*partition, 100, 1, 4).base_offset == Offset{4});
  CHECK(broker.append(*partition, 100, 1, 5).base_offset == Offset{11});

  // The answer may have been lost on its way.
  CHECK(*partition->accept_loss(shown(*loss)) == *loss);
  CHECK(partition->accept_loss(other).status().code() == StatusCode::kFailedPrecondition);
  CHECK(partition->ends().end.offset == Offset{12});
}

TEST_CASE("readers in an accepted gap are led to what is behind it, also to the bare end", "[unit]") {
  ManualClock clock;
  const auto disk = damaged_disk(clock, [](SimFileSystem& d) { cut_to(d, 400); });
  PartitionFixture broker(*disk, clock);
  const auto partition = broker.find("t");
  const auto loss = partition->assess_loss();
  REQUIRE(partition->accept_loss(shown(*loss)).ok());
  for (Offset from = loss->found_end; from < Offset{10}; ++from) {
    auto bridge = partition->read(from, 1000, true, false, Wait::kMay);
    REQUIRE(bridge.ok());
    REQUIRE(storage::materialize(bridge->data).ok());
    REQUIRE(bridge->data.pieces().size() == 1);
    const auto bytes = std::get<SharedBytes>(bridge->data.pieces()[0]).view();
    const auto header = record::parse_header(bytes);
    REQUIRE(header);
    CHECK(header->record_count == 0);
    CHECK(header->next_offset() == Offset{10});
    CHECK(bytes.size() == 61);
  }
  broker.append(*partition, 10);
  REQUIRE(broker.gate->flush_once());
  for (Offset from = loss->found_end; from <= Offset{10}; ++from) {
    const auto behind = partition->read(from, 1000, true, false, Wait::kMay);
    REQUIRE(behind.ok());
    CHECK_FALSE(behind->data.empty());
  }
}

TEST_CASE("an accepted loss is not found again after a restart", "[unit]") {
  ManualClock clock;
  const auto disk = damaged_disk(clock, [](SimFileSystem& d) {
    for (const std::string& path : d.files())
      if (path.starts_with("/data/t-0/")) REQUIRE(d.remove(path).ok());
    REQUIRE(d.remove("/data/t-0").ok());
  });
  std::unique_ptr<SimFileSystem> after;
  {
    PartitionFixture broker(*disk, clock);
    const auto partition = broker.find("t");
    const auto loss = partition->assess_loss();
    REQUIRE(loss.ok());
    CHECK(loss->lost_offsets == 10);
    REQUIRE(partition->accept_loss(shown(*loss)).ok());
    after = disk->crash(PowerModel::kOnlySynced, 1);
  }
  PartitionFixture broker(*after, clock);
  const auto partition = broker.find("t");
  partition->open_now();
  REQUIRE(partition->is_open());
  CHECK(partition->assess_loss().status().code() == StatusCode::kFailedPrecondition);
  CHECK(broker.append(*partition, 10).base_offset == Offset{10});
}

TEST_CASE("upkeep and new options wait neither for a scan for what is lost nor for an opening", "[unit]") {
  ManualClock clock;
  const auto disk = damaged_disk(clock, [](SimFileSystem& d) { cut_to(d, 400); });
  PartitionFixture broker(*disk, clock);
  const auto partition = broker.find("t");
  auto options = std::make_shared<TopicOptions>(*partition->options());
  options->segment_bytes = 200;
  int scans = 0;
  disk->set_hook([&](const SimOperation& operation) {
    if (operation.call != SimCall::kReadUncached || !operation.path.ends_with(".log")) return Status();
    ++scans;
    CHECK(partition->expire_producers(0) == 0);
    partition->set_options(options);
    CHECK(broker.checkpointer->run().ok());
    return Status();
  });
  const auto loss = partition->assess_loss();
  REQUIRE(loss.ok());
  REQUIRE(scans > 0);
  scans = 0;
  REQUIRE(partition->accept_loss(shown(*loss)).ok());
  CHECK(scans > 0);
  disk->set_hook(nullptr);
  CHECK(partition->options() == options);
  // The log has them as well.
  const std::size_t segments = partition->log().segments().size();
  for (int i = 0; i < 3; ++i) REQUIRE(broker.append(*partition, 150).error == ErrorCode::kNone);
  CHECK(partition->log().segments().size() >= segments + 2);
}

TEST_CASE("a partition whose loss is looked at is offline for everybody else", "[unit]") {
  ManualClock clock;
  const auto disk = damaged_disk(clock, [](SimFileSystem& d) { cut_to(d, 400); });
  PartitionFixture broker(*disk, clock);
  const auto partition = broker.find("t");
  bool told = false;
  disk->set_hook([&](const SimOperation& operation) {
    if (operation.call != SimCall::kReadUncached || told) return Status();
    CHECK(partition->availability() == ErrorCode::kKafkaStorageError);
    CHECK(broker.append(*partition, 10).error == ErrorCode::kKafkaStorageError);
    partition->when_open(&broker.executor, [&] { told = true; });
    return Status();
  });
  REQUIRE(partition->assess_loss().ok());
  CHECK(told);
}

TEST_CASE("only a partition that is offline for missing data has a loss to accept", "[unit]") {
  ManualClock clock;
  SimFileSystem disk;
  PartitionFixture broker(disk, clock);
  const auto partition = broker.create("t");
  CHECK(partition->assess_loss().status().code() == StatusCode::kFailedPrecondition);
  CHECK(partition->accept_loss({Offset{0}, 0}).status().code() == StatusCode::kFailedPrecondition);
  CHECK(partition->is_open());

  const auto other = damaged_disk(clock, [](SimFileSystem& d) {
    const std::string text = "version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ\n";
    const auto file = d.open("/data/t-0/partition.metadata", OpenMode::kCreate);
    REQUIRE((*file)->truncate(0).ok());
    const ByteView part = as_bytes(text);
    REQUIRE((*file)->append({&part, 1}).ok());
    cut_to(d, 400);
  });
  PartitionFixture strange(*other, clock);
  const auto foreign = strange.find("t");
  CHECK(foreign->assess_loss().status().code() == StatusCode::kFailedPrecondition);
  CHECK(foreign->accept_loss({Offset{0}, 10}).status().code() == StatusCode::kFailedPrecondition);
}

TEST_CASE("a loss is not accepted while the disk is full, and can be later", "[unit]") {
  ManualClock clock;
  const auto disk = damaged_disk(clock, [](SimFileSystem& d) { cut_to(d, 400); });
  PartitionFixture broker(*disk, clock);
  const auto partition = broker.find("t");
  const auto loss = partition->assess_loss();
  disk->set_hook([](const SimOperation& operation) {
    const bool grows = operation.call == SimCall::kAppend && operation.path.ends_with("leat-checkpoint");
    return grows ? disk_full("No space left on device") : Status();
  });
  CHECK(is_disk_full(partition->accept_loss(shown(*loss)).status()));
  CHECK(partition->availability() == ErrorCode::kKafkaStorageError);
  disk->set_hook(nullptr);
  CHECK(*partition->assess_loss() == *loss);
  REQUIRE(partition->accept_loss(shown(*loss)).ok());
  CHECK(partition->is_open());
  CHECK(broker.died.ok());
}
