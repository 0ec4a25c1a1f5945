#include "broker/storage/compaction.h"

#include <limits>
#include <map>

#include "broker/storage/batch_scan.h"
#include "broker/storage/checkpoint.h"
#include "broker/storage/compaction_filter.h"
#include "broker/storage/compaction_record.h"
#include "common/record/record_reader.h"
#include "tests/broker/storage/log_fixture.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

struct KeyedRecord {
  std::string key;
  std::optional<std::string> value;
};
// Key -> newest value with its offset, as someone sees it who reads the whole log.
using Fold = std::map<std::string, std::pair<Offset, std::optional<std::string>>>;

struct BatchShape {
  record::Compression compression = record::Compression::kNone;
  ProducerId producer = kNoProducerId;
  std::int32_t sequence = record::kNoSequence;
};

// A log of keyed records with segments of about 1000 bytes.
class CompactedLog : public LogFixture {
 public:
  CompactedLog() : LogFixture(disk, "/d/t-0") {
    REQUIRE(disk.make_directory("/d").ok());
    options.segment_bytes = 1000;
    options.index_interval_bytes = 100;
    options.file_delete_delay_ms = 1000;
    options.may_have_gaps = true;
    settings.segment_bytes = options.segment_bytes;
    settings.index_interval_bytes = options.index_interval_bytes;
    settings.map_bytes = 1 << 20;
    settings.hash_key = {1, 2};
    open();
  }

  ~CompactedLog() { log.reset(); }  // before its disk

  void put(const std::vector<KeyedRecord>& records, const BatchShape& shape = {}) {
    record::BatchBuilder builder;
    const std::int64_t now = clock.wall_ms();
    for (const KeyedRecord& r : records)
      builder.add(now, as_bytes(r.key),
                  r.value ? std::optional<ByteView>(as_bytes(*r.value)) : std::nullopt);
    record::BuildOptions build;
    build.base_offset = log->end().offset;
    build.leader_epoch = epoch;
    build.compression = shape.compression;
    if (shape.producer.value() >= 0) {
      build.producer_id = shape.producer;
      build.producer_epoch = ProducerEpoch{0};
      build.base_sequence = shape.sequence;
    }
    const Bytes bytes = builder.build(build);
    const auto info = scan_batch(bytes, 0);
    const BatchToAppend batch{bytes, info->base_offset, info->last_offset, info->max_timestamp,
                              epoch};
    REQUIRE(log->append({&batch, 1}).ok());
  }
  void roll() {
    REQUIRE(log->roll().ok());
    sync();
    settle_end(*log);
  }
  CompactionReport compact_up_to_end() {
    auto report = try_compact();
    INFO(describe(report.status()));
    REQUIRE(report.ok());
    return *report;
  }
  StatusOr<CompactionReport> try_compact() {
    sync();
    CompactionHooks hooks;
    hooks.is_last_of_producer = [&](ProducerId producer, Offset last) {
      const auto found = last_of.find(producer);
      return found != last_of.end() && found->second == last;
    };
    hooks.as_append_side = [&](const auto& change) {
      const Status done = change();
      if (after_change) after_change();
      return done;
    };
    hooks.pace = [&](std::uint64_t) { return pace ? pace() : Status(); };
    const auto view = view_for_compaction(*log, log->durable().offset, clock.wall_ms(), min_lag_ms);
    const Offset limit = std::min(view.limit, log->durable().segment_base);
    return compact(*log, limit, clock.wall_ms(), settings, hooks);
  }
  std::vector<std::pair<Offset, KeyedRecord>> records() {
    std::vector<std::pair<Offset, KeyedRecord>> all;
    const Bytes bytes = read_everything();
    record::BatchIterator batches{ByteView(bytes)};
    while (batches.next()) {
      auto reader = record::RecordReader::open(batches.bytes());
      REQUIRE(reader.ok());
      record::RecordView r;
      while (reader->next(r))
        all.push_back(
            {r.offset,
             {to_string(*r.key), r.value ? std::optional(to_string(*r.value)) : std::nullopt}});
      REQUIRE(reader->status().ok());
    }
    return all;
  }
  Fold fold() {
    Fold fold;
    for (auto& [offset, r] : records()) fold[r.key] = {offset, r.value};
    return fold;
  }
  // Every batch from the log start on, gaps allowed.
  Bytes read_everything() {
    Bytes all;
    Offset next = log->start_offset();
    while (next < log->end().offset) {
      const Bytes part = read(next, 700);
      record::BatchIterator it{ByteView(part)};
      const Offset before = next;
      while (it.next()) next = it.header().next_offset();
      REQUIRE(next > before);
      leat::append(all, ByteView(part).first(it.position()));
    }
    return all;
  }
  std::vector<std::string> files_ending_with(std::string_view suffix) const {
    std::vector<std::string> found;
    for (const std::string& file : disk.files())
      if (file.ends_with(suffix)) found.push_back(file);
    return found;
  }

  SimFileSystem disk;
  CompactionSettings settings;
  std::map<ProducerId, Offset> last_of;
  std::function<Status()> pace;
  std::function<void()> after_change;  // behind each call as append side
  std::int64_t min_lag_ms = 0;
};

// Many overwrites of a few keys in batches of three.
void fill(CompactedLog& log, int batches, record::Compression compression) {
  for (int i = 0; i < batches; ++i) {
    BatchShape shape;
    shape.compression = compression;
    log.put({{fmt::format("k{}", i % 7), fmt::format("value {} of some length", i)},
             {fmt::format("k{}", i % 5), fmt::format("other {}", i)},
             {fmt::format("once{}", i), "x"}},
            shape);
  }
  log.roll();
}

}  // namespace

TEST_CASE("a compacted log folds to the same as before, at the same offsets", "[unit]") {
  const auto codec =
      GENERATE(record::Compression::kNone, record::Compression::kGzip, record::Compression::kSnappy,
               record::Compression::kLz4, record::Compression::kZstd);
  CompactedLog log;
  fill(log, 60, codec);
  const Fold before = log.fold();
  const Offset end = log.log->end().offset;
  const auto report = log.compact_up_to_end();
  CHECK(report.records_kept < report.records_read);
  CHECK(log.fold() == before);
  CHECK(log.records().size() == before.size());
  CHECK(log.log->end().offset == end);

  SECTION("and again after a restart with the old checkpoint row") {
    log.checkpoint();
    log.reopen();
    CHECK(log.fold() == before);
    CHECK(log.log->end().offset == end);
  }
  SECTION("and again after a restart without a row") {
    log.row.reset();
    log.reopen();
    CHECK(log.fold() == before);
    CHECK(log.log->end().offset == end);
  }
  SECTION("and the log goes on") {
    log.put({{"k0", "newest"}});
    log.roll();
    log.compact_up_to_end();
    Fold expected = before;
    expected["k0"] = {end, "newest"};
    CHECK(log.fold() == expected);
  }
}

TEST_CASE("a checkpoint row from before a compaction still opens the log", "[unit]") {
  CompactedLog log;
  fill(log, 60, record::Compression::kNone);
  const Fold before = log.fold();
  log.checkpoint();
  log.compact_up_to_end();
  log.reopen();
  CHECK(log.fold() == before);
}

TEST_CASE("small segments that are left become one", "[unit]") {
  CompactedLog log;
  fill(log, 60, record::Compression::kNone);
  const std::size_t before = log.log->segments().size();
  log.settings.segment_bytes = 3 * log.options.segment_bytes;
  log.compact_up_to_end();
  CHECK(log.log->segments().size() < before);
}

TEST_CASE("the active segment is never compacted", "[unit]") {
  CompactedLog log;
  log.put({{"a", "1"}, {"a", "2"}});
  log.compact_up_to_end();
  CHECK(log.records().size() == 2);
}

TEST_CASE("a full key map ends the pass, and the next goes on there", "[unit]") {
  CompactedLog log;
  log.settings.map_bytes = 10 * KeyOffsetMap::kEntryBytes;
  fill(log, 60, record::Compression::kNone);
  const Fold before = log.fold();
  int passes = 0;
  Offset cleaned_to{0};
  while (cleaned_to < log.log->durable().segment_base && passes < 100) {
    cleaned_to = log.compact_up_to_end().cleaned_to;
    ++passes;
    REQUIRE(log.fold() == before);
  }
  CHECK(passes > 3);
  CHECK(passes < 100);
  CHECK(log.records().size() == before.size());
}

TEST_CASE("a tombstone stays until its horizon has passed, then goes", "[unit]") {
  CompactedLog log;
  log.settings.delete_retention_ms = 5000;
  log.put({{"gone", "value"}, {"stays", "value"}});
  log.put({{"gone", std::nullopt}});
  log.put({{"last", "value"}});
  log.roll();
  log.compact_up_to_end();
  CHECK(log.fold().at("gone").second == std::nullopt);
  CHECK(log.records().size() == 3);
  log.clock.advance(std::chrono::seconds(4));
  log.compact_up_to_end();
  CHECK(log.fold().contains("gone"));
  const auto view = [&] {
    return view_for_compaction(*log.log, log.log->end().offset, log.clock.wall_ms(), 0);
  };
  CHECK_FALSE(view().tombstones_expired);
  log.clock.advance(std::chrono::seconds(2));
  CHECK(view().tombstones_expired);
  log.compact_up_to_end();
  CHECK_FALSE(log.fold().contains("gone"));
  CHECK_FALSE(view().tombstones_expired);
}

TEST_CASE("a live producer's last batch stays, empty", "[unit]") {
  CompactedLog log;
  log.put({{"a", "1"}}, {record::Compression::kNone, ProducerId{7}, 0});
  log.put({{"a", "2"}}, {record::Compression::kNone, ProducerId{8}, 0});
  log.put({{"a", "3"}});
  log.last_of[ProducerId{7}] = Offset{0};
  log.roll();
  log.compact_up_to_end();
  const Bytes left = log.read_everything();
  record::BatchIterator batches{ByteView(left)};
  REQUIRE(batches.next());
  CHECK(batches.header().producer_id == ProducerId{7});
  CHECK(batches.header().last_sequence() == 0);
  CHECK(batches.header().record_count == 0);
  REQUIRE(batches.next());
  CHECK(batches.header().producer_id == kNoProducerId);
  CHECK_FALSE(batches.next());
}

TEST_CASE("the last batch below an offset stays, so that no segment is empty", "[unit]") {
  CompactedLog log;
  log.put({{"a", "1"}});
  log.roll();
  log.put({{"a", "2"}});
  log.roll();
  log.settings.segment_bytes = 1;
  log.compact_up_to_end();
  for (const SegmentRow& segment : log.log->segments())
    if (segment.base < log.log->end().offset) CHECK(segment.size > 0);
  CHECK(log.fold().at("a").first == Offset{1});
}

TEST_CASE("records younger than min.compaction.lag.ms are left alone", "[unit]") {
  CompactedLog log;
  log.put({{"a", "1"}, {"a", "2"}});
  log.roll();
  log.clock.advance(std::chrono::seconds(10));
  log.put({{"a", "3"}, {"a", "4"}});
  log.roll();
  log.min_lag_ms = 5000;
  log.compact_up_to_end();
  CHECK(log.records().size() == 3);
}

TEST_CASE("a damaged batch stops compaction and nothing is touched", "[unit]") {
  CompactedLog log;
  fill(log, 30, record::Compression::kNone);
  auto file = log.disk.open("/d/t-0/00000000000000000000.log", OpenMode::kReadWrite);
  REQUIRE(file.ok());
  REQUIRE((*file)->write_at(100, as_bytes("damage")).ok());
  const std::uint64_t size = (*file)->size();
  CompactionHooks hooks;
  hooks.is_last_of_producer = [](auto, auto) { return false; };
  hooks.as_append_side = [](const auto& change) { return change(); };
  hooks.pace = [](std::uint64_t) { return Status(); };
  const auto report = compact(*log.log, log.log->durable().segment_base, 0, log.settings, hooks);
  CHECK(is_corruption(report.status()));
  CHECK(*log.disk.file_size("/d/t-0/00000000000000000000.log") == size);
  CHECK(log.files_ending_with(kCleanedSuffix).empty());
}

TEST_CASE("a segment that cannot be read counts as damaged", "[unit]") {
  CompactedLog log;
  fill(log, 30, record::Compression::kNone);
  log.sync();
  log.disk.set_hook([](const SimOperation& operation) {
    return operation.call == SimCall::kRead && operation.path.ends_with(".log")
               ? io_error("bad sector")
               : Status();
  });
  CHECK(is_corruption(log.try_compact().status()));
  CHECK(log.files_ending_with(kCleanedSuffix).empty());
}

TEST_CASE("a tombstone that may stay for ever does", "[unit]") {
  CompactedLog log;
  log.settings.delete_retention_ms = std::numeric_limits<std::int64_t>::max();
  log.put({{"a", "1"}, {"a", std::nullopt}});
  log.roll();
  log.compact_up_to_end();
  log.clock.advance(std::chrono::hours(10000));
  log.compact_up_to_end();
  CHECK(log.records().size() == 1);
}

TEST_CASE("segments below a log start that moves during a swap go with it", "[unit]") {
  const int moment = GENERATE(0, 1, 2);  // behind begin, behind the renames, behind the end
  CompactedLog log;
  fill(log, 60, record::Compression::kNone);
  const Offset end = log.log->end().offset;
  int changes = 0;
  log.after_change = [&] {
    if (changes++ == moment) CHECK(log.log->delete_before(end).ok());
  };
  log.compact_up_to_end();
  CHECK(log.log->segments().size() == 1);
  CHECK(log.log->segments().front().base == end);
  log.checkpoint();
  log.reopen();
  CHECK(log.log->start_offset() == end);
}

TEST_CASE("a swap whose decision could not be written is made up for", "[unit]") {
  const bool disk_is_full = GENERATE(false, true);
  CompactedLog log;
  fill(log, 60, record::Compression::kNone);
  const Fold before = log.fold();
  // The first write of it says that nothing is pending, the second decides.
  int writes = 0;
  const SimCall call = disk_is_full ? SimCall::kAppend : SimCall::kSyncDirectory;
  log.disk.set_hook([&](const SimOperation& operation) -> Status {
    if (operation.call == SimCall::kRename &&
        operation.path.find("leat-compaction") != std::string::npos)
      ++writes;
    if (disk_is_full && operation.call == call && writes == 1 &&
        operation.path.ends_with("leat-compaction.tmp"))
      return disk_full("none left");
    if (!disk_is_full && operation.call == call && writes == 2) {
      ++writes;
      return resource_exhausted("no descriptor");
    }
    return {};
  });
  const Status failed = log.try_compact().status();
  CHECK(failed.code() == (disk_is_full ? StatusCode::kAborted : StatusCode::kResourceExhausted));
  CHECK(log.fold() == before);
  log.disk.set_hook(nullptr);

  SECTION("by the next pass") {
    log.compact_up_to_end();
    CHECK(log.fold() == before);
    CHECK(log.records().size() == before.size());
  }
  SECTION("or by the next start, and by the pass after that") {
    log.checkpoint();
    log.reopen();
    CHECK(log.fold() == before);
    log.compact_up_to_end();
    CHECK(log.records().size() == before.size());
  }
}

TEST_CASE("a reader keeps what it began with while segments are swapped", "[unit]") {
  CompactedLog log;
  fill(log, 60, record::Compression::kNone);
  const Fold before = log.fold();
  log.pace = [&] {
    CHECK(log.fold() == before);
    return Status();
  };
  log.compact_up_to_end();
  log.pace = nullptr;
  CHECK(log.fold() == before);
}

TEST_CASE("replaced files are unlinked after file.delete.delay.ms", "[unit]") {
  CompactedLog log;
  fill(log, 60, record::Compression::kNone);
  log.compact_up_to_end();
  CHECK_FALSE(log.files_ending_with(kReplacedSuffix).empty());
  log.clock.advance(std::chrono::seconds(2));
  CHECK_FALSE(log.log->purge_deleted());
  CHECK(log.files_ending_with(kReplacedSuffix).empty());
}

TEST_CASE("a pass that is stopped leaves the log as it was", "[unit]") {
  CompactedLog log;
  fill(log, 60, record::Compression::kNone);
  const Fold before = log.fold();
  CompactionHooks hooks;
  hooks.is_last_of_producer = [](auto, auto) { return false; };
  hooks.as_append_side = [](const auto& change) { return change(); };
  int calls = 0;
  hooks.pace = [&](std::uint64_t) { return ++calls > 70 ? unavailable("stop") : Status(); };
  const auto report = compact(*log.log, log.log->durable().segment_base, 0, log.settings, hooks);
  CHECK(report.status().code() == StatusCode::kUnavailable);
  CHECK(log.fold() == before);
  CHECK(log.files_ending_with(kCleanedSuffix).empty());
}

TEST_CASE("the record of compaction survives encoding, and damage is seen", "[unit]") {
  CompactionRecord record;
  record.cleaned_to = Offset{42};
  record.last_horizon_ms = 99;
  record.add({{Offset{10}, 5, 6, 7}, Offset{20}, false});
  record.add({{Offset{0}, 9, 6, 7}, Offset{30}, true});
  REQUIRE(record.segments.size() == 1);
  const Bytes bytes = encode(record);
  CHECK(*decode_compaction_record(bytes) == record);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    Bytes damaged = bytes;
    damaged[i] ^= std::byte{1};
    CHECK(is_corruption(decode_compaction_record(damaged).status()));
    CHECK(is_corruption(decode_compaction_record(ByteView(bytes).first(i)).status()));
  }
}

TEST_CASE("the key hash is SipHash-2-4 with 128 bits", "[unit]") {
  // Test vectors of the reference implementation: key 00..0f, input 00..(n-1).
  Bytes key;
  for (int i = 0; i < 16; ++i) key.push_back(static_cast<std::byte>(i));
  std::array<std::uint64_t, 2> words{};
  std::memcpy(words.data(), key.data(), 16);
  CHECK(siphash128({}, words) ==
        std::array<std::uint64_t, 2>{0xe6a825ba047f81a3, 0x930255c71472f66d});
}
