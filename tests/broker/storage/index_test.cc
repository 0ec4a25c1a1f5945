#include "broker/storage/offset_index.h"
#include "broker/storage/time_index.h"
#include "tests/support/catch.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

const std::string kOffsets = "/00000000000000000100.index";
const std::string kTimes = "/00000000000000000100.timeindex";

struct Offsets {
  SimFileSystem fs;
  OffsetIndex index{fs, Offset{100}};
  Offsets() { REQUIRE(index.file().create(kOffsets).ok()); }
  // Entries 110, 120, ... at positions 1000, 2000, ...
  void fill(int count) {
    for (int i = 1; i <= count; ++i)
      index.append({Offset{100 + 10 * i}, static_cast<std::uint64_t>(1000 * i)});
  }
  std::optional<OffsetPosition> lookup(int offset) {
    const auto found = index.lookup(kOffsets, Offset{offset});
    REQUIRE(found.ok());
    return *found;
  }
};

struct Times {
  SimFileSystem fs;
  TimeIndex index{fs, Offset{100}};
  Times() { REQUIRE(index.file().create(kTimes).ok()); }
  void add(std::int64_t timestamp, int offset) {
    REQUIRE(index.maybe_append(kTimes, {timestamp, Offset{offset}}).ok());
  }
};

}  // namespace

TEST_CASE("an offset lookup finds the last entry at or below, in memory and in the file", "[unit]") {
  for (const bool flushed : {false, true}) {
    Offsets o;
    o.fill(300);
    if (flushed) REQUIRE(o.index.file().flush(kOffsets).ok());
    CHECK_FALSE(o.lookup(109).has_value());
    for (int i = 1; i <= 300; ++i) {
      const OffsetPosition entry{Offset{100 + 10 * i}, static_cast<std::uint64_t>(1000 * i)};
      CHECK(o.lookup(100 + 10 * i) == entry);
      CHECK(o.lookup(109 + 10 * i) == entry);
    }
    CHECK(*o.fs.file_size(kOffsets) == (flushed ? 300u * 8 : 0u));
  }
}

TEST_CASE("an index knows its last entry without the disk, until it is cut", "[unit]") {
  Times t;
  int reads = 0;
  t.fs.set_hook([&](const SimOperation& operation) {
    reads += operation.call == SimCall::kRead ? 1 : 0;
    return Status();
  });
  t.add(1000, 110);
  t.add(2000, 120);
  REQUIRE(t.index.file().flush(kTimes).ok());
  t.add(2000, 130);
  CHECK(t.index.file().entries() == 2);
  CHECK(reads == 0);
  REQUIRE(t.index.truncate_to_offset(kTimes, Offset{115}).ok());
  t.add(1500, 130);
  REQUIRE(t.index.file().flush(kTimes).ok());
  CHECK((*t.index.entry(kTimes, 1) == TimeEntry{1500, Offset{130}}));
  REQUIRE(t.index.file().load(kTimes).ok());
  reads = 0;
  for (int i = 0; i < 3; ++i) t.add(1500, 140);
  CHECK(t.index.file().entries() == 2);
  CHECK(reads == 1);
}

TEST_CASE("a lookup in a large index takes few reads, however the keys are spread", "[unit]") {
  constexpr int kEntries = 200'000;
  SimFileSystem fs;
  OffsetIndex index(fs, Offset{100});
  REQUIRE(index.file().create(kOffsets).ok());
  const bool even = GENERATE(true, false);
  std::vector<OffsetPosition> entries;
  for (int i = 0; i < kEntries; ++i) {
    // Uneven: nine tenths of the offsets lie in the first tenth of the file.
    const int offset = even ? 10 * i : i < kEntries / 10 ? 900 * i : 900 * (kEntries / 10) + i;
    entries.push_back({Offset{100 + offset}, static_cast<std::uint64_t>(4000) * static_cast<unsigned>(i)});
    index.append(entries.back());
  }
  REQUIRE(index.file().flush(kOffsets).ok());
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < entries.size(); i += 997) {
    const std::uint64_t before = fs.calls();
    const auto found = index.lookup(kOffsets, entries[i].last_offset);
    most = std::max(most, fs.calls() - before);
    REQUIRE(found.ok());
    REQUIRE(*found == entries[i]);
    REQUIRE(*index.last_before(kOffsets, entries[i].position + 1) == entries[i]);
  }
  CHECK(most <= (even ? 3 : 14));
}

TEST_CASE("an index cut at a position forgets later entries, in memory and in the file", "[unit]") {
  for (const int flushed : {0, 3, 10}) {
    Offsets o;
    o.fill(flushed);
    REQUIRE(o.index.file().flush(kOffsets).ok());
    for (int i = flushed + 1; i <= 10; ++i)
      o.index.append({Offset{100 + 10 * i}, static_cast<std::uint64_t>(1000 * i)});
    REQUIRE(o.index.truncate_to_position(kOffsets, 5000).ok());
    CHECK(o.index.file().entries() == 4);
    CHECK(o.lookup(10'000)->position == 4000);
  }
}

TEST_CASE("an index survives a close and says when it is not sane", "[unit]") {
  Offsets o;
  o.fill(10);
  REQUIRE(o.index.file().flush(kOffsets).ok());
  OffsetIndex again(o.fs, Offset{100});
  REQUIRE(again.file().load(kOffsets).ok());
  CHECK(again.file().entries() == 10);
  CHECK(*again.sane(kOffsets, 10'001));
  CHECK_FALSE(*again.sane(kOffsets, 10'000));
  const Bytes zeros(8);
  REQUIRE((*o.fs.open(kOffsets, OpenMode::kReadWrite))->write_at(24, zeros).ok());
  CHECK_FALSE(*again.sane(kOffsets, 10'001));
}

TEST_CASE("a full disk loses index entries, not the log", "[unit]") {
  Offsets o;
  o.fill(5);
  o.fs.set_capacity(0);
  CHECK(o.index.file().flush(kOffsets).ok());
  CHECK(o.index.file().entries() == 0);
}

TEST_CASE("a time index takes only entries that rise in time and offset", "[unit]") {
  Times t;
  t.add(-1, 105);
  CHECK(t.index.file().entries() == 0);
  t.add(50, 110);
  t.add(50, 120);
  t.add(40, 130);
  t.add(60, 110);
  t.add(60, 140);
  CHECK(t.index.file().entries() == 2);
  CHECK(*t.index.lookup(kTimes, 49) == std::nullopt);
  CHECK(*t.index.lookup(kTimes, 59) == TimeEntry{50, Offset{110}});
  CHECK(*t.index.lookup(kTimes, 60) == TimeEntry{60, Offset{140}});
  CHECK(*t.index.last_below(kTimes, Offset{140}) == TimeEntry{50, Offset{110}});
  REQUIRE(t.index.truncate_to_offset(kTimes, Offset{140}).ok());
  CHECK(t.index.file().entries() == 1);
}
