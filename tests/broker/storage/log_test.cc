#include "broker/storage/log.h"

#include "broker/storage/log_format.h"
#include "broker/storage/posix_file_system.h"
#include "tests/broker/storage/log_fixture.h"
#include "tests/broker/storage/scratch_directory.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

struct OnDisk {
  ScratchDirectory scratch;
  PosixFileSystem fs;
  LogFixture log{fs, scratch.path() + "/t-0"};
};

struct OnSimulatedDisk {
  SimFileSystem fs;
  LogFixture log{fs, "/t-0"};
  std::vector<SimCall> calls;  // since watch()
  void watch() {
    fs.set_hook([this](const SimOperation& operation) {
      calls.push_back(operation.call);
      return Status();
    });
  }
};

}  // namespace

TEST_CASE("what was appended is read back byte for byte, whatever the segment size", "[unit]") {
  for (const std::uint32_t segment_bytes : {1u << 30, 5000u, 700u}) {
    OnDisk disk;
    LogFixture& t = disk.log;
    t.options.segment_bytes = segment_bytes;
    t.options.index_interval_bytes = 512;
    t.open();
    for (int i = 0; i < 200; ++i) t.append(1 + i % 4);
    CHECK(t.read_all() == t.appended());
    CHECK(t.log->size_bytes() == t.appended().size());
    t.sync();
    CHECK(t.log->durable() == t.log->end());
    t.log->close_idle_files();
    CHECK(disk.fs.handles().open_count() == 0);
    CHECK(t.read_all() == t.appended());
  }
}

TEST_CASE("a reader at the tail costs one read", "[unit]") {
  OnSimulatedDisk disk;
  LogFixture& t = disk.log;
  t.open();
  for (int i = 0; i < 100; ++i) t.append(2);
  disk.watch();
  const LogPosition end = t.log->end();
  for (const int back : {1, 2, 20, 60}) {
    disk.calls.clear();
    const auto read = t.log->read({end.offset - back, 1, end, true, Wait::kMustNot});
    REQUIRE(read.ok());
    CHECK(read->data.size() == t.batches.back().size());
    CHECK((disk.calls == std::vector<SimCall>{SimCall::kReadResident}));
  }
}

TEST_CASE("a reader that goes on batch by batch costs a header and the batch", "[unit]") {
  OnSimulatedDisk disk;
  LogFixture& t = disk.log;
  t.open();
  for (int i = 0; i < 100; ++i) t.append(2);
  const LogPosition end = t.log->end();
  const auto read = [&](int offset) {
    const auto found = t.log->read({Offset{offset}, 1, end, true, Wait::kMustNot});
    REQUIRE(found.ok());
    return flatten(found->data);
  };
  CHECK(read(0) == t.batches[0]);
  disk.watch();
  for (int i = 1; i < 50; ++i) {
    disk.calls.clear();
    CHECK(read(2 * i) == t.batches[static_cast<std::size_t>(i)]);
    CHECK((disk.calls == std::vector<SimCall>(2, SimCall::kReadResident)));
  }
  // From inside a batch it is not known, and found all the same.
  CHECK(read(61) == t.batches[30]);
}

TEST_CASE("a reader that goes on finds what was written after a cut, not what was cut off",
          "[unit]") {
  OnSimulatedDisk disk;
  LogFixture& t = disk.log;
  t.open();
  for (int i = 0; i < 100; ++i) t.append(2);
  const auto size_at = [&](int offset) {
    const auto found = t.log->read({Offset{offset}, 1, t.log->end(), true, Wait::kMustNot});
    REQUIRE(found.ok());
    return found->data.size();
  };
  for (const int offset : {0, 2, 4}) CHECK(size_at(offset) == t.batches[0].size());
  REQUIRE(t.log->truncate_to({Offset{2}, Offset{0}, t.batches[0].size()}).ok());
  t.append(11);
  const std::size_t large = t.batches.back().size();
  for (int i = 0; i < 100; ++i) t.append(2);
  for (const int offset : {2, 4, 6, 12}) CHECK(size_at(offset) == large);
  CHECK(size_at(13) == t.batches.back().size());
}

TEST_CASE("a reader that must not wait is told when it would have to", "[unit]") {
  OnSimulatedDisk disk;
  LogFixture& t = disk.log;
  t.open();
  for (int i = 0; i < 100; ++i) t.append(2);
  const LogPosition end = t.log->end();
  const ReadRequest request{Offset{50}, 1, end, true, Wait::kMustNot};
  REQUIRE(t.log->read(request).ok());
  int cold = 0;
  disk.fs.set_hook([&](const SimOperation& operation) {
    if (operation.call != SimCall::kReadResident) return Status();
    ++cold;
    return unavailable("not in memory");
  });
  CHECK(is_unavailable(t.log->read(request).status()));
  CHECK(cold == 1);
  // Nor opens a file, nor loads or makes indexes.
  const auto touched = [](const SimOperation&) { return io_error("touched the disk"); };
  ReadRequest patient = request;
  patient.wait = Wait::kMay;
  CHECK(t.log->read(patient)->data.size() == t.batches[25].size());
  disk.fs.set_hook(nullptr);
  t.sync();
  t.checkpoint();
  t.reopen();
  disk.fs.set_hook(touched);
  CHECK(is_unavailable(t.log->read(request).status()));
  disk.fs.set_hook(nullptr);
  CHECK(t.log->read(patient).ok());
  CHECK(t.log->read(request).ok());
  t.log->close_idle_files();
  disk.fs.set_hook(touched);
  CHECK(is_unavailable(t.log->read(request).status()));
}

TEST_CASE("a reader at the tail finds what was written after a cut, not what was cut off",
          "[unit]") {
  OnSimulatedDisk disk;
  LogFixture& t = disk.log;
  t.open();
  t.append(2);
  const LogPosition kept = t.log->end();
  for (int i = 0; i < 5; ++i) t.append(2);
  REQUIRE(t.log->truncate_to(kept).ok());
  t.append(7);
  t.append(1);
  const LogPosition end = t.log->end();
  for (const int offset : {2, 5, 8}) {
    const ReadRequest request{Offset{offset}, 1, end, true, Wait::kMustNot};
    CHECK(t.log->read(request)->data.size() == t.batches[t.batches.size() - 2].size());
  }
  // Nor beyond its limit, nor before the beginning it is given.
  CHECK(t.log->read({Offset{8}, 1 << 20, end, true, Wait::kMustNot})->data.size() ==
        t.batches[t.batches.size() - 2].size() + t.batches.back().size());
  CHECK(t.log->read({Offset{2}, 1 << 20, kept, true, Wait::kMustNot})->data.empty());
}

TEST_CASE("a read from inside a batch returns the whole batch", "[unit]") {
  OnDisk disk;
  LogFixture& t = disk.log;
  t.open();
  t.append(10);
  t.append(10);
  for (int offset = 0; offset < 20; ++offset) {
    const auto header = record::parse_header(t.read(Offset{offset}, 1));
    REQUIRE(header.has_value());
    CHECK(header->base_offset == Offset{offset / 10 * 10});
  }
}

TEST_CASE("a read stops at its limit, and beyond it or below the start is out of range", "[unit]") {
  OnDisk disk;
  LogFixture& t = disk.log;
  t.open();
  t.append(5);
  const LogPosition limit = t.log->end();
  t.append(5);
  ReadRequest request{Offset{0}, 1 << 20, limit, true};
  CHECK(t.log->read(request)->data.size() == t.batches[0].size());
  request.from = Offset{5};
  CHECK(t.log->read(request)->data.empty());
  request.from = Offset{6};
  CHECK(t.log->read(request).status().code() == StatusCode::kOutOfRange);
  REQUIRE(t.log->roll().ok());
  REQUIRE(t.log->delete_before(Offset{10}).ok());
  request.from = Offset{4};
  CHECK(t.log->read(request).status().code() == StatusCode::kOutOfRange);
}

TEST_CASE("a first batch larger than max_bytes comes whole or not at all", "[unit]") {
  OnDisk disk;
  LogFixture& t = disk.log;
  t.open();
  t.append(10);
  ReadRequest request{Offset{0}, 100, t.log->end(), true};
  CHECK(t.log->read(request)->data.size() == t.batches[0].size());
  request.at_least_one_batch = false;
  CHECK(t.log->read(request)->data.empty());
}

TEST_CASE("large reads of what is in memory are file ranges", "[unit]") {
  OnDisk disk;
  LogFixture& t = disk.log;
  t.value_bytes = 30'000;
  t.open();
  t.append(1);
  const ReadRequest request{Offset{0}, 1 << 20, t.log->end(), true};
  auto result = t.log->read(request);
  REQUIRE(result.ok());
  REQUIRE(result->data.pieces().size() == 1);
  CHECK(std::holds_alternative<FileRange>(result->data.pieces()[0]));
  REQUIRE(materialize(result->data).ok());
  CHECK(to_string(std::get<SharedBytes>(result->data.pieces()[0]).view()) ==
        to_string(ByteView(t.batches[0])));
}

TEST_CASE("reading through keeps ranges, cut before the first damaged batch", "[unit]") {
  OnDisk disk;
  LogFixture& t = disk.log;
  t.value_bytes = 30'000;
  t.open();
  for (int i = 0; i < 20; ++i) t.append(1 + 10 * (i % 3 == 0));  // smaller and larger than a chunk
  const ReadRequest request{Offset{0}, 8 << 20, t.log->end(), true};
  const auto path = t.path + "/" + segment_file_name(Offset{0}, kLogSuffix);
  auto result = t.log->read(request);
  const std::uint64_t all = result->data.size();
  REQUIRE(all == t.appended().size());
  const auto check_left = [&](std::uint64_t bytes) {
    REQUIRE(read_through(result->data).ok());
    CHECK(result->data.size() == bytes);
    REQUIRE(result->data.pieces().size() == 1);
    CHECK(std::holds_alternative<FileRange>(result->data.pieces()[0]));
  };
  SECTION("nothing is wrong") { check_left(all); }
  SECTION("the last batch is cut off") {
    result = t.log->read({Offset{0}, all - 1, t.log->end(), true});
    check_left(all - 1);
  }
  SECTION("a batch is damaged") {
    const std::size_t damaged = GENERATE(0u, 1u, 3u, 19u);
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < damaged; ++i) at += t.batches[i].size();
    auto file = *disk.fs.open(path, OpenMode::kReadWrite);
    const std::uint64_t last_byte = at + t.batches[damaged].size() - 1;
    REQUIRE(file->write_at(last_byte, as_bytes("\xff")).ok());
    if (damaged > 0) check_left(at);
    else CHECK(is_corruption(read_through(result->data)));
  }
}

TEST_CASE("a directory appears with the first append, not before", "[unit]") {
  OnDisk disk;
  LogFixture& t = disk.log;
  t.open();
  CHECK(is_not_found(disk.fs.list(t.path).status()));
  CHECK(t.log->prepare_sync().nothing_to_do());
  t.append(1);
  const SyncTicket ticket = t.log->prepare_sync();
  CHECK(ticket.files.size() == 1);
  CHECK(ticket.directories == std::vector<std::string>{t.path, disk.scratch.path()});
  t.sync();
  CHECK(t.log->prepare_sync().nothing_to_do());
}

TEST_CASE("a checkpoint writes out the index, so that a kill costs no second look at what is below it",
          "[unit]") {
  OnDisk disk;
  LogFixture& t = disk.log;
  t.options.index_interval_bytes = 1;
  t.open();
  for (int i = 0; i < 10; ++i) t.append(3);
  t.sync();
  t.checkpoint();
  const std::string index = t.path + "/" + segment_file_name(Offset{0}, kIndexSuffix);
  CHECK(*disk.fs.file_size(index) == 0);
  t.log->checkpointed(*t.row);
  CHECK(*disk.fs.file_size(index) == 9 * kOffsetIndexEntryBytes);
  t.append(3);
  t.reopen();
  CHECK(t.read_all() == t.appended());
  t.append(3);
  CHECK(t.read_all() == t.appended());
}

TEST_CASE("a log opened again, with or without a checkpoint row, holds the same", "[unit]") {
  for (const bool with_row : {false, true}) {
    OnDisk disk;
    LogFixture& t = disk.log;
    t.options.segment_bytes = 3000;
    t.open();
    for (int i = 0; i < 20; ++i) t.append(3);
    t.sync();
    if (with_row) t.checkpoint();
    for (int i = 0; i < 7; ++i) t.append(2);
    const LogPosition end = t.log->end();
    t.epoch = LeaderEpoch{3};
    t.reopen();
    CHECK(t.log->end() == end);
    CHECK(t.log->durable() == end);
    CHECK(t.recovered.size() == (with_row ? 7 : 27));
    CHECK(t.read_all() == t.appended());
    t.append(4);
    CHECK(t.read_all() == t.appended());
    CHECK(t.log->epochs() ==
          std::vector<EpochStart>{{LeaderEpoch{0}, Offset{0}}, {LeaderEpoch{3}, end.offset}});
  }
}
