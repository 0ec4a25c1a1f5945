#include "broker/storage/loss.h"

#include <algorithm>
#include <functional>

#include "broker/storage/checkpoint.h"
#include "broker/storage/compaction_record.h"
#include "broker/storage/log_format.h"
#include "tests/broker/storage/log_fixture.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

constexpr const char* kDirectory = "/d/t-0";
const TopicPartitionId kId{Uuid{std::array<std::uint8_t, 16>{1}}, PartitionIndex{0}};

std::string file(Offset base, std::string_view suffix = kLogSuffix) {
  return fmt::format("{}/{}", kDirectory, segment_file_name(base, suffix));
}

// The base offsets of what a consumer reads from `from` on, going on behind gaps as it does.
std::vector<std::int64_t> read_from(LogFixture& t, Offset from) {
  std::vector<std::int64_t> bases;
  while (from < t.log->end().offset) {
    const Bytes part = t.read(from, 700);
    record::BatchIterator it(part);
    const Offset before = from;
    while (it.next()) {
      if (it.header().next_offset() <= from) continue;
      if (it.header().record_count > 0) bases.push_back(it.header().base_offset.value());
      from = it.header().next_offset();
    }
    REQUIRE(from > before);
  }
  return bases;
}

// A log of 30 batches of two records in segments of about four batches, all of it in the checkpoint.
struct Damaged {
  explicit Damaged(SimFileSystem& fs) : disk(fs), log(fs, kDirectory) {
    log.options.segment_bytes = 1000;
    log.options.index_interval_bytes = 200;
  }

  void fill() {
    REQUIRE(disk.make_directory("/d").ok());
    log.open();
    for (int i = 0; i < 30; ++i) log.append(2);
    log.sync();
    REQUIRE(disk.sync_directory("/").ok());
    REQUIRE(disk.sync_directory("/d").ok());
    save(log.log->row());
    for (const SegmentRow& segment : log.log->segments()) bases.push_back(segment.base);
    REQUIRE(bases.size() > 4);
    log.log.reset();
  }

  std::unique_ptr<BrokerCheckpoint> checkpoint() {
    auto opened = BrokerCheckpoint::open(disk, "/d");
    REQUIRE(opened.ok());
    return *std::move(opened);
  }
  void save(const LogRow& row) {
    const CheckpointChange change{kId, CheckpointEntry{row, {}}};
    REQUIRE(checkpoint()->commit({&change, 1}).ok());
  }
  void load() { log.row = (*checkpoint()->find(kId))->row; }

  LossReport assess() {
    load();
    auto report = assess_loss(disk, kDirectory, *log.row);
    INFO(describe(report.status()));
    REQUIRE(report.ok());
    return *report;
  }
  StatusOr<LossReport> try_accept() {
    load();
    const auto rows = checkpoint();
    disk.set_hook(during_accept);
    const auto accepted = accept_loss(disk, log.clock, kDirectory, *log.row, nullptr, [&](const LogRow& row) {
      const CheckpointChange change{kId, CheckpointEntry{row, {}}};
      return rows->commit({&change, 1});
    });
    disk.set_hook(nullptr);
    return accepted;
  }
  LossReport accept() {
    auto report = try_accept();
    INFO(describe(report.status()));
    REQUIRE(report.ok());
    return *report;
  }
  Status try_open() {
    load();
    return log.try_open();
  }
  void open() {
    load();
    log.log.reset();
    log.open();
  }
  void cut(Offset base, std::uint64_t size) {
    REQUIRE((*disk.open(file(base), OpenMode::kReadWrite))->truncate(size).ok());
    REQUIRE((*disk.open(file(base), OpenMode::kReadWrite))->sync().ok());
  }
  void remove(Offset base) {
    REQUIRE(disk.remove(file(base)).ok());
    REQUIRE(disk.sync_directory(kDirectory).ok());
  }
  void remove_directory() {
    for (const std::string& path : disk.files())
      if (path.starts_with(std::string(kDirectory) + "/")) REQUIRE(disk.remove(path).ok());
    REQUIRE(disk.sync_directory(kDirectory).ok());
    REQUIRE(disk.remove(kDirectory).ok());
    REQUIRE(disk.sync_directory("/d").ok());
  }
  std::size_t files_ending(std::string_view suffix) const {
    const auto files = disk.files();
    return static_cast<std::size_t>(std::count_if(
        files.begin(), files.end(), [&](const auto& path) { return path.ends_with(suffix); }));
  }

  SimFileSystem& disk;
  SimHook during_accept;
  LogFixture log;
  std::vector<Offset> bases;  // of the segments
};

// Batch bases of two records each, without [from, to).
std::vector<std::int64_t> all_but(std::int64_t from, std::int64_t to, std::int64_t end = 60) {
  std::vector<std::int64_t> bases;
  for (std::int64_t base = 0; base < end; base += 2)
    if (base < from || base >= to) bases.push_back(base);
  return bases;
}

// What an operator may meet, with the range that is lost by it.
struct Loss {
  std::string_view name;
  std::function<void(Damaged&)> happen;
  std::function<std::pair<std::int64_t, std::int64_t>(const Damaged&)> range;
};
const Loss kLosses[] = {
    {"a short tail", [](Damaged& d) { d.cut(d.bases.back(), 300); },
     [](const Damaged& d) { return std::pair(d.bases.back().value() + 2, std::int64_t{60}); }},
    {"a missing active segment", [](Damaged& d) { d.remove(d.bases.back()); },
     [](const Damaged& d) { return std::pair(d.bases.back().value(), std::int64_t{60}); }},
    {"a missing segment in the middle", [](Damaged& d) { d.remove(d.bases[2]); },
     [](const Damaged& d) { return std::pair(d.bases[2].value(), d.bases[3].value()); }},
    {"a short segment in the middle", [](Damaged& d) { d.cut(d.bases[2], 300); },
     [](const Damaged& d) { return std::pair(d.bases[2].value() + 2, d.bases[3].value()); }},
    {"an empty segment in the middle", [](Damaged& d) { d.cut(d.bases[2], 0); },
     [](const Damaged& d) { return std::pair(d.bases[2].value(), d.bases[3].value()); }},
    {"a missing first segment", [](Damaged& d) { d.remove(d.bases[0]); },
     [](const Damaged& d) { return std::pair(std::int64_t{0}, d.bases[1].value()); }},
    {"a missing directory", [](Damaged& d) { d.remove_directory(); },
     [](const Damaged&) { return std::pair(std::int64_t{0}, std::int64_t{60}); }},
};

void check_accepted(Damaged& d, std::pair<std::int64_t, std::int64_t> lost, std::int64_t end = 60) {
  d.open();
  CHECK(d.log.log->end() == LogPosition{Offset{end}, Offset{60}, d.log.log->end().position});
  CHECK(d.log.log->start_offset() == Offset{0});
  CHECK(read_from(d.log, Offset{0}) == all_but(lost.first, lost.second, end));
  for (std::int64_t from = lost.first; from < lost.second; ++from) {
    const auto behind = read_from(d.log, Offset{from});
    CHECK(behind.size() == static_cast<std::size_t>(end - lost.second) / 2);
  }
}

}  // namespace

TEST_CASE("an accepted loss is a gap: the rest is read, and no lost offset is given again",
          "[unit]") {
  for (const Loss& loss : kLosses) {
    INFO(loss.name);
    SimFileSystem disk;
    Damaged d(disk);
    d.fill();
    loss.happen(d);
    const auto lost = loss.range(d);
    REQUIRE(is_durable_data_missing(d.try_open()));

    const std::uint64_t untouched = disk.live_hash();
    const LossReport shown = d.assess();
    CHECK(disk.live_hash() == untouched);
    CHECK(shown.recorded_end == Offset{60});
    CHECK(shown.new_end == Offset{60});
    CHECK(shown.lost_offsets == static_cast<std::uint64_t>(lost.second - lost.first));
    CHECK(shown.found_end.value() == (lost.second == 60 ? lost.first : 60));
    CHECK(shown.found_bytes < shown.recorded_bytes);
    REQUIRE_FALSE(shown.damages.empty());
    CHECK(shown.damages.front().lost_from.value() == lost.first);
    CHECK(shown.damages.back().lost_to.value() == lost.second);

    CHECK(d.accept() == shown);
    check_accepted(d, lost);
    d.log.append(2);
    CHECK(d.log.log->end().offset == Offset{62});
    d.log.sync();
    check_accepted(d, lost, 62);
  }
}

TEST_CASE("an accepted loss survives restarts, power cuts, and a lost checkpoint", "[unit]") {
  for (const Loss& loss : kLosses) {
    INFO(loss.name);
    SimFileSystem disk;
    Damaged d(disk);
    d.fill();
    loss.happen(d);
    const auto lost = loss.range(d);
    d.accept();
    for (const PowerModel model : kAllPowerModels) {
      const auto image = disk.crash(model, 3);
      Damaged after(*image);
      check_accepted(after, lost);
      after.open();
      // Nothing but the files tells of it now.
      after.log.log.reset();
      after.log.row.reset();
      after.log.open();
      CHECK(after.log.log->end().offset == Offset{60});
      CHECK(read_from(after.log, after.log.log->start_offset()) == all_but(lost.first, lost.second));
      after.log.append(2);
      CHECK(after.log.batches.size() == 1);
      CHECK(after.log.log->end().offset == Offset{62});
    }
  }
}

TEST_CASE("accepting that is interrupted anywhere finds the same loss again, or is done", "[unit]") {
  for (const Loss& loss : kLosses) {
    SimFileSystem disk;
    Damaged d(disk);
    d.fill();
    loss.happen(d);
    const auto lost = loss.range(d);
    const LossReport shown = d.assess();
    std::vector<std::unique_ptr<SimFileSystem>> images;
    d.during_accept = [&](const SimOperation& operation) {
      if (!operation.changes_something) return Status();
      images.push_back(disk.kill());
      for (const PowerModel model : kAllPowerModels)
        images.push_back(disk.crash(model, operation.index));
      return Status();
    };
    d.accept();
    REQUIRE(images.size() > 30);
    std::size_t still_offline = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
      INFO(loss.name << ", image " << i);
      Damaged after(*images[i]);
      if (const Status opened = after.try_open(); !opened.ok()) {
        ++still_offline;
        REQUIRE(is_durable_data_missing(opened));
        const LossReport again = after.assess();
        CHECK(again.found_end == shown.found_end);
        CHECK(again.lost_offsets == shown.lost_offsets);
        CHECK(again.new_end == shown.new_end);
        after.accept();
      }
      check_accepted(after, lost);
    }
    CHECK(still_offline > 0);
    CHECK(still_offline < images.size());
  }
}

TEST_CASE("accepting a loss in front of an empty durable segment can be interrupted as well", "[unit]") {
  for (const Loss& loss : kLosses) {
    SimFileSystem disk;
    Damaged d(disk);
    d.fill();
    d.open();
    REQUIRE(d.log.log->roll().ok());
    d.log.sync();
    LogRow row = d.log.log->row();
    row.durable = {Offset{60}, Offset{60}, 0};
    d.save(row);
    d.log.log.reset();
    loss.happen(d);
    const auto lost = loss.range(d);
    std::vector<std::unique_ptr<SimFileSystem>> images;
    d.during_accept = [&](const SimOperation& operation) {
      if (operation.changes_something) images.push_back(disk.kill());
      return Status();
    };
    d.accept();
    for (std::size_t i = 0; i < images.size(); ++i) {
      INFO(loss.name << ", image " << i);
      Damaged after(*images[i]);
      if (!after.try_open().ok()) after.accept();
      check_accepted(after, lost);
    }
  }
}

TEST_CASE("accepting fails with the disk and leaves the loss as it was", "[unit]") {
  for (const Loss& loss : kLosses) {
    for (std::uint64_t index = 0;; ++index) {
      SimFileSystem disk;
      Damaged d(disk);
      d.fill();
      loss.happen(d);
      const LossReport shown = d.assess();
      std::uint64_t calls = 0;
      bool failed = false;
      d.during_accept = [&](const SimOperation&) {
        if (calls++ != index) return Status();
        failed = true;
        return disk_full("No space left on device");
      };
      const Status accepted = d.try_accept().status();
      d.during_accept = nullptr;
      if (!failed) break;
      INFO(loss.name << ", call " << index);
      if (!accepted.ok() && is_durable_data_missing(d.try_open())) {
        CHECK(d.assess().lost_offsets == shown.lost_offsets);
        d.accept();
      }
      check_accepted(d, loss.range(d));
    }
  }
}

TEST_CASE("what is left behind the last whole batch of a short segment is kept aside", "[unit]") {
  SimFileSystem disk;
  Damaged d(disk);
  d.fill();
  d.cut(d.bases[2], 400);
  d.accept();
  CHECK(d.files_ending(".torn") == 1);
}

TEST_CASE("records above the recorded end stay, and their producers are told of", "[unit]") {
  SimFileSystem disk;
  Damaged d(disk);
  d.fill();
  d.open();
  const LogRow before = *d.log.row;
  for (int i = 0; i < 10; ++i) d.log.append(2);
  d.log.sync();
  d.log.log.reset();
  d.remove(d.bases[3]);
  std::vector<std::int64_t> replayed;
  d.load();
  REQUIRE(*d.log.row == before);
  const auto rows = d.checkpoint();
  const auto report = accept_loss(
      disk, d.log.clock, kDirectory, *d.log.row,
      [&](ByteView batch) { replayed.push_back(record::parse_header(batch)->base_offset.value()); },
      [&](const LogRow& row) {
        const CheckpointChange change{kId, CheckpointEntry{row, {}}};
        return rows->commit({&change, 1});
      });
  REQUIRE(report.ok());
  CHECK(report->recorded_end == Offset{60});
  CHECK(report->found_end == Offset{80});
  CHECK(report->new_end == Offset{80});
  CHECK(replayed.size() == 10);
  d.open();
  CHECK(read_from(d.log, Offset{0}) == all_but(d.bases[3].value(), d.bases[4].value(), 80));
  d.log.append(1);
  CHECK(d.log.log->end().offset == Offset{81});
}

TEST_CASE("segments behind the lost end of the checkpoint stay readable", "[unit]") {
  SimFileSystem disk;
  Damaged d(disk);
  d.fill();
  d.open();
  d.log.append(2);
  d.log.sync();
  d.save(d.log.log->row());
  for (int i = 0; i < 9; ++i) d.log.append(2);
  d.log.sync();
  const auto segments = d.log.log->segments();
  d.log.log.reset();
  // The segment in which the durable position lies, and with it records that came later.
  const Offset gone{60};
  const auto next = std::find_if(segments.begin(), segments.end(),
                                 [&](const SegmentRow& s) { return s.base > gone; });
  REQUIRE(next != segments.end());
  REQUIRE(next->base > Offset{62});
  d.remove(gone);
  const LossReport report = d.accept();
  CHECK(report.lost_offsets == static_cast<std::uint64_t>(next->base - gone));
  CHECK(report.recorded_end == Offset{62});
  CHECK(report.new_end == Offset{80});
  d.open();
  CHECK(read_from(d.log, Offset{0}) == all_but(gone.value(), next->base.value(), 80));
}

TEST_CASE("several losses are accepted together, and a later one anew", "[unit]") {
  SimFileSystem disk;
  Damaged d(disk);
  d.fill();
  d.remove(d.bases[1]);
  d.cut(d.bases[3], 0);
  const LossReport first = d.accept();
  CHECK(first.damages.size() == 2);
  d.open();
  d.log.append(2);
  d.log.sync();
  d.save(d.log.log->row());
  d.log.log.reset();
  d.remove(d.bases[4]);
  CHECK(is_durable_data_missing(d.try_open()));
  const LossReport second = d.assess();
  CHECK(second.damages.size() == 1);
  CHECK(second.recorded_end == Offset{62});
  d.accept();
  d.open();
  CHECK(d.log.log->end().offset == Offset{62});
  CHECK(read_from(d.log, Offset{0}).back() == 60);
}

TEST_CASE("what compaction wrote can be lost as well", "[unit]") {
  SimFileSystem disk;
  Damaged d(disk);
  d.fill();
  d.load();
  CompactionRecord record;
  record.add({d.log.row->segments[1], d.bases[2], false});
  REQUIRE(write_compaction_record(disk, kDirectory, record).ok());
  REQUIRE(d.try_open().ok());
  d.remove(d.bases[1]);
  CHECK(is_durable_data_missing(d.try_open()));
  d.accept();
  check_accepted(d, {d.bases[1].value(), d.bases[2].value()});
}

TEST_CASE("damage inside a short segment is not taken away with its end", "[unit]") {
  SimFileSystem disk;
  Damaged d(disk);
  d.fill();
  d.cut(d.bases[2], 600);
  {
    const auto opened = disk.open(file(d.bases[2]), OpenMode::kReadWrite);
    const Bytes rot(4, std::byte{0xff});
    REQUIRE((*opened)->write_at(100, rot).ok());
  }
  d.accept();
  CHECK(*disk.file_size(file(d.bases[2])) == 600);
  d.open();
  CHECK(is_corruption(d.log.try_read(d.bases[2]).status()));
  CHECK_FALSE(d.log.read(d.bases[3]).empty());
}

TEST_CASE("a log of which nothing is missing has no loss to accept", "[unit]") {
  SimFileSystem disk;
  Damaged d(disk);
  d.fill();
  CHECK_FALSE(d.assess().has_loss());
  const std::uint64_t untouched = disk.live_hash();
  CHECK_FALSE(d.accept().has_loss());
  CHECK(disk.live_hash() == untouched);
}
