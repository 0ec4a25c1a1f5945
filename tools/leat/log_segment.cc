#include "tools/leat/log_segment.h"

#include <chrono>
#include <memory>
#include <thread>

#include "broker/storage/batch_scan.h"
#include "broker/storage/log_format.h"
#include "common/record/batch_validate.h"
#include "tools/leat/log_resync.h"

namespace leat::cli {
namespace {

using storage::ScannedBatch;

constexpr std::uint64_t kMaxUncompressed = std::uint64_t{4} << 30;
// A broker may be in the middle of an append: how often to look whether the batch is whole now.
constexpr int kLooks = 20;
constexpr auto kBetweenLooks = std::chrono::milliseconds(10);

class SegmentReader {
 public:
  SegmentReader(storage::FileSystem& files, const storage::File& file, const SegmentToRead& segment,
                const LogReadOptions& options, LogProgress& progress, LogFileReport& out)
      : files_(files),
        segment_(segment),
        options_(options),
        progress_(progress),
        out_(out),
        window_(file),
        end_(file.size()) {}

  Status run();

 private:
  // The frame of the batch at position_; nullopt when there is no whole batch.
  StatusOr<std::optional<ScannedBatch>> frame();
  Status read_batch(const ScannedBatch& frame);
  Status skip_what_is_no_batch();
  Status end_of_damage(std::uint64_t from);
  StatusOr<bool> next_looks_right(const ScannedBatch& frame);
  // True when a broker has completed the batch meanwhile.
  StatusOr<bool> grew_to_a_batch();
  std::string what_is_wrong();
  void check_place(const record::BatchHeader& header);
  void account(const record::BatchHeader& header);
  void show(const record::BatchHeader& header, ByteView bytes, bool sound);
  void show_records(const LogBatch& batch, ByteView bytes);

  LogSummary& summary() { return out_.summary(); }

  storage::FileSystem& files_;
  const SegmentToRead& segment_;
  const LogReadOptions& options_;
  LogProgress& progress_;
  LogFileReport& out_;
  LogWindow window_;
  std::uint64_t end_;
  std::uint64_t position_ = 0;
};

Status SegmentReader::run() {
  while (position_ < end_) {
    ASSIGN_OR_RETURN(const auto found, frame());
    if (found)
      RETURN_IF_ERROR(read_batch(*found));
    else
      RETURN_IF_ERROR(skip_what_is_no_batch());
  }
  return {};
}

StatusOr<std::optional<ScannedBatch>> SegmentReader::frame() {
  ASSIGN_OR_RETURN(const ByteView header, window_.at(position_, record::kBatchHeaderSize));
  auto found = storage::scan_batch(header, position_);
  if (found && found->end_position() > end_) found.reset();
  return found;
}

Status SegmentReader::read_batch(const ScannedBatch& frame) {
  ASSIGN_OR_RETURN(const ByteView bytes,
                   window_.at(position_, static_cast<std::size_t>(frame.size)));
  if (bytes.size() < frame.size) return corruption("the file became shorter");
  record::ValidateOptions rules;
  rules.source = record::BatchSource::kStored;
  rules.max_uncompressed_bytes = kMaxUncompressed;
  const record::Verdict verdict = record::validate(bytes, rules);
  const record::BatchHeader header = record::load_header(bytes);
  if (!verdict.ok())
    out_.damage(position_, record::to_string(verdict.violation),
                fmt::format("batch of offsets {} to {}: {}", header.base_offset,
                            header.last_offset(), verdict.text));
  else if (header.timestamp_type() == record::TimestampType::kCreateTime &&
           verdict.info.max_timestamp > header.max_timestamp)
    out_.damage(
        position_, "max timestamp",
        fmt::format("batch of offsets {} to {}: says {}, a record has {}", header.base_offset,
                    header.last_offset(), header.max_timestamp, verdict.info.max_timestamp));
  check_place(header);
  account(header);
  show(header, bytes, verdict.ok());
  position_ = frame.end_position();
  if (verdict.violation != record::Violation::kBadCrc) return {};
  // The length is not covered by the CRC: perhaps it is the length that is wrong.
  ASSIGN_OR_RETURN(const bool trusted, next_looks_right(frame));
  return trusted ? Status() : end_of_damage(frame.position + 1);
}

StatusOr<bool> SegmentReader::next_looks_right(const ScannedBatch& frame) {
  if (frame.end_position() == end_) return true;
  ASSIGN_OR_RETURN(const ByteView header,
                   window_.at(frame.end_position(), record::kBatchHeaderSize));
  return storage::scan_batch(header, frame.end_position()).has_value();
}

Status SegmentReader::end_of_damage(std::uint64_t from) {
  ASSIGN_OR_RETURN(const auto next,
                   find_next_batch(window_, from, end_, segment_.base.value_or(Offset{0})));
  const std::uint64_t target = next.value_or(end_);
  out_.note(next ? fmt::format("reading goes on at position {}", target)
                 : fmt::format("nothing readable from position {} on", from));
  position_ = target;
  return {};
}

Status SegmentReader::skip_what_is_no_batch() {
  ASSIGN_OR_RETURN(const bool complete_now, grew_to_a_batch());
  if (complete_now) return {};
  ASSIGN_OR_RETURN(const bool zeros, only_zeros(window_, position_, end_));
  if (zeros) {
    out_.damage(position_, "zeros", fmt::format("{} bytes up to the end", end_ - position_));
    position_ = end_;
    return {};
  }
  const std::string wrong = what_is_wrong();
  ASSIGN_OR_RETURN(const auto next, find_next_batch(window_, position_ + 1, end_,
                                                    segment_.base.value_or(Offset{0})));
  ASSIGN_OR_RETURN(const ByteView header, window_.at(position_, record::kBatchHeaderSize));
  const bool cut_off = header.size() < record::kBatchHeaderSize ||
                       storage::scan_batch(header, position_).has_value();
  if (next)
    out_.damage(position_, "no batch",
                fmt::format("{}; reading goes on at position {}", wrong, *next));
  else
    out_.damage(position_, cut_off ? "torn tail" : "no batch",
                fmt::format("{}; nothing readable in the last {} bytes", wrong, end_ - position_));
  position_ = next.value_or(end_);
  return {};
}

StatusOr<bool> SegmentReader::grew_to_a_batch() {
  if (!segment_.newest || segment_.torn) return false;
  std::uint64_t before = end_;
  for (int look = 0; look < kLooks; ++look) {
    ASSIGN_OR_RETURN(end_, files_.file_size(segment_.path));
    // What the window holds of the tail is old now.
    window_.forget();
    if (end_ <= position_) return true;  // taken back
    ASSIGN_OR_RETURN(const auto found, frame());
    if (found) {
      summary().bytes = end_;
      return true;
    }
    // A tail that does not move is looked at once more, and that is that.
    if (look > 0 && end_ == before) return false;
    before = end_;
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return false;
}

std::string SegmentReader::what_is_wrong() {
  // At most a header and a little is needed for the frame's fault; the rest would be read in vain.
  const auto bytes = window_.at(position_, record::kBatchHeaderSize);
  if (!bytes.ok()) return std::string(message(bytes.status()));
  record::ValidateOptions rules;
  rules.source = record::BatchSource::kStored;
  rules.check_crc = false;
  const record::Verdict verdict = record::validate(*bytes, rules);
  if (verdict.violation == record::Violation::kTooShort &&
      bytes->size() == record::kBatchHeaderSize)
    return fmt::format("a batch of {} bytes with {} left in the file",
                       record::load_header(*bytes).size_in_bytes(), end_ - position_);
  return verdict.ok() ? "impossible offsets" : verdict.text;
}

void SegmentReader::check_place(const record::BatchHeader& header) {
  const Offset base = header.base_offset;
  if (segment_.base && (base < *segment_.base ||
                        header.last_offset() - *segment_.base > storage::kMaxRelativeOffset))
    out_.damage(position_, "segment base",
                fmt::format("offsets {} to {} in the segment of {}", base, header.last_offset(),
                            *segment_.base));
  if (progress_.last && base <= *progress_.last)
    out_.damage(
        position_, "offset order",
        fmt::format("offsets {} to {} after {}", base, header.last_offset(), *progress_.last));
  if (progress_.last && base > *progress_.last + 1) {
    ++summary().gaps;
    if (options_.gaps_are_damage)
      out_.damage(position_, "gap", fmt::format("offset {} follows {}", base, *progress_.last));
  }
  if (header.leader_epoch < progress_.epoch)
    out_.damage(position_, "epoch order",
                fmt::format("leader epoch {} after {}", header.leader_epoch, progress_.epoch));
  progress_.last = header.last_offset();
  progress_.epoch = header.leader_epoch;
}

void SegmentReader::account(const record::BatchHeader& header) {
  LogSummary& s = summary();
  ++s.batches;
  s.records += std::max(header.record_count, 0);
  if (!s.first) s.first = header.base_offset;
  s.last = header.last_offset();
  s.max_timestamp = std::max(s.max_timestamp, header.max_timestamp);
  s.codecs |= 1u << (header.attributes & record::kCompressionMask);
  if (!header.has_producer_id()) return;
  if (s.producers.size() < LogSummary::kMaxProducers)
    s.producers.insert(header.producer_id.value());
  else
    s.more_producers |= !s.producers.contains(header.producer_id.value());
}

void SegmentReader::show(const record::BatchHeader& header, ByteView bytes, bool sound) {
  if (!options_.details) return;
  if (header.last_offset() < options_.from || header.base_offset >= options_.to) return;
  const LogBatch batch{out_.path(), position_, header, sound};
  out_.report().batch(batch);
  if (options_.records) show_records(batch, bytes);
}

void SegmentReader::show_records(const LogBatch& batch, ByteView bytes) {
  auto reader = record::RecordReader::open(bytes);
  if (!reader.ok())
    return out_.note(
        fmt::format("position {}: records not shown: {}", position_, message(reader.status())));
  record::RecordView record;
  while (reader->next(record)) {
    if (record.offset >= options_.from && record.offset < options_.to)
      out_.report().record(batch, record);
  }
  if (!reader->status().ok())
    out_.note(fmt::format("position {}: further records not shown: {}", position_,
                          message(reader->status())));
}

}  // namespace

void read_segment(storage::FileSystem& files, const SegmentToRead& segment,
                  const LogReadOptions& options, LogProgress& progress, LogReport& report) {
  const auto file = files.open(segment.path, storage::OpenMode::kReadOnly);
  if (is_not_found(file.status())) return report.note(segment.path, "is gone");
  LogFileReport out(report, segment.path, segment.torn ? "torn bytes" : "log",
                    file.ok() ? (*file)->size() : 0);
  if (segment.torn) out.expect_damage();
  const Status done = file.ok()
                          ? SegmentReader(files, **file, segment, options, progress, out).run()
                          : file.status();
  if (!done.ok()) out.damage(0, "unreadable", std::string(message(done)));
}

}  // namespace leat::cli
