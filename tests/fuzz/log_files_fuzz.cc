#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <cstdint>

#include "broker/storage/log.h"
#include "broker/storage/log_format.h"
#include "common/base/check.h"
#include "common/base/crc32c.h"
#include "common/base/log.h"
#include "common/record/batch_view.h"
#include "tests/support/manual_clock.h"
#include "tests/support/sim_file_system.h"
#include "tools/leat/log_directory.h"
#include "tools/leat/log_read_only.h"

// What must hold for any bytes in the files of a partition, of which the log's batches have been
// given lengths and checksums that fit, since the fuzzer cannot guess them:
//   - `leat log dump` reads to the end, and changes nothing;
//   - recovery without a checkpoint keeps a log whose reads answer, up to the first damaged batch;
//   - recovering that once more changes nothing.
namespace {

using namespace leat;
using namespace leat::storage;

const std::string kPartition = "/d/t-0";

class Silent final : public cli::LogReport {
 public:
  void begin(const cli::LogSummary&) override {}
  void batch(const cli::LogBatch&) override {}
  void record(const cli::LogBatch&, const record::RecordView&) override {}
  void fact(std::string_view, const cli::LogFact&) override {}
  void damage(const cli::LogDamage&) override {}
  void note(std::string_view, std::string_view) override {}
  void end(const cli::LogSummary&) override {}
};

void put(FileSystem& files, const std::string& name, ByteView content) {
  auto file = files.open(kPartition + "/" + name, OpenMode::kCreate);
  LEAT_CHECK(file.ok() && (*file)->append({&content, 1}).ok());
}

Bytes take(FuzzedDataProvider& input, std::size_t most) {
  const auto bytes = input.ConsumeBytes<std::uint8_t>(input.ConsumeIntegralInRange<std::size_t>(0, most));
  const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
  return Bytes(first, first + bytes.size());
}

// Turns the bytes into batches end to end but for the `spared`th, which stays as it is. Returns the
// offset after the last one.
std::int64_t make_batches(Bytes& log, std::int64_t next, std::size_t spared, bool rising) {
  for (std::size_t at = 0, n = 0; log.size() - at >= record::kBatchHeaderSize; ++n) {
    std::byte* batch = log.data() + at;
    const auto most = static_cast<std::int32_t>(log.size() - at - record::kLogOverhead);
    const std::int32_t length =
        std::clamp(load_be<std::int32_t>(batch + record::kBatchLengthAt), record::kMinBatchLength, most);
    if (n != spared) {
      store_be(batch + record::kBatchLengthAt, length);
      batch[record::kMagicAt] = std::byte{record::kMagic};
      if (rising) {
        store_be(batch + record::kBaseOffsetAt, next);
        batch[record::kLastOffsetDeltaAt] = batch[record::kLastOffsetDeltaAt + 1] = std::byte{0};
        next += load_be<std::int32_t>(batch + record::kLastOffsetDeltaAt) + 1;
      }
      const auto covered = static_cast<std::size_t>(length) + record::kLogOverhead - record::kAttributesAt;
      store_be(batch + record::kCrcAt, crc32c(ByteView(batch + record::kAttributesAt, covered)));
    }
    at += record::kLogOverhead + static_cast<std::size_t>(length);
  }
  return next;
}

void put_segment(FileSystem& files, FuzzedDataProvider& input, std::int64_t& next) {
  constexpr std::size_t kNone = 1000;
  const Offset base{next};
  const std::size_t spared = input.ConsumeBool() ? input.ConsumeIntegralInRange<std::size_t>(0, 8) : kNone;
  const bool rising = input.ConsumeIntegralInRange(0, 7) > 0;
  put(files, segment_file_name(base, kIndexSuffix), take(input, 64));
  put(files, segment_file_name(base, kTimeIndexSuffix), take(input, 96));
  Bytes log = take(input, 4096);
  next = make_batches(log, next, spared, rising) + input.ConsumeIntegralInRange(0, 2);
  put(files, segment_file_name(base, kLogSuffix), log);
}

void dump(SimFileSystem& files, bool gaps_are_damage) {
  const auto before = files.live_hash();
  cli::ReadOnlyFileSystem read_only(files);
  Silent report;
  cli::LogReadOptions options;
  options.details = options.records = true;
  options.gaps_are_damage = gaps_are_damage;
  LEAT_CHECK(cli::read_log_path(read_only, kPartition, options, report).ok());
  LEAT_CHECK(files.live_hash() == before);
}

// The end of the batches in an answer, which may be cut off behind the last whole one.
Offset end_of(const ReadResult& result) {
  const Bytes bytes = flatten(result.data);
  Offset end{-1};
  record::BatchIterator it(bytes);
  while (it.next()) end = it.header().next_offset();
  return end;
}

// Until an answer holds no whole batch.
void read_whole(const Log& log) {
  for (Offset at = log.start_offset(); at < log.end().offset;) {
    auto result = log.read({at, 700, log.end(), true});
    LEAT_CHECK(result.ok(), "at {}: {}", at.value(), describe(result.status()));
    const Status there = materialize(result->data);
    LEAT_CHECK(there.ok(), "at {}: {}", at.value(), describe(there));
    const Offset next = end_of(*result);
    if (next <= at) return;
    at = next;
  }
}

LogPosition recover(SimFileSystem& files, const LogOptions& options) {
  ManualClock clock;
  RecoveryReport report;
  auto log = Log::open(files, clock, kPartition, options, std::nullopt, [](ByteView) {}, &report);
  LEAT_CHECK(log.ok(), "{}", describe(log.status()));
  read_whole(**log);
  static_cast<void>((*log)->find_timestamp(1, (*log)->end().offset));
  static_cast<void>((*log)->find_max_timestamp((*log)->end().offset));
  return (*log)->end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  set_log_level(LogLevel::kError);
  FuzzedDataProvider input(data, size);
  SimFileSystem files;
  LEAT_CHECK(files.make_directory("/d").ok() && files.make_directory(kPartition).ok());
  LogOptions options;
  options.may_have_gaps = input.ConsumeBool();
  options.index_interval_bytes = 100;
  if (input.ConsumeBool()) put(files, std::string(kEpochFile), take(input, 100));
  std::int64_t next = input.ConsumeIntegralInRange(0, 100);
  for (int segments = input.ConsumeIntegralInRange(1, 3); segments > 0; --segments) {
    const std::int64_t base = next;
    put_segment(files, input, next);
    next = std::max(next, base + 1);
  }
  dump(files, !options.may_have_gaps);
  const LogPosition end = recover(files, options);
  const auto recovered = files.live_hash();
  LEAT_CHECK(recover(files, options) == end);
  LEAT_CHECK(files.live_hash() == recovered);
  return 0;
}
