#include <algorithm>

#include "broker/storage/log_format.h"
#include "tests/broker/storage/log_fixture.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

struct Simulated {
  SimFileSystem fs;
  LogFixture log{fs, "/t-0"};

  static std::string file(std::int64_t base, std::string_view suffix = ".log") {
    return fmt::format("/t-0/{:020}{}", base, suffix);
  }
  std::unique_ptr<File> open(const std::string& path) {
    auto opened = fs.open(path, OpenMode::kReadWrite);
    REQUIRE(opened.ok());
    return *std::move(opened);
  }
  void append_garbage(const std::string& path, std::size_t bytes) {
    const Bytes garbage(bytes, std::byte{0x5a});
    const ByteView part = garbage;
    REQUIRE(open(path)->append({&part, 1}).ok());
  }
  void flip(const std::string& path, std::uint64_t position) {
    const auto opened = open(path);
    std::byte byte;
    REQUIRE(opened->read_at(position, {&byte, 1}).ok());
    byte ^= std::byte{0x10};
    REQUIRE(opened->write_at(position, {&byte, 1}).ok());
  }
  bool has_file_ending(std::string_view suffix) {
    const auto files = fs.files();
    return std::any_of(files.begin(), files.end(),
                       [&](const std::string& path) { return path.ends_with(suffix); });
  }
};

}  // namespace

TEST_CASE("a torn tail is cut at the last whole batch and kept beside the log", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  for (int i = 0; i < 5; ++i) t.append(2);
  const LogPosition end = t.log->end();
  t.log.reset();
  s.append_garbage(s.file(0), 77);
  t.open();
  CHECK(t.log->end() == end);
  CHECK(t.report.cut_bytes == 77);
  CHECK(s.has_file_ending(".torn"));
  CHECK(t.read_all() == t.appended());
  t.append(1);
  CHECK(t.read_all() == t.appended());
}

TEST_CASE("a tail of zeros is cut and not kept", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  t.append(2);
  t.log.reset();
  const Bytes zeros(5000);
  const ByteView part = zeros;
  REQUIRE(s.open(s.file(0))->append({&part, 1}).ok());
  t.open();
  CHECK(t.report.cut_bytes == 5000);
  CHECK_FALSE(s.has_file_ending(".torn"));
}

TEST_CASE("a damaged batch above the checkpoint ends the log before it", "[unit]") {
  for (int victim = 0; victim < 6; ++victim) {
    Simulated s;
    LogFixture& t = s.log;
    t.open();
    std::uint64_t position = 0;
    for (int i = 0; i < 6; ++i) {
      t.append(2);
      if (i < victim) position = t.log->end().position;
    }
    t.log.reset();
    s.flip(s.file(0), position + 100);
    t.open();
    CHECK(t.log->end().offset == Offset{2 * victim});
  }
}

TEST_CASE("only what lies above the checkpoint is scanned", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.segment_bytes = 1000;
  t.open();
  for (int i = 0; i < 30; ++i) t.append(2);
  t.sync();
  t.checkpoint();
  t.reopen();
  CHECK(t.report.scanned_bytes == 0);
  CHECK(t.recovered.empty());
  const std::uint64_t before = t.log->size_bytes();
  for (int i = 0; i < 9; ++i) t.append(2);
  const std::uint64_t written = t.log->size_bytes() - before;
  t.reopen();
  CHECK(t.report.scanned_bytes == written);
  CHECK(t.recovered.size() == 9);
  CHECK(t.read_all() == t.appended());
}

TEST_CASE(
    "a row that remembers a later time than its position does not make recovery read below it",
    "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.value_bytes = 5000;
  t.open();
  for (int i = 0; i < 20; ++i) t.append(1);
  t.sync();
  for (int i = 0; i < 3; ++i) t.append(1);
  t.checkpoint();
  t.log->checkpointed(*t.row);
  REQUIRE(t.row->segments.back().max_timestamp == 1000 + 22);
  std::uint64_t read_below = 0;
  s.fs.set_hook([&](const SimOperation& operation) {
    const bool is_read =
        operation.call == SimCall::kRead || operation.call == SimCall::kReadUncached;
    if (is_read && operation.path.ends_with(".log") && operation.position < t.row->durable.position)
      read_below += operation.size;
    return Status();
  });
  t.reopen();
  CHECK(read_below < t.row->durable.position / 5);
  CHECK(t.recovered.size() == 3);
  s.fs.set_hook(nullptr);
  CHECK(t.log->find_max_timestamp(t.log->end().offset)->value().timestamp == 1000 + 22);
}

TEST_CASE("a row that remembers a time that was cut off finds the latest that is there", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  t.append(1, 7000);
  for (int i = 0; i < 20; ++i) t.append(1, 5000);
  t.sync();
  t.append(1, 9000);
  t.checkpoint();
  REQUIRE(t.row->segments.back().max_timestamp == 9000);
  t.batches.pop_back();
  s.flip(s.file(0), t.row->durable.position + 70);
  t.reopen();
  CHECK(t.report.cut_bytes > 0);
  CHECK(t.log->find_max_timestamp(t.log->end().offset)->value().timestamp == 7000);
  CHECK(t.read_all() == t.appended());
}

TEST_CASE("a time index that lost its end is completed before the tail adds to it", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.index_interval_bytes = 1;
  t.open();
  for (int i = 0; i < 10; ++i) t.append(1, 7000 + i);
  t.append(1, 9000);
  for (int i = 0; i < 10; ++i) t.append(1, 7500);
  t.sync();
  t.checkpoint();
  t.log->checkpointed(*t.row);
  // Later than all that the time index still tells, earlier than the latest there is.
  for (int i = 0; i < 5; ++i) t.append(1, 8000 + i);
  REQUIRE(s.open(s.file(0, ".timeindex"))->truncate(5 * kTimeIndexEntryBytes).ok());
  t.reopen();
  CHECK(t.recovered.size() == 5);
  const Offset end = t.log->end().offset;
  CHECK(t.log->find_max_timestamp(end)->value().timestamp == 9000);
  CHECK(t.log->find_timestamp(8500, end)->value().offset == Offset{10});
  CHECK(t.log->find_timestamp(8001, end)->value().offset == Offset{10});
  t.append(1, 9500);
  t.append(1, 9500);
  CHECK(t.log->find_timestamp(9200, t.log->end().offset)->value().offset == end);
}

TEST_CASE("a segment that is damaged below the scanned tail keeps the time its row remembers",
          "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  for (int i = 0; i < 6; ++i) t.append(1, 5000);
  t.append(1, 9000);
  t.sync();
  t.checkpoint();
  t.append(1, 6000);
  s.flip(s.file(0), 3 * t.batches[0].size() + 16);
  t.reopen();
  CHECK(t.recovered.size() == 1);
  CHECK(t.log->row().segments.back().max_timestamp == 9000);
  t.append(1, 6500);
  CHECK(t.log->row().segments.size() == 1);
  t.sync();
  CHECK(t.log->row().segments.size() == 2);
}

TEST_CASE("where the page cache and the disk agree recovery writes nothing", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.value_bytes = 100'000;
  t.open();
  t.append(1);
  t.sync();
  t.value_bytes = 5000;
  t.append(1);
  s.fs.fail_next_sync(io_error("sync: Input/output error"));
  CHECK_FALSE(t.try_sync().ok());
  t.log.reset();
  const auto restarted = s.fs.kill();
  std::uint64_t first = UINT64_MAX;
  restarted->set_hook([&](const SimOperation& operation) {
    if (operation.call == SimCall::kWriteAt) first = std::min(first, operation.position);
    return Status();
  });
  LogFixture again{*restarted, "/t-0"};
  again.open();
  // The disk lacks the second batch, and only the piece it begins in is written again.
  CHECK(again.log->end().offset == Offset{1});
  CHECK(first > 64'000);
  CHECK(first < UINT64_MAX);
}

TEST_CASE("a reader at the tail costs one read also after a recovery", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  for (int i = 0; i < 100; ++i) t.append(2);
  t.reopen();
  std::vector<SimCall> calls;
  s.fs.set_hook([&](const SimOperation& operation) {
    calls.push_back(operation.call);
    return Status();
  });
  const LogPosition end = t.log->end();
  REQUIRE(t.log->read({end.offset - 1, 1, end, true, Wait::kMustNot}).ok());
  CHECK((calls == std::vector<SimCall>{SimCall::kReadResident}));
}

TEST_CASE("epochs that began above the checkpoint are known after a recovery", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.epoch = LeaderEpoch{3};
  t.open();
  t.append(2);
  t.sync();
  t.checkpoint();
  t.append(1);
  t.epoch = LeaderEpoch{4};
  t.append(2);
  t.append(2);
  t.reopen();
  CHECK((t.log->epochs() ==
         std::vector<EpochStart>{{LeaderEpoch{3}, Offset{0}}, {LeaderEpoch{4}, Offset{3}}}));
}

TEST_CASE("a file shorter than the checkpoint says is refused, and nothing is touched", "[unit]") {
  for (const bool missing : {false, true}) {
    Simulated s;
    LogFixture& t = s.log;
    t.options.segment_bytes = 1000;
    t.open();
    for (int i = 0; i < 30; ++i) t.append(2);
    t.sync();
    t.checkpoint();
    const std::int64_t victim = t.log->segments()[2].base.value();
    t.log.reset();
    if (missing) {
      REQUIRE(s.fs.remove(s.file(victim)).ok());
    } else {
      REQUIRE(s.open(s.file(victim))->truncate(10).ok());
    }
    const std::uint64_t before = s.fs.live_hash();
    const Status refused = t.try_open();
    CHECK(refused.code() == StatusCode::kFailedPrecondition);
    CHECK_THAT(describe(refused), ContainsSubstring("durable data missing"));
    CHECK(s.fs.live_hash() == before);
  }
}

TEST_CASE("damage below the checkpoint stays: that range is corrupt, the rest reads on", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.segment_bytes = 1000;
  t.options.index_interval_bytes = 0;
  t.open();
  for (int i = 0; i < 30; ++i) t.append(2);
  t.sync();
  t.checkpoint();
  const auto segments = t.log->segments();
  t.log.reset();
  // The first batch of the third segment, in its records.
  s.flip(s.file(segments[2].base.value()), 70);
  const std::uint64_t size = *s.fs.file_size(s.file(segments[2].base.value()));
  t.open();
  CHECK(t.log->end().offset == Offset{60});
  CHECK(*s.fs.file_size(s.file(segments[2].base.value())) == size);
  CHECK(is_corruption(t.try_read(segments[2].base).status()));
  CHECK_FALSE(t.read(segments[2].base - 1, 100).empty());
  CHECK_FALSE(t.read(segments[2].base + 2, 100).empty());
  t.append(1);
  CHECK_FALSE(t.read(Offset{60}).empty());
}

TEST_CASE("damage in the active segment below the checkpoint sends appends to a new one", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  for (int i = 0; i < 5; ++i) t.append(2);
  t.sync();
  t.checkpoint();
  t.log.reset();
  const auto opened = s.open(s.file(0));
  const Bytes rot(20, std::byte{0xff});
  REQUIRE(opened->write_at(5, rot).ok());
  t.open();
  t.append(3);
  CHECK(t.log->segments().size() == 2);
  CHECK_FALSE(t.read(Offset{10}).empty());
  CHECK(is_corruption(t.try_read(Offset{0}).status()));
}

TEST_CASE("indexes that are missing or damaged are made again", "[unit]") {
  for (const bool missing : {false, true}) {
    Simulated s;
    LogFixture& t = s.log;
    t.options.segment_bytes = 5000;
    t.options.index_interval_bytes = 300;
    t.open();
    for (int i = 0; i < 100; ++i) t.append(2);
    t.sync();
    t.checkpoint();
    t.log.reset();
    for (const std::string& path : s.fs.files()) {
      if (!path.ends_with("index")) continue;
      if (missing) REQUIRE(s.fs.remove(path).ok());
      if (!missing && *s.fs.file_size(path) > 0) s.flip(path, *s.fs.file_size(path) / 2);
    }
    t.open();
    CHECK(t.read_all() == t.appended());
    t.append(2);
    CHECK(t.read_all() == t.appended());
  }
}

TEST_CASE("a segment behind a hole goes, one that joins stays", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.segment_bytes = 1000;
  t.open();
  for (int i = 0; i < 30; ++i) t.append(2);
  const auto segments = t.log->segments();
  REQUIRE(segments.size() > 3);
  t.log.reset();
  SECTION("a hole") {
    REQUIRE(s.open(s.file(segments[1].base.value()))->truncate(segments[1].size - 5).ok());
    t.open();
    CHECK(t.log->segments().size() == 2);
    CHECK(t.log->end().offset < segments[2].base);
    CHECK(s.has_file_ending(".torn"));
  }
  SECTION("leftover bytes, nothing missing") {
    s.append_garbage(s.file(segments[1].base.value()), 50);
    t.open();
    CHECK(t.log->end().offset == Offset{60});
    CHECK(t.read_all() == t.appended());
  }
}

TEST_CASE("after a failed sync the disk's bytes count, not those of the page cache", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  t.append(2);
  t.sync();
  t.append(3);
  s.fs.fail_next_sync(io_error("sync: Input/output error"));
  CHECK_FALSE(t.try_sync().ok());
  t.log.reset();
  const auto restarted = s.fs.kill();
  LogFixture again{*restarted, "/t-0"};
  again.open();
  CHECK(again.log->end().offset == Offset{2});
}

TEST_CASE("offsets with gaps are kept without a row only where compaction may have made them",
          "[unit]") {
  for (const bool may_have_gaps : {false, true}) {
    Simulated s;
    LogFixture& t = s.log;
    t.options.may_have_gaps = may_have_gaps;
    t.open();
    t.append(2);
    const Bytes far = make_batch(Offset{10}, 2, 5000, 10);
    const BatchToAppend batch{far, Offset{10}, Offset{11}, 5001, LeaderEpoch{0}};
    REQUIRE(t.log->append({&batch, 1}).ok());
    t.reopen();
    CHECK(t.log->end().offset == Offset{may_have_gaps ? 12 : 2});
    if (!may_have_gaps) continue;
    const auto header = record::parse_header(t.read(Offset{5}));
    REQUIRE(header.has_value());
    CHECK(header->base_offset == Offset{10});
  }
}

TEST_CASE("an empty directory found after a kill is as durable as what is written into it", "[unit]") {
  SimFileSystem before;
  REQUIRE(before.make_directory("/p").ok());
  REQUIRE(before.sync_directory("").ok());
  // The process ended between its first mkdir and the file.
  REQUIRE(before.make_directory("/p/t-0").ok());
  const auto fs = before.kill();
  LogFixture t{*fs, "/p/t-0"};
  t.open();
  t.append(3);
  t.sync();
  const auto after = fs->crash(PowerModel::kOnlySynced, 1);
  LogFixture next{*after, "/p/t-0"};
  next.open();
  CHECK(next.log->end().offset == Offset{3});
}

TEST_CASE("a segment between two that the checkpoint names, and unknown to it, is left alone",
          "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.segment_bytes = 500;
  t.open();
  for (int i = 0; i < 10; ++i) t.append(2);
  t.sync();
  t.checkpoint();
  REQUIRE(t.row->segments.size() > 2);
  t.log.reset();
  const std::string stray = s.file(1);
  REQUIRE(s.fs.open(stray, OpenMode::kCreateNew).ok());
  s.append_garbage(stray, 50);
  t.open();
  CHECK(t.read_all() == t.appended());
  CHECK(s.open(stray)->size() == 50);
}

TEST_CASE("a batch larger than what recovery reads at once is checked as a whole", "[unit]") {
  // Of the second, the size alone is not believed.
  const std::uint32_t size = GENERATE(5u << 20, 20u << 20);
  Simulated s;
  LogFixture& t = s.log;
  t.value_bytes = size;
  t.open();
  t.append(1);
  t.append(1);
  t.reopen();
  CHECK(t.log->end().offset == Offset{2});
  t.log.reset();
  s.flip(s.file(0), size + size / 2);
  t.open();
  CHECK(t.log->end().offset == Offset{1});
}

TEST_CASE("a log whose records up to its durable start were lost goes on at the start", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  t.append(3);
  t.sync();
  t.append(4);
  REQUIRE(t.log->delete_before(Offset{6}).ok());
  t.checkpoint();
  const auto after = s.fs.crash(PowerModel::kOnlySynced, 1);
  LogFixture next{*after, "/t-0"};
  next.row = t.row;
  next.open();
  CHECK(next.log->start_offset() == Offset{6});
  CHECK(next.log->end().offset == Offset{6});
  next.append(2);
  CHECK(next.read_all() == next.appended());
}

TEST_CASE("where every batch was synced, damage before a whole batch is rot and nothing is cut",
          "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.is_synced_batch_by_batch = true;
  t.open();
  t.append(2);
  const std::uint64_t second = t.log->end().position;
  t.append(2);
  t.append(2);
  t.sync();
  t.log.reset();
  s.flip(s.file(0), second + 70);
  const std::uint64_t before = s.fs.live_hash();
  CHECK(is_corruption(t.try_open()));
  CHECK(s.fs.live_hash() == before);
}
