#include "tools/leat/log_segment.h"

#include "common/record/batch_format.h"
#include "tests/tools/leat/log_files.h"

using namespace leat;
using namespace leat::cli;

namespace {

using Rules = std::vector<std::string>;

// The segment after `change`, without its indexes.
CollectedReport read_log(const SegmentBytes& segment, LogReadOptions options = {}) {
  LogDisk disk;
  put_file(disk.files, disk.path(".log"), segment.log);
  return disk.read(disk.path(".log"), options);
}

// Rewrites the header of a batch with the right CRC.
template <class Change>
void change_header(SegmentBytes& segment, std::size_t batch, const Change& change) {
  const std::size_t from = segment.positions[batch];
  const std::size_t to =
      batch + 1 < segment.positions.size() ? segment.positions[batch + 1] : segment.log.size();
  const auto bytes = MutableByteView(segment.log).subspan(from, to - from);
  record::BatchHeader header = record::load_header(bytes);
  change(header);
  record::write_header(bytes, header);
}

std::string at(const SegmentBytes& segment, std::string_view rule, std::size_t batch) {
  return fmt::format("{}@{}", rule, segment.positions[batch]);
}

}  // namespace

TEST_CASE("a sound log is summed up: batches, records, offsets, codecs, producers", "[unit]") {
  const SegmentBytes segment = sound_segment();
  const CollectedReport report = read_log(segment);
  CHECK(report.rules() == Rules{});
  const LogSummary& file = report.files.at("log");
  CHECK(file.bytes == segment.log.size());
  CHECK(file.batches == 10);
  CHECK(file.records == 50);
  CHECK(file.first == Offset{0});
  CHECK(file.last == Offset{49});
  CHECK(file.max_timestamp == 1'904);
  CHECK(file.codecs == 0b11111);
  CHECK(file.producers == std::set<std::int64_t>{7});
  CHECK(file.gaps == 0);
}

TEST_CASE("records are shown on request, those in the range of offsets", "[unit]") {
  const SegmentBytes segment = sound_segment();
  CHECK(read_log(segment).values.empty());
  CollectedReport all = read_log(segment, {.details = true, .records = true});
  CHECK(all.batches.size() == 10);
  CHECK(all.values.size() == 50);
  CHECK(all.values[49] == "value 49");
  CollectedReport some =
      read_log(segment, {.details = true, .records = true, .from = Offset{8}, .to = Offset{12}});
  CHECK(some.batches.size() == 2);
  CHECK(some.values == Rules{"value 8", "value 9", "value 10", "value 11"});
}

TEST_CASE("changed records break the CRC of their batch, and the others are still read", "[unit]") {
  SegmentBytes segment = sound_segment();
  segment.log[segment.positions[4] - 1] ^= std::byte{1};
  const CollectedReport report = read_log(segment, {.details = true, .records = true});
  CHECK(report.rules() == Rules{at(segment, "bad crc", 3)});
  CHECK(report.batches.size() == 10);
  CHECK(report.damages[0].path == "/d/t-0/00000000000000000000.log");
  CHECK(report.damages[0].text.find("offsets 15 to 19") != std::string::npos);
}

TEST_CASE("behind bytes that are no batch reading goes on at the next batch", "[unit]") {
  SegmentBytes segment = sound_segment();
  const auto [field, value] =
      GENERATE(std::pair{record::kMagicAt, 9}, std::pair{record::kBatchLengthAt, 0x7f},
               std::pair{record::kBatchLengthAt, 0xff}, std::pair{record::kBaseOffsetAt, 0x80},
               std::pair{record::kLastOffsetDeltaAt, 0x80});
  segment.log[segment.positions[4] + field] = static_cast<std::byte>(value);
  const CollectedReport report = read_log(segment);
  CHECK(report.rules() == Rules{at(segment, "no batch", 4)});
  CHECK(report.damages[0].text.find(fmt::format("position {}", segment.positions[5])) !=
        std::string::npos);
  CHECK(report.files.at("log").batches == 9);
}

TEST_CASE("a length that points into another batch does not hide the batches behind it", "[unit]") {
  SegmentBytes segment = sound_segment();
  const std::uint64_t inside_next = segment.positions[5] + 20 - segment.positions[4];
  store_be(segment.log.data() + segment.positions[4] + record::kBatchLengthAt,
           static_cast<std::int32_t>(inside_next - record::kLogOverhead));
  const CollectedReport report = read_log(segment);
  CHECK(report.rules().front() == at(segment, "bad crc", 4));
  CHECK(report.files.at("log").batches == 10);
  CHECK(report.files.at("log").last == Offset{49});
}

TEST_CASE("a file that ends inside a batch has a torn tail", "[unit]") {
  SegmentBytes segment = sound_segment();
  const std::size_t left =
      GENERATE(std::size_t{8}, std::size_t{12}, std::size_t{60}, std::size_t{61}, std::size_t{70});
  segment.log.resize(segment.positions[9] + left);
  const CollectedReport report = read_log(segment);
  CHECK(report.rules() == Rules{at(segment, "torn tail", 9)});
  CHECK(report.files.at("log").last == Offset{44});
}

TEST_CASE("zeros and other bytes at the end are told apart", "[unit]") {
  SegmentBytes segment = sound_segment();
  const std::size_t end = segment.log.size();
  segment.log.resize(end + 5'000);
  CHECK(read_log(segment).rules() == Rules{fmt::format("zeros@{}", end)});
  std::fill(segment.log.begin() + static_cast<std::ptrdiff_t>(end), segment.log.end(),
            std::byte{0xee});
  CHECK(read_log(segment).rules() == Rules{fmt::format("no batch@{}", end)});
}

TEST_CASE("offsets do not go back, and epochs neither", "[unit]") {
  SegmentBytes segment = sound_segment();
  SECTION("offsets") {
    record::patch_base_offset(MutableByteView(segment.log).subspan(segment.positions[4]),
                              Offset{12});
    CHECK(read_log(segment).rules() == Rules{at(segment, "offset order", 4)});
  }
  SECTION("epochs") {
    record::patch_leader_epoch(MutableByteView(segment.log).subspan(segment.positions[4]),
                               LeaderEpoch{2});
    CHECK(read_log(segment).rules() == Rules{at(segment, "epoch order", 4)});
  }
  SECTION("outside the segment") {
    LogDisk disk;
    put_file(disk.files, disk.path(".log", Offset{6}), segment.log);
    const CollectedReport report = disk.read();
    CHECK(report.rules() == Rules{at(segment, "segment base", 0), at(segment, "segment base", 1)});
  }
}

TEST_CASE("missing offsets are counted, and damage only when asked", "[unit]") {
  SegmentBytes segment = sound_segment();
  segment.add({.timestamp = 5'000, .skipped_offsets = 3});
  const CollectedReport report = read_log(segment);
  CHECK(report.rules() == Rules{});
  CHECK(report.files.at("log").gaps == 1);
  CHECK(read_log(segment, {.gaps_are_damage = true}).rules() == Rules{at(segment, "gap", 10)});
}

TEST_CASE("fields that lie under a right CRC are flagged", "[unit]") {
  SegmentBytes segment = sound_segment();
  SECTION("greatest timestamp") {
    change_header(segment, 4, [](record::BatchHeader& h) { h.max_timestamp -= 1; });
    CHECK(read_log(segment).rules() == Rules{at(segment, "max timestamp", 4)});
  }
  SECTION("count") {
    change_header(segment, 5, [](record::BatchHeader& h) { h.record_count = 4; });
    CHECK(read_log(segment).rules() == Rules{at(segment, "bad count", 5)});
  }
  SECTION("codec") {
    change_header(segment, 4, [](record::BatchHeader& h) { h.attributes = 1; });
    CHECK(read_log(segment).rules() == Rules{at(segment, "decompression", 4)});
  }
  SECTION("unknown codec") {
    change_header(segment, 4, [](record::BatchHeader& h) { h.attributes |= 7; });
    CHECK(read_log(segment).rules() == Rules{at(segment, "unknown compression", 4)});
  }
}

TEST_CASE("a change of any byte of a log is noticed", "[unit]") {
  const SegmentBytes sound = sound_segment(3);
  const std::size_t last = sound.positions.back();
  for (std::size_t i = 0; i < sound.log.size(); ++i) {
    // Nothing follows that could tell a greater epoch from a right one.
    if (i >= last + record::kLeaderEpochAt && i < last + record::kMagicAt) continue;
    // The newest segment is looked at repeatedly when its tail is torn: make it an older one.
    LogDisk disk;
    SegmentBytes segment = sound;
    segment.log[i] ^= std::byte{0x41};
    put_file(disk.files, disk.path(".log"), segment.log);
    put_file(disk.files, disk.path(".log", sound.next), {});
    INFO("byte " << i);
    REQUIRE(!disk.read({.gaps_are_damage = true}).damages.empty());
  }
}

TEST_CASE("torn bytes are read as far as they go and are no damage", "[unit]") {
  LogDisk disk;
  SegmentBytes segment = sound_segment();
  segment.log.resize(segment.log.size() - 10);
  const std::string path = disk.path(".log") + ".0.torn";
  put_file(disk.files, path, segment.log);
  const CollectedReport report = disk.read(path);
  CHECK(report.rules() == Rules{});
  CHECK(report.noted("torn tail"));
  CHECK(report.files.at("torn bytes").batches == 9);
}

TEST_CASE("offsets and epochs go on from one segment to the next", "[unit]") {
  LogDisk disk;
  SegmentBytes segment = sound_segment();
  disk.put(segment);
  SegmentBytes overlapping;
  overlapping.next = Offset{48};
  overlapping.add({.timestamp = 9'000});
  put_file(disk.files, disk.path(".log", Offset{48}), overlapping.log);
  CHECK(disk.read().rules() == Rules{"offset order@0"});
}

TEST_CASE("a batch that a broker completes meanwhile is no torn tail", "[unit]") {
  LogDisk disk;
  const SegmentBytes whole = sound_segment();
  const std::string path = disk.path(".log");
  put_file(disk.files, path, ByteView(whole.log).first(whole.log.size() - 30));
  int looks = 0;
  disk.files.set_hook([&](const storage::SimOperation& op) -> Status {
    if (op.call == storage::SimCall::kFileSize && op.path == path && ++looks == 2)
      put_file(disk.files, path, whole.log);
    return {};
  });
  const CollectedReport report = disk.read(path);
  CHECK(looks == 2);
  CHECK(report.rules() == Rules{});
  CHECK(report.files.at("log").records == 50);
}
