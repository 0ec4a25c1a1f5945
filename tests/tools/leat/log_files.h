#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "broker/storage/log_format.h"
#include "common/record/batch_builder.h"
#include "tests/support/catch.h"
#include "tests/support/sim_file_system.h"
#include "tools/leat/log_directory.h"
#include "tools/leat/log_read_only.h"

// Partitions made by hand, and what `leat log` says of them.
namespace leat::cli {

// Everything reported, by kind.
class CollectedReport final : public LogReport {
 public:
  void begin(const LogSummary&) override {}
  void batch(const LogBatch& batch) override { batches.push_back(batch.header); }
  void record(const LogBatch&, const record::RecordView& record) override {
    values.push_back(record.value ? to_string(*record.value) : "null");
  }
  void fact(std::string_view, const LogFact&) override { ++facts; }
  void damage(const LogDamage& damage) override { damages.push_back(damage); }
  void note(std::string_view, std::string_view text) override { notes.emplace_back(text); }
  void end(const LogSummary& file) override { files[file.kind] = file; }

  // "rule@position" of every damage, in order.
  std::vector<std::string> rules() const {
    std::vector<std::string> out;
    for (const LogDamage& d : damages) out.push_back(fmt::format("{}@{}", d.rule, d.position));
    return out;
  }
  bool noted(std::string_view part) const {
    return std::any_of(notes.begin(), notes.end(), [&](const std::string& note) {
      return note.find(part) != std::string::npos;
    });
  }

  std::vector<record::BatchHeader> batches;
  std::vector<std::string> values;
  std::vector<LogDamage> damages;
  std::vector<std::string> notes;
  std::map<std::string, LogSummary> files;  // by kind: the last of it
  int facts = 0;
};

inline void put_file(storage::FileSystem& files, const std::string& path, ByteView content) {
  auto file = files.open(path, storage::OpenMode::kCreate);
  REQUIRE(file.ok());
  REQUIRE((*file)->truncate(0).ok());
  REQUIRE((*file)->append({&content, 1}).ok());
}

struct BatchPlan {
  int records = 1;
  record::Compression codec = record::Compression::kNone;
  std::int64_t timestamp = 0;  // of the first record; each after it is one later
  std::int64_t skipped_offsets = 0;
  std::int64_t producer = -1;
};

// One segment with the indexes that a broker with an entry for every batch but the first would
// write.
struct SegmentBytes {
  Bytes log;
  Bytes index;
  Bytes time_index;
  std::vector<std::uint64_t> positions;  // of the batches
  Offset next{0};

  void add(const BatchPlan& plan) {
    record::BatchBuilder builder;
    for (int i = 0; i < plan.records; ++i)
      builder.add(plan.timestamp + i, as_bytes("key"),
                  as_bytes(fmt::format("value {}", (next + plan.skipped_offsets + i).value())));
    next += plan.skipped_offsets;
    record::BuildOptions options;
    options.compression = plan.codec;
    options.base_offset = next;
    options.leader_epoch = LeaderEpoch{3};
    if (plan.producer >= 0) {
      options.producer_id = ProducerId{plan.producer};
      options.producer_epoch = ProducerEpoch{0};
      options.base_sequence = 0;
    }
    positions.push_back(log.size());
    append(log, builder.build(options));
    next += plan.records;
    if (positions.size() > 1) add_entries(plan.timestamp + plan.records - 1);
  }

 private:
  void add_entries(std::int64_t timestamp) {
    const auto relative = static_cast<std::int32_t>((next - 1).value());
    append_be(index, relative);
    append_be(index, static_cast<std::uint32_t>(positions.back()));
    append_be(time_index, timestamp);
    append_be(time_index, relative);
  }
};

// Batches of every codec, timestamps rising.
inline SegmentBytes sound_segment(int records_per_batch = 5) {
  SegmentBytes segment;
  for (int i = 0; i < 10; ++i)
    segment.add({.records = records_per_batch,
                 .codec = static_cast<record::Compression>(i % 5),
                 .timestamp = 1'000 + 100 * i,
                 .producer = i % 2 == 0 ? 7 : -1});
  return segment;
}

// A disk with one data directory, /d, and one partition, /d/t-0.
struct LogDisk {
  storage::SimFileSystem files;
  const std::string partition = "/d/t-0";

  LogDisk() {
    REQUIRE(files.make_directory("/d").ok());
    REQUIRE(files.make_directory(partition).ok());
  }
  std::string path(std::string_view suffix, Offset base = Offset{0}) const {
    return fmt::format("{}/{}", partition, storage::segment_file_name(base, suffix));
  }
  void put(const SegmentBytes& segment, Offset base = Offset{0}) {
    put_file(files, path(".log", base), segment.log);
    put_file(files, path(".index", base), segment.index);
    put_file(files, path(".timeindex", base), segment.time_index);
  }
  CollectedReport read(const std::string& what, LogReadOptions options = {}) {
    ReadOnlyFileSystem read_only(files);
    CollectedReport report;
    const Status status = read_log_path(read_only, what, options, report);
    INFO(describe(status));
    REQUIRE(status.ok());
    return report;
  }
  CollectedReport read(LogReadOptions options = {}) { return read(partition, options); }
};

}  // namespace leat::cli
