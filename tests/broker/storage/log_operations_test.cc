#include "tests/broker/storage/log_fixture.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

struct Simulated {
  SimFileSystem fs;
  LogFixture log{fs, "/t-0"};
};

std::vector<std::int64_t> bases(const Log& log) {
  std::vector<std::int64_t> out;
  for (const SegmentRow& segment : log.segments()) out.push_back(segment.base.value());
  return out;
}

}  // namespace

TEST_CASE("a segment rolls by size, by record time and when an index is full", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  SECTION("size") {
    t.open();
    t.append(1);
    t.options.segment_bytes = static_cast<std::uint32_t>(2 * t.log->size_bytes());
    t.log->set_options(t.options);
    t.append(1);
    CHECK(bases(*t.log).size() == 1);
    t.append(1);
    CHECK(bases(*t.log) == std::vector<std::int64_t>{0, 2});
  }
  SECTION("time since the first batch's timestamp, less jitter") {
    t.options.segment_ms = 1000;
    t.options.segment_jitter_ms = 100;
    t.open();
    t.append(1, 5000);
    t.append(1, 5900);
    CHECK(bases(*t.log).size() == 1);
    t.append(1, 5901);
    CHECK(bases(*t.log) == std::vector<std::int64_t>{0, 2});
  }
  SECTION("full index") {
    t.options.segment_index_bytes = 16;
    t.options.index_interval_bytes = 0;
    t.open();
    for (int i = 0; i < 10; ++i) t.append(1);
    CHECK(bases(*t.log).size() > 1);
  }
}

TEST_CASE("a relative offset that does not fit into 31 bits begins a new segment", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  t.append(1);
  const Offset far{std::int64_t{0x7fffffff} + 1};
  const Bytes bytes = make_batch(far, 1, 5000, 10);
  const BatchToAppend batch{bytes, far, far, 5000, LeaderEpoch{0}};
  REQUIRE(t.log->append({&batch, 1}).ok());
  CHECK(bases(*t.log) == std::vector<std::int64_t>{0, far.value()});
}

TEST_CASE("a failed append leaves the end where it was and the next one succeeds", "[unit]") {
  for (const bool cut_fails : {false, true}) {
    Simulated s;
    LogFixture& t = s.log;
    t.open();
    t.append(2);
    const LogPosition end = t.log->end();
    s.fs.set_hook([&](const SimOperation& operation) {
      if (operation.call == SimCall::kAppend) return disk_full("write: no space");
      if (operation.call == SimCall::kTruncate && cut_fails) return io_error("truncate: no");
      return Status();
    });
    CHECK(is_disk_full(t.try_append(3)));
    CHECK(t.log->end() == end);
    s.fs.set_hook(nullptr);
    t.append(1);
    CHECK(t.read_all() == t.appended());
    t.reopen();
    CHECK(t.read_all() == t.appended());
  }
}

TEST_CASE("a flush finds a file open from which a failed append was to be cut", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  t.append(2);
  s.fs.set_hook([](const SimOperation& operation) {
    if (operation.call == SimCall::kAppend) return disk_full("write: no space");
    return operation.call == SimCall::kTruncate ? disk_full("truncate: no") : Status();
  });
  CHECK(is_disk_full(t.try_append(3)));
  // It lets go of the file.
  t.sync();
  t.log->close_idle_files();
  CHECK(is_disk_full(t.try_append(3)));
  t.log->close_idle_files();
  s.fs.set_hook([](const SimOperation& operation) {
    return operation.call == SimCall::kOpen ? resource_exhausted("no descriptor") : Status();
  });
  t.sync();
  s.fs.set_hook(nullptr);
  t.append(1);
  CHECK(t.read_all() == t.appended());
  t.reopen();
  CHECK(t.read_all() == t.appended());
}

TEST_CASE("what is taken back is gone, across segments, and appends go on there", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.segment_bytes = 1000;
  t.options.index_interval_bytes = 200;
  t.open();
  for (int i = 0; i < 7; ++i) t.append(2);
  t.sync();
  const LogPosition keep = t.log->end();
  const std::size_t batches = t.batches.size();
  const SyncTicket stale = t.log->prepare_sync();
  for (int i = 0; i < 20; ++i) t.append(2);
  const SyncTicket late = t.log->prepare_sync();
  REQUIRE(t.log->truncate_to(keep).ok());
  CHECK(t.log->end() == keep);
  t.batches.resize(batches);
  t.epoch = LeaderEpoch{1};
  for (int i = 0; i < 20; ++i) t.append(1);
  t.log->mark_synced(late);
  CHECK(t.log->durable() == keep);
  CHECK(t.read_all() == t.appended());
  t.reopen();
  CHECK(t.read_all() == t.appended());
}

TEST_CASE("deletion renames at once and unlinks after its delay and a checkpoint", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.segment_bytes = 1000;
  t.open();
  for (int i = 0; i < 30; ++i) t.append(2);
  t.sync();
  t.checkpoint();
  const auto segments = t.log->segments();
  const Offset start = segments[2].base + 1;
  REQUIRE(t.log->delete_before(start).ok());
  CHECK(t.log->start_offset() == start);
  CHECK(t.log->segments().front().base == segments[2].base);
  const auto count = [&](std::string_view suffix) {
    std::size_t n = 0;
    for (const std::string& path : s.fs.files()) n += path.ends_with(suffix);
    return n;
  };
  CHECK(count(".log.deleted") == 2);
  t.clock.advance(std::chrono::minutes(2));
  CHECK(t.log->purge_deleted());
  CHECK(count(".log.deleted") == 2);
  t.checkpoint();
  t.log->checkpointed(*t.row);
  CHECK_FALSE(t.log->purge_deleted());
  CHECK(count(".deleted") == 0);
  t.reopen();
  CHECK(t.log->start_offset() == start);
  CHECK(t.log->delete_before(Offset{1000}).code() == StatusCode::kOutOfRange);
}

TEST_CASE("a deletion that a kill interrupted is carried on at the next start", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.segment_bytes = 1000;
  t.open();
  for (int i = 0; i < 30; ++i) t.append(2);
  t.sync();
  t.checkpoint();
  const auto segments = t.log->segments();
  REQUIRE(t.log->delete_before(segments[3].base).ok());
  t.reopen();
  CHECK(t.log->start_offset() == segments[3].base);
  CHECK(t.log->end().offset == Offset{60});
}

TEST_CASE("everything may be deleted, and offsets go on", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.open();
  for (int i = 0; i < 5; ++i) t.append(2);
  t.sync();
  REQUIRE(t.log->roll().ok());
  REQUIRE(t.log->delete_before(Offset{10}).ok());
  CHECK(t.log->size_bytes() == 0);
  for (const bool with_row : {false, true}) {
    if (with_row) t.checkpoint();
    t.reopen();
    CHECK(t.log->start_offset() == Offset{10});
    CHECK(t.log->end().offset == Offset{10});
  }
  t.append(1);
  CHECK(t.log->end().offset == Offset{11});
}

TEST_CASE("the first record at or after a time is found, in every codec and segment", "[unit]") {
  for (const auto codec : {record::Compression::kNone, record::Compression::kLz4}) {
    Simulated s;
    LogFixture& t = s.log;
    t.compression = codec;
    t.options.segment_bytes = 2000;
    t.options.index_interval_bytes = 300;
    t.open();
    // Ten records a batch, one ms apart: record o has timestamp 1000 + o.
    for (int i = 0; i < 40; ++i) t.append(10);
    for (const int offset : {0, 1, 9, 10, 155, 399}) {
      const auto found = t.log->find_timestamp(1000 + offset, t.log->end().offset);
      REQUIRE((found.ok() && found->has_value()));
      CHECK((*found)->offset == Offset{offset});
      CHECK((*found)->timestamp == 1000 + offset);
      CHECK((*found)->leader_epoch == LeaderEpoch{0});
    }
    CHECK((*t.log->find_timestamp(0, t.log->end().offset))->offset == Offset{0});
    CHECK_FALSE(t.log->find_timestamp(1400, t.log->end().offset)->has_value());
    CHECK_FALSE(t.log->find_timestamp(1155, Offset{155})->has_value());
    CHECK((*t.log->find_max_timestamp(t.log->end().offset))->offset == Offset{399});
    CHECK((*t.log->find_max_timestamp(Offset{120}))->offset == Offset{119});
  }
}

TEST_CASE("the greatest timestamp is found when time does not rise", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.segment_bytes = 600;
  t.open();
  for (const int timestamp : {500, 900, 100, 900, 300}) t.append(1, timestamp);
  const auto found = t.log->find_max_timestamp(t.log->end().offset);
  REQUIRE((found.ok() && found->has_value()));
  CHECK((*found)->offset == Offset{1});
  CHECK((*t.log->find_max_timestamp(Offset{1}))->timestamp == 500);
  CHECK_FALSE(t.log->find_max_timestamp(Offset{0})->has_value());
  CHECK((*t.log->find_timestamp(600, Offset{5}))->offset == Offset{1});
}

TEST_CASE("a ticket covers what was there when it was made, and files made meanwhile wait", "[unit]") {
  Simulated s;
  LogFixture& t = s.log;
  t.options.segment_bytes = 600;
  t.open();
  t.append(2);
  const SyncTicket ticket = t.log->prepare_sync();
  for (int i = 0; i < 6; ++i) t.append(2);
  t.log->mark_synced(ticket);
  CHECK(t.log->durable() == ticket.end);
  const SyncTicket next = t.log->prepare_sync();
  CHECK(next.files.size() >= 2);
  t.sync();
  CHECK(t.log->durable() == t.log->end());
}
