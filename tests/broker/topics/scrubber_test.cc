#include "broker/topics/scrubber.h"

#include "tests/broker/topics/partition_fixture.h"

using namespace leat;
using namespace leat::storage;
using namespace leat::topics;

namespace {

constexpr auto kWeek = std::chrono::hours(24 * 7);
constexpr std::size_t kValueBytes = 1000;

std::string log_path(const std::string& topic, int base) {
  return fmt::format("/data/{}-0/{:020}.log", topic, base);
}

void flip(FileSystem& files, const std::string& path, std::uint64_t at) {
  const auto file = *files.open(path, OpenMode::kReadWrite);
  Bytes byte(1);
  REQUIRE(*file->read_at(at, byte) == 1);
  byte[0] ^= std::byte{1};
  REQUIRE(file->write_at(at, byte).ok());
  REQUIRE(file->sync().ok());
}

// A broker's partitions on a simulated disk, and a scrubber that waits by moving the clock.
struct ScrubFixture {
  explicit ScrubFixture(SimFileSystem& files, ManualClock& now)
      : disk(files), clock(now), broker(files, now), scrubber(parts()) {}

  Scrubber::Parts parts() {
    Scrubber::Parts parts;
    parts.catalog = broker.catalog.get();
    parts.files = &disk;
    parts.data_directory = PartitionFixture::kRoot;
    parts.clock = &clock;
    parts.options = [this] { return std::make_shared<const BrokerOptions>(options); };
    parts.rest = [this](Duration time) {
      clock.advance(time);
      rested += time;
    };
    return parts;
  }

  // Segments of two batches of one record each, at offsets 0, 2, 4...; the last batch is alone.
  std::shared_ptr<Partition> fill(const std::string& topic, int segments) {
    const auto partition = broker.create(topic);
    partition->open_now();
    for (int i = 0; i < segments; ++i) {
      append(*partition);
      append(*partition);
      REQUIRE(partition->log().roll().ok());
    }
    append(*partition);
    REQUIRE(broker.checkpointer->run().ok());
    return partition;
  }
  void append(Partition& partition) {
    REQUIRE(broker.append(partition, kValueBytes).error == ErrorCode::kNone);
  }
  std::uint64_t batch_size(const std::string& topic) {
    return *disk.file_size(log_path(topic, 0)) / 2;
  }
  std::uint64_t round() {
    clock.advance(kWeek);
    REQUIRE(scrubber.scrub_due());
    return scrubber.damage_count();
  }

  SimFileSystem& disk;
  ManualClock& clock;
  BrokerOptions options;
  PartitionFixture broker;
  Duration rested{};
  Scrubber scrubber;
};

StatusOr<ReadResult> read(const Partition& partition, int from) {
  return partition.read(Offset{from}, 1 << 20, true, false, storage::Wait::kMay);
}

}  // namespace

TEST_CASE("rot in an open partition is found once; what is around it is served on", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.fill("t", 3);
  CHECK(t.round() == 0);
  const std::uint64_t size = t.batch_size("t");
  // The header of offset 2: without its length nobody could walk to offset 3.
  flip(disk, log_path("t", 2), 16);
  CHECK(t.round() == 1);
  CHECK(t.round() == 1);
  CHECK(is_corruption(read(*partition, 2).status()));
  CHECK(read(*partition, 0)->data.size() == 2 * size);
  CHECK(read(*partition, 3)->data.size() == size);
  CHECK(read(*partition, 4)->data.size() == 2 * size);
  t.append(*partition);
  // Nothing was cut or removed.
  CHECK(*disk.file_size(log_path("t", 2)) == 2 * size);
  // What is sound again, after all, is served again.
  flip(disk, log_path("t", 2), 16);
  CHECK(t.round() == 1);
  CHECK(read(*partition, 2)->data.size() == 2 * size);
}

TEST_CASE("a read ends before damage that comes behind its offset", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.fill("t", 2);
  const std::uint64_t size = t.batch_size("t");
  flip(disk, log_path("t", 0), size + 500);
  CHECK(t.round() == 1);
  CHECK(read(*partition, 0)->data.size() == size);
  CHECK(is_corruption(read(*partition, 1).status()));
  CHECK(read(*partition, 2)->data.size() == 2 * size);
}

TEST_CASE("rot in a closed partition is found without opening it, and known once it opens",
          "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  {
    ScrubFixture t(disk, clock);
    t.fill("t", 2);
  }
  const auto after = disk.kill();
  flip(*after, log_path("t", 2), 500);
  ScrubFixture t(*after, clock);
  CHECK(t.round() == 1);
  const auto partition = t.broker.find("t");
  CHECK_FALSE(partition->is_open());
  partition->open_now();
  CHECK(is_corruption(read(*partition, 2).status()));
  CHECK(read(*partition, 3).ok());
}

TEST_CASE("only what the checkpoint covers is checked; appends leave a damaged segment", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.fill("t", 0);
  const std::uint64_t size = *disk.file_size(log_path("t", 0));
  t.append(*partition);
  REQUIRE(t.broker.gate->flush_once());
  flip(disk, log_path("t", 0), size + 500);
  CHECK(t.round() == 0);
  flip(disk, log_path("t", 0), size + 500);
  flip(disk, log_path("t", 0), 500);
  CHECK(t.round() == 1);
  t.append(*partition);
  CHECK(*disk.file_size(log_path("t", 0)) == 2 * size);
  CHECK(*disk.file_size(log_path("t", 2)) == size);
}

TEST_CASE("a segment that goes away while it is checked is not damaged", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.fill("t", 2);
  flip(disk, log_path("t", 0), 500);
  clock.advance(kWeek);
  bool deleted = false;
  SECTION("it is deleted") {
    disk.set_hook([&](const SimOperation& call) {
      if (call.call == SimCall::kReadUncached && !std::exchange(deleted, true))
        REQUIRE(partition->delete_before(Offset{2}).ok());
      return Status();
    });
  }
  SECTION("its topic is deleted") {
    disk.set_hook([&](const SimOperation& call) {
      if (call.call == SimCall::kReadUncached && !std::exchange(deleted, true))
        REQUIRE(t.broker.catalog->remove("t").ok());
      return Status();
    });
  }
  SECTION("the second look finds it sound") {
    int looks = 0;
    disk.set_hook([&, looks](const SimOperation& call) mutable {
      if (call.call != SimCall::kReadUncached || ++looks != 2) return Status();
      deleted = true;
      flip(disk, log_path("t", 0), 500);
      return Status();
    });
  }
  CHECK(t.scrubber.scrub_due());
  disk.set_hook({});
  CHECK(deleted);
  CHECK(t.scrubber.damage_count() == 0);
}

TEST_CASE("a damaged segment is not compacted, and goes when retention lets it", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.fill("t", 3);
  // The base offset, which no CRC covers.
  flip(disk, log_path("t", 2), 7);
  CHECK(t.round() == 1);
  TopicOptions compacted = *partition->options();
  compacted.cleanup_policy = {"compact"};
  partition->set_options(std::make_shared<const TopicOptions>(compacted));
  REQUIRE(t.broker.checkpointer->run().ok());
  const auto report = partition->compact({}, clock.wall_ms(), [](std::uint64_t) { return Status(); });
  CHECK(is_corruption(report.status()));
  CHECK(disk.file_size(log_path("t", 2)).ok());
  REQUIRE(partition->delete_before(Offset{4}).ok());
  CHECK_FALSE(partition->knows_damage_in(Offset{2}));
  CHECK(is_not_found(disk.file_size(log_path("t", 2)).status()));
}

TEST_CASE("the disk is read no faster than allowed", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  t.fill("t", 5);
  t.options.scrub_io_max_bytes_per_second = 1000;
  std::uint64_t read_bytes = 0;
  disk.set_hook([&](const SimOperation& call) {
    if (call.call == SimCall::kReadUncached) read_bytes += call.size;
    return Status();
  });
  CHECK(t.round() == 0);
  CHECK(read_bytes == 5 * 2 * t.batch_size("t") + t.batch_size("t"));
  CHECK(t.rested >= std::chrono::milliseconds(read_bytes));
}

TEST_CASE("a round begins when the interval is over, and not when scrubbing is off", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  t.fill("t", 1);
  CHECK(t.round() == 0);
  CHECK_FALSE(t.scrubber.scrub_due());
  clock.advance(kWeek - std::chrono::hours(1));
  CHECK_FALSE(t.scrubber.scrub_due());
  clock.advance(std::chrono::hours(1));
  CHECK(t.scrubber.scrub_due());
  flip(disk, log_path("t", 0), 500);
  clock.advance(kWeek);
  t.options.scrub_interval_ms = 0;
  CHECK_FALSE(t.scrubber.scrub_due());
  CHECK(t.scrubber.damage_count() == 0);
}

TEST_CASE("a round goes on where a restart interrupted it", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  t.fill("t", 4);
  t.options.scrub_io_max_bytes_per_second = 10;  // a minute or more for a segment
  clock.advance(kWeek);
  disk.set_hook([&](const SimOperation& call) {
    const bool stop = call.call == SimCall::kReadUncached && call.path.find("004.log") != call.path.npos;
    if (stop) t.options.scrub_interval_ms = 0;
    return Status();
  });
  CHECK_FALSE(t.scrubber.scrub_due());

  const auto after = disk.kill();
  ScrubFixture next(*after, clock);
  std::vector<std::string> read_files;
  after->set_hook([&](const SimOperation& call) {
    if (call.call == SimCall::kReadUncached) read_files.push_back(call.path);
    return Status();
  });
  SECTION("and knows where that was") {
    next.scrubber.resume();
    CHECK(next.scrubber.scrub_due());
    CHECK(read_files.front() == log_path("t", 4));
    CHECK(read_files.size() == 3);
  }
  SECTION("or begins at the beginning when that cannot be read") {
    flip(*after, "/data/leat-scrub", 0);
    next.scrubber.resume();
    CHECK(next.scrubber.scrub_due());
    CHECK(read_files.size() == 5);
  }
}

TEST_CASE("known damage is known again after a restart, before a round is due", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  t.fill("t", 2);
  flip(disk, log_path("t", 2), 500);
  CHECK(t.round() == 1);
  const auto after = disk.kill();
  ScrubFixture next(*after, clock);
  next.scrubber.resume();
  CHECK_FALSE(next.scrubber.scrub_due());
  CHECK(next.scrubber.damage_count() == 1);
  const auto partition = next.broker.find("t");
  partition->open_now();
  CHECK(is_corruption(read(*partition, 2).status()));
}

TEST_CASE("damage stays known in a segment that stays when records before its end are deleted",
          "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.fill("t", 3);
  const std::uint64_t size = t.batch_size("t");
  flip(disk, log_path("t", 2), 16);
  CHECK(t.round() == 1);
  REQUIRE(partition->delete_before(Offset{3}).ok());
  CHECK(partition->knows_damage_in(Offset{2}));
  CHECK(read(*partition, 3)->data.size() == size);
}

TEST_CASE("a record whose offset fell back onto the one before it is refused, and that one served",
          "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.fill("t", 3);
  const std::uint64_t size = t.batch_size("t");
  flip(disk, log_path("t", 2), size + 7);  // offset 3 becomes 2
  CHECK(t.round() == 1);
  CHECK(read(*partition, 2)->data.size() == size);
  CHECK(is_corruption(read(*partition, 3).status()));
}

TEST_CASE("known damage is known although its partition is about to open at the start", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  t.fill("t", 2);
  flip(disk, log_path("t", 2), 16);
  CHECK(t.round() == 1);
  const auto after = disk.kill();
  ScrubFixture next(*after, clock);
  const auto partition = next.broker.find("t");
  SECTION("it waits for a worker") {
    partition->when_open(&next.broker.executor, [] {});
    next.scrubber.resume();
    CHECK(next.scrubber.damage_count() == 1);
    partition->open_now();
  }
  SECTION("it is being opened: then a little later") {
    bool resumed = false;
    after->set_hook([&](const SimOperation&) {
      if (!std::exchange(resumed, true)) next.scrubber.resume();
      return Status();
    });
    partition->open_now();
    after->set_hook({});
    CHECK(resumed);
    CHECK(next.scrubber.damage_count() == 0);
    CHECK_FALSE(next.scrubber.scrub_due());
    CHECK(next.scrubber.damage_count() == 1);
  }
  CHECK(read(*partition, 3).ok());
}

TEST_CASE("what cannot be checked when its turn comes is tried again before the round ends",
          "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.fill("t", 3);
  flip(disk, log_path("t", 2), 500);
  int failures = 0;
  int failing = 0;
  SECTION("and then is") {
    failing = 2;
  }
  SECTION("and left out when it goes on failing") {
    failing = 1000;
  }
  disk.set_hook([&](const SimOperation& call) {
    const bool fails =
        call.call == SimCall::kOpen && call.path == log_path("t", 2) && failures < failing;
    if (!fails) return Status();
    ++failures;
    return resource_exhausted("no descriptors");
  });
  CHECK(t.round() == (failing == 2 ? 1 : 0));
  CHECK(failures > 1);
  disk.set_hook({});
  CHECK(t.round() == 1);
}

TEST_CASE("a roll off damage that fails ends the process, but for want of descriptors", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.fill("t", 0);
  flip(disk, log_path("t", 0), 500);
  Status failure;
  SECTION("want of descriptors") {
    failure = resource_exhausted("no descriptors");
  }
  SECTION("anything else") {
    failure = io_error("broken");
  }
  disk.set_hook([&](const SimOperation& call) {
    const bool is_new = call.call == SimCall::kOpen && call.path == log_path("t", 1);
    return is_new ? failure : Status();
  });
  CHECK(t.round() == 1);
  disk.set_hook({});
  CHECK(t.broker.died.ok() == (failure.code() == StatusCode::kResourceExhausted));
}

TEST_CASE("a search by time goes around damage", "[unit]") {
  SimFileSystem disk;
  ManualClock clock;
  ScrubFixture t(disk, clock);
  const auto partition = t.broker.create("t");
  partition->open_now();
  for (const int timestamp : {100, 101, 900, 103, 104}) {
    REQUIRE(t.broker.append(*partition, kValueBytes, timestamp).error == ErrorCode::kNone);
    if (timestamp == 101) REQUIRE(partition->log().roll().ok());
  }
  REQUIRE(t.broker.checkpointer->run().ok());
  const Offset limit = partition->ends().end.offset;
  const auto first_from = [&](std::int64_t timestamp) {
    return (*partition->find_timestamp(timestamp, limit))->offset;
  };
  CHECK(first_from(102) == Offset{2});
  CHECK((*partition->find_max_timestamp(limit))->offset == Offset{2});
  flip(disk, log_path("t", 2), 16);
  CHECK(t.round() == 1);
  CHECK(first_from(100) == Offset{0});
  CHECK(first_from(102) == Offset{3});
  CHECK(first_from(104) == Offset{4});
  CHECK_FALSE(partition->find_timestamp(105, limit)->has_value());
  CHECK((*partition->find_max_timestamp(limit))->offset == Offset{4});
}
