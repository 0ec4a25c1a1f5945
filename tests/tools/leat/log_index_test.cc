#include "tools/leat/log_index.h"

#include "tests/tools/leat/log_files.h"

using namespace leat;
using namespace leat::cli;

namespace {

using Rules = std::vector<std::string>;

CollectedReport read_partition(const SegmentBytes& segment, bool newest = true) {
  LogDisk disk;
  disk.put(segment);
  if (!newest) put_file(disk.files, disk.path(".log", segment.next), {});
  return disk.read();
}

}  // namespace

TEST_CASE("sound indexes name batches and their greatest timestamps", "[unit]") {
  LogDisk disk;
  disk.put(sound_segment());
  const CollectedReport report = disk.read({.details = true});
  CHECK(report.rules() == Rules{});
  CHECK(report.files.at("offset index").entries == 9);
  CHECK(report.files.at("time index").entries == 9);
  CHECK(report.facts == 18);
}

TEST_CASE("an index can be read alone, and without its log", "[unit]") {
  LogDisk disk;
  SegmentBytes segment = sound_segment();
  store_be(segment.index.data() + 4, std::uint32_t{1});
  disk.put(segment);
  CHECK(disk.read(disk.path(".index")).rules() == Rules{"position@0"});
  REQUIRE(disk.files.remove(disk.path(".log")).ok());
  const CollectedReport report = disk.read(disk.path(".index"));
  CHECK(report.rules() == Rules{});
  CHECK(report.noted("not compared with the log"));
}

TEST_CASE("every wrong entry of an offset index is flagged", "[unit]") {
  SegmentBytes segment = sound_segment();
  SECTION("position inside a batch") {
    store_be(segment.index.data() + 12, static_cast<std::uint32_t>(segment.positions[2] + 1));
    CHECK(read_partition(segment).rules() == Rules{"position@8"});
  }
  SECTION("the wrong batch") {
    store_be(segment.index.data() + 12, static_cast<std::uint32_t>(segment.positions[3]));
    CHECK(read_partition(segment).rules() == Rules{"offset@8", "order@16"});
  }
  SECTION("an offset inside a batch") {
    store_be(segment.index.data() + 8, std::int32_t{12});
    CHECK(read_partition(segment).rules() == Rules{"offset@8"});
  }
  SECTION("behind the log") {
    append_be(segment.index, std::int32_t{60});
    append_be(segment.index, static_cast<std::uint32_t>(segment.log.size()));
    CHECK(read_partition(segment).rules() == Rules{"past the end@72"});
  }
  SECTION("half an entry") {
    segment.index.resize(segment.index.size() - 3);
    CHECK(read_partition(segment).rules() == Rules{"size@64"});
  }
}

TEST_CASE("the last batch of an append may be named by the position of the first", "[unit]") {
  SegmentBytes segment = sound_segment();
  store_be(segment.index.data() + 8, std::int32_t{19});
  segment.index.erase(segment.index.begin() + 16, segment.index.begin() + 24);
  CHECK(read_partition(segment).rules() == Rules{});
}

TEST_CASE("every wrong entry of a time index is flagged", "[unit]") {
  SegmentBytes segment = sound_segment();
  SECTION("timestamp") {
    store_be(segment.time_index.data() + 12, std::int64_t{1'203});
    CHECK(read_partition(segment).rules() == Rules{"timestamp@12"});
  }
  SECTION("order") {
    store_be(segment.time_index.data() + 12, std::int64_t{1'104});
    CHECK(read_partition(segment).rules() == Rules{"order@12", "timestamp@12"});
  }
  SECTION("behind the log") {
    append_be(segment.time_index, std::int64_t{99'999});
    append_be(segment.time_index, std::int32_t{50});
    CHECK(read_partition(segment).rules() == Rules{"past the end@108"});
  }
  SECTION("half an entry") {
    segment.time_index.resize(segment.time_index.size() - 1);
    CHECK(read_partition(segment).rules() == Rules{"size@96"});
  }
}

TEST_CASE("zeros at the end are preallocated in the newest segment and damage elsewhere",
          "[unit]") {
  SegmentBytes segment = sound_segment();
  segment.index.resize(segment.index.size() + 80);
  segment.time_index.resize(segment.time_index.size() + 120);
  const CollectedReport report = read_partition(segment);
  CHECK(report.rules() == Rules{});
  CHECK(report.noted("10 entries are preallocated"));
  CHECK(report.files.at("offset index").entries == 9);
  CHECK(read_partition(segment, false).rules() == Rules{"zeros@72", "zeros@108"});
}

TEST_CASE("a change of any byte of an index is noticed", "[unit]") {
  const SegmentBytes sound = sound_segment(1);
  for (std::size_t i = 0; i < sound.index.size(); ++i) {
    SegmentBytes segment = sound;
    segment.index[i] ^= std::byte{0x41};
    INFO("byte " << i << " of the offset index");
    REQUIRE(!read_partition(segment).damages.empty());
  }
  for (std::size_t i = 0; i < sound.time_index.size(); ++i) {
    SegmentBytes segment = sound;
    segment.time_index[i] ^= std::byte{0x41};
    INFO("byte " << i << " of the time index");
    REQUIRE(!read_partition(segment).damages.empty());
  }
}

TEST_CASE("a time index is not held against a log that cannot be walked", "[unit]") {
  SegmentBytes segment = sound_segment();
  segment.log[segment.positions[4] + 16] = std::byte{0};
  const CollectedReport report = read_partition(segment);
  CHECK(report.rules() == Rules{fmt::format("no batch@{}", segment.positions[4]), "position@24"});
  CHECK(report.noted("are not compared with the log"));
}
