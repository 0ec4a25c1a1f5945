#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/storage/log.h"
#include "common/record/batch_builder.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

namespace leat::storage {

inline Bytes make_batch(Offset base, int records, std::int64_t timestamp, std::size_t value_bytes,
                        LeaderEpoch epoch = LeaderEpoch{0},
                        record::Compression compression = record::Compression::kNone) {
  record::BatchBuilder builder;
  for (int i = 0; i < records; ++i) {
    const std::string value(value_bytes, static_cast<char>('a' + (base.value() + i) % 26));
    builder.add(timestamp + i, std::nullopt, as_bytes(value));
  }
  record::BuildOptions options;
  options.base_offset = base;
  options.leader_epoch = epoch;
  options.compression = compression;
  return builder.build(options);
}

// A log on any file system, as a small language: append(3), sync(), reopen(), read_all().
class LogFixture {
 public:
  explicit LogFixture(FileSystem& file_system, std::string directory)
      : fs(file_system), path(std::move(directory)) {}

  void open() {
    report = {};
    auto opened = Log::open(
        fs, clock, path, options, row, [&](ByteView batch) { recovered.emplace_back(batch.begin(), batch.end()); }, &report);
    INFO(describe(opened.status()));
    REQUIRE(opened.ok());
    log = *std::move(opened);
  }
  Status try_open() {
    log.reset();
    return Log::open(fs, clock, path, options, row, nullptr, nullptr).status();
  }
  // Closes without a sync, as a killed process does, and opens again.
  void reopen() {
    log.reset();
    recovered.clear();
    open();
  }
  // One batch of `records`, each with timestamps from `timestamp` (default: rising) on.
  Status try_append(int records, std::int64_t timestamp = -1) {
    const Offset base = log->end().offset;
    if (timestamp < 0) timestamp = 1000 + base.value();
    const Bytes bytes = make_batch(base, records, timestamp, value_bytes, epoch, compression);
    const BatchToAppend batch{bytes, base, base + (records - 1), timestamp + records - 1, epoch};
    const Status appended = log->append({&batch, 1});
    if (appended.ok()) batches.push_back(bytes);
    return appended;
  }
  void append(int records, std::int64_t timestamp = -1) {
    const Status appended = try_append(records, timestamp);
    INFO(describe(appended));
    REQUIRE(appended.ok());
  }
  Status try_sync() {
    const SyncTicket ticket = log->prepare_sync();
    for (const auto& file : ticket.files) RETURN_IF_ERROR(file->sync());
    for (const auto& directory : ticket.directories) RETURN_IF_ERROR(fs.sync_directory(directory));
    log->mark_synced(ticket);
    return {};
  }
  void sync() { REQUIRE(try_sync().ok()); }
  // What the broker-wide checkpoint would remember now.
  void checkpoint() { row = log->row(); }

  StatusOr<Bytes> try_read(Offset from, std::uint64_t max_bytes = 1 << 20) {
    ReadRequest request;
    request.from = from;
    request.max_bytes = max_bytes;
    request.limit = log->end();
    request.at_least_one_batch = true;
    ASSIGN_OR_RETURN(auto result, log->read(request));
    RETURN_IF_ERROR(materialize(result.data));
    return flatten(result.data);
  }
  Bytes read(Offset from, std::uint64_t max_bytes = 1 << 20) {
    auto bytes = try_read(from, max_bytes);
    INFO(describe(bytes.status()));
    REQUIRE(bytes.ok());
    return *std::move(bytes);
  }
  // Everything from the log start to its end, read as a consumer does.
  Bytes read_all() {
    Bytes all;
    Offset next = log->start_offset();
    while (next < log->end().offset) {
      const Bytes part = read(next, 700);
      record::BatchIterator it(part);
      Offset after = next;
      std::size_t whole = 0;
      while (it.next()) {
        after = it.header().next_offset();
        whole = it.position();
      }
      REQUIRE(after > next);
      leat::append(all, ByteView(part).first(whole));
      next = after;
    }
    return all;
  }
  // The batches appended so far, one after the other.
  Bytes appended() const {
    Bytes all;
    for (const Bytes& batch : batches) leat::append(all, batch);
    return all;
  }

  FileSystem& fs;
  std::string path;
  ManualClock clock;
  LogOptions options;
  std::optional<LogRow> row;
  std::unique_ptr<Log> log;
  RecoveryReport report;
  std::vector<Bytes> recovered;
  std::vector<Bytes> batches;
  std::size_t value_bytes = 100;
  LeaderEpoch epoch{0};
  record::Compression compression = record::Compression::kNone;
};

}  // namespace leat::storage
