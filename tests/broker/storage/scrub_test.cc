#include "broker/storage/scrub.h"

#include "common/record/batch_format.h"
#include "tests/broker/storage/log_fixture.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

constexpr const char* kPath = "/segment.log";
constexpr int kBatches = 10;
constexpr int kRecords = 2;  // of each batch

// Ten batches of two records each, from offset 100 on.
struct OneSegment {
  OneSegment() {
    Bytes all;
    for (int i = 0; i < kBatches; ++i) {
      positions.push_back(all.size());
      append(all, make_batch(Offset{100 + i * kRecords}, kRecords, 5, value_bytes));
    }
    positions.push_back(all.size());
    segment = {Offset{100}, Offset{100 + kBatches * kRecords}, all.size(), false};
    file = *disk.open(kPath, OpenMode::kCreate);
    const ByteView view(all);
    REQUIRE(file->append({&view, 1}).ok());
    REQUIRE(file->sync().ok());
  }

  void overwrite(std::uint64_t at, ByteView bytes) {
    REQUIRE(file->write_at(at, bytes).ok());
    REQUIRE(file->sync().ok());
  }
  void flip(std::uint64_t at) {
    Bytes byte(1);
    REQUIRE(file->read_at(at, byte).ok());
    byte[0] ^= std::byte{0x10};
    overwrite(at, byte);
  }
  void set_base_offset(int batch, std::int64_t base) {
    Bytes bytes(8);
    store_be(bytes.data(), base);
    overwrite(positions[static_cast<std::size_t>(batch)], bytes);
  }
  std::uint64_t at(int batch, std::size_t field = 0) const {
    return positions[static_cast<std::size_t>(batch)] + field;
  }

  std::vector<Damage> check() {
    auto found = scrub(*file, segment, [](std::uint64_t) { return Status(); });
    INFO(describe(found.status()));
    REQUIRE(found.ok());
    return *std::move(found);
  }
  // That one stretch, from batch to batch, and the offsets of just these is damaged.
  void check_damaged(int from, int to) {
    const auto found = check();
    REQUIRE(found.size() == 1);
    INFO(found[0].what);
    CHECK(found[0].base == Offset{100});
    CHECK(found[0].position == at(from));
    CHECK(found[0].end_position == at(to));
    CHECK(found[0].first == Offset{100 + from * kRecords});
    CHECK(found[0].end == Offset{100 + to * kRecords});
  }

  SimFileSystem disk;
  std::size_t value_bytes = 100;
  std::unique_ptr<File> file;
  std::vector<std::uint64_t> positions;
  SegmentToScrub segment;
};

}  // namespace

TEST_CASE("nothing is damaged in a segment as it was written", "[unit]") {
  CHECK(OneSegment().check().empty());
}

TEST_CASE("a flipped bit damages its batch and no other, wherever it is", "[unit]") {
  for (const int batch : {0, 4, kBatches - 1}) {
    for (const std::size_t field :
         {record::kBaseOffsetAt + 7, record::kBaseOffsetAt, record::kBatchLengthAt + 3,
          record::kBatchLengthAt + 1, record::kMagicAt, record::kCrcAt, record::kLastOffsetDeltaAt,
          record::kBatchHeaderSize + 20}) {
      INFO("batch " << batch << " byte " << field);
      OneSegment t;
      t.flip(t.at(batch, field));
      t.check_damaged(batch, batch + 1);
    }
  }
}

TEST_CASE("a base offset that would fit, but hides those behind it, is the one that is wrong",
          "[unit]") {
  OneSegment t;
  t.set_base_offset(4, 100 + 6 * kRecords);
  t.check_damaged(4, 5);
}

TEST_CASE("a base offset that falls back into the batch before is the one that is wrong", "[unit]") {
  OneSegment t;
  for (const std::int64_t base : {106, 107}) {
    t.set_base_offset(4, base);
    t.check_damaged(4, 5);
  }
}

TEST_CASE("where offsets are missing and either of two base offsets may be wrong, both are damaged",
          "[unit]") {
  OneSegment t;
  t.segment.end = Offset{500};
  for (int i = 3; i < kBatches; ++i) t.set_base_offset(i, 300 + i * kRecords);
  CHECK(t.check().empty());
  // Batch 3 may be what it says, or belong anywhere from 106 on.
  t.set_base_offset(4, 306);
  const auto found = t.check();
  REQUIRE(found.size() == 1);
  CHECK(found[0].position == t.at(3));
  CHECK(found[0].end_position == t.at(5));
  CHECK(found[0].first == Offset{106});
  CHECK(found[0].end == Offset{310});
}

TEST_CASE("what looks like a batch inside a damaged one is not taken for one", "[unit]") {
  OneSegment t;
  t.overwrite(t.at(4, record::kBatchHeaderSize + 20), make_batch(Offset{109}, 1, 5, 20));
  SECTION("when both batches are damaged in their bodies") {}
  SECTION("or the first in its header") { t.flip(t.at(4, record::kMagicAt)); }
  t.flip(t.at(5, record::kBatchHeaderSize + 20));
  t.check_damaged(4, 6);
}

TEST_CASE("neighbouring damage is one range, and damage further on another", "[unit]") {
  OneSegment t;
  t.flip(t.at(2, 70));
  t.flip(t.at(3, 70));
  t.check_damaged(2, 4);
  t.flip(t.at(6, record::kMagicAt));
  CHECK(t.check().size() == 2);
}

TEST_CASE("zeros from the middle of a batch on are damage up to the next sound batch", "[unit]") {
  OneSegment t;
  t.overwrite(t.at(3, 40), Bytes(t.at(5, 40) - t.at(3, 40)));
  t.check_damaged(3, 6);
}

TEST_CASE("a batch of somewhere else is damage although its CRC is right", "[unit]") {
  OneSegment t;
  Bytes other(t.at(1));
  REQUIRE(t.file->read_at(0, other).ok());
  t.overwrite(t.at(7), other);
  t.check_damaged(7, 8);
}

TEST_CASE("a file that ends early is damaged from there on", "[unit]") {
  OneSegment t;
  REQUIRE(t.file->truncate(t.at(8, 30)).ok());
  REQUIRE(t.file->sync().ok());
  t.check_damaged(8, kBatches);
  CHECK(t.check()[0].what.find("the file ends at position") != std::string::npos);
}

TEST_CASE("what the disk cannot read is damage, and the rest is checked", "[unit]") {
  OneSegment t;
  const std::uint64_t bad = t.at(6, 100);
  t.disk.set_hook([bad](const SimOperation& call) {
    const bool hit = call.call == SimCall::kReadUncached && call.position <= bad &&
                     bad < call.position + call.size;
    return hit ? io_error("sector {} is gone", bad / 512) : Status();
  });
  const auto found = t.check();
  REQUIRE_FALSE(found.empty());
  CHECK(found[0].what.find("is gone") != std::string::npos);
}

TEST_CASE("what the disk cannot read is told of the range that it is in", "[unit]") {
  OneSegment t;
  t.flip(t.at(1, 70));
  REQUIRE(t.file->truncate(t.at(8, 30)).ok());
  REQUIRE(t.file->sync().ok());
  const auto found = t.check();
  REQUIRE(found.size() == 2);
  CHECK(found[0].what.find("the file ends") == std::string::npos);
  CHECK(found[1].what.find("the file ends") != std::string::npos);
}

TEST_CASE("gaps between offsets are none of damage: compaction leaves them", "[unit]") {
  OneSegment t;
  t.segment.end = Offset{500};
  CHECK(t.check().empty());
  Bytes tail(t.at(10) - t.at(6));
  REQUIRE(t.file->read_at(t.at(6), tail).ok());
  t.overwrite(t.at(3), tail);
  t.segment.size = t.at(3) + tail.size();
  CHECK(t.check().empty());
}

TEST_CASE("the reads are as large as they are said to be, and end when pace says so", "[unit]") {
  OneSegment t;
  std::uint64_t told = 0;
  REQUIRE(scrub(*t.file, t.segment, [&](std::uint64_t bytes) {
            told += bytes;
            return Status();
          }).ok());
  CHECK(told == t.segment.size);
  const auto ended = scrub(*t.file, t.segment, [](std::uint64_t) { return unavailable("stop"); });
  CHECK(ended.status().code() == StatusCode::kUnavailable);
}

TEST_CASE("a row's segments end where the next begins, the last at the durable offset", "[unit]") {
  LogRow row;
  row.durable = {Offset{30}, Offset{20}, 50};
  row.segments = {{Offset{0}, 100, -1, -1}, {Offset{10}, 0, -1, -1}, {Offset{20}, 50, -1, -1}};
  CHECK(next_to_scrub(row, Offset{0}) == SegmentToScrub{Offset{0}, Offset{10}, 100, false});
  CHECK(next_to_scrub(row, Offset{1}) == SegmentToScrub{Offset{20}, Offset{30}, 50, true});
  CHECK(next_to_scrub(row, Offset{21}) == std::nullopt);
}
