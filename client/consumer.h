#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/client.h"
#include "client/error.h"
#include "client/record.h"
#include "client/topic_partition.h"
#include "common/record/batch_view.h"
#include "common/record/record_reader.h"

namespace leat {

// Where reading begins; see the functions that make one.
class StartAt {
 public:
  static StartAt beginning() { return StartAt(Kind::kBeginning, 0); }
  static StartAt end() { return StartAt(Kind::kEnd, 0); }
  static StartAt offset(std::int64_t offset) { return StartAt(Kind::kOffset, offset); }
  // The first record at or after this time; the end when there is none.
  static StartAt time(std::int64_t ms_since_1970) { return StartAt(Kind::kTime, ms_since_1970); }

  enum class Kind { kBeginning, kEnd, kOffset, kTime };
  Kind kind() const { return kind_; }
  std::int64_t value() const { return value_; }

 private:
  StartAt(Kind kind, std::int64_t value) : kind_(kind), value_(value) {}
  Kind kind_;
  std::int64_t value_;
};

inline constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();

// A partition to read, from `start` up to but not including the offset `until`.
class Assignment {
 public:
  Assignment(std::string t, std::int32_t p, StartAt s, std::int64_t u = kNoEnd)
      : topic(std::move(t)), partition(p), start(s), until(u) {}

  std::string topic;
  std::int32_t partition;
  StartAt start;
  std::int64_t until;
  // Where to go on when the position is outside what the partition holds: it was deleted in the
  // meantime. nullopt makes that an error. With it, an exact `start` is not looked up first.
  std::optional<StartAt> if_out_of_range;
};

class ConsumerOptions {
 public:
  ConsumerOptions() = default;

  Duration max_wait = std::chrono::milliseconds(500);  // how long a broker holds an empty answer
  std::int32_t min_bytes = 1;
  std::int32_t max_bytes = 16 << 20;           // of one answer
  std::int32_t max_partition_bytes = 4 << 20;  // of one partition in it
  // Fetched and not yet taken; one answer per broker may lie above it.
  std::size_t buffer_bytes = 32u << 20;
  std::uint64_t max_uncompressed_bytes = record::RecordReader::kDefaultMaxUncompressed;
  bool check_crcs = true;
  // Told once when a broker that is read from cannot be reached or does not answer, and once with an
  // OK error when it answers again. Reading goes on trying meanwhile, as long as it takes. Runs on
  // the client's executor, beside next().
  std::function<void(std::int32_t node, const Error&)> on_contact;
};

// Records of one partition as one answer brought them, in order of offset. Owns or shares the
// memory they lie in; what next() yields lasts until the batch it was in is left behind, or is
// compressed with its neighbours: copy what must outlive the next call. One thread at a time.
class ConsumedRecords {
 public:
  // The next record; false at the end, or when the rest is damaged: see error().
  bool next(RecordView& record);
  const Error& error() const { return error_; }

  std::string_view topic() const { return *topic_; }
  std::int32_t partition() const { return partition_; }
  // The end of the partition when this was fetched.
  std::int64_t high_watermark() const { return high_watermark_; }
  // Where reading goes on after these: past the last record, and past what a compaction left out.
  std::int64_t next_offset() const { return next_offset_; }
  std::size_t size_bytes() const { return bytes_; }

 private:
  friend class Fetcher;
  bool open_next_batch();

  std::shared_ptr<const std::string> topic_;
  std::int32_t partition_ = 0;
  std::int64_t high_watermark_ = -1;
  std::int64_t from_ = 0;
  std::int64_t until_ = kNoEnd;
  std::int64_t next_offset_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t max_uncompressed_ = 0;
  bool check_crcs_ = true;
  SharedBytes frame_;  // keeps what the iterator walks
  record::BatchIterator batches_{ByteView()};
  std::optional<record::RecordReader> reader_;
  record::RecordView view_;
  Error error_;
};

class Fetcher;

// Reads assigned partitions. Fetches ahead within its budget while the caller works on what it has.
// Uses the client's executor only.
class Consumer {
 public:
  Consumer(std::shared_ptr<Client> client, ConsumerOptions options);
  ~Consumer();
  Consumer(Consumer&&) noexcept;
  Consumer& operator=(Consumer&&) noexcept;

  // Replaces what is read. Looks start positions up and refuses an offset outside the partition
  // with OFFSET_OUT_OF_RANGE and its bounds in the text. A partition without a leader is read as
  // soon as it has one; an error when that is true of all of them.
  asio::awaitable<Error> assign(std::vector<Assignment> assignments);

  // The next records; nullopt when there are none within `wait`, or when finished(). An error ends
  // the consumer: what is fatal for one partition is fatal for all.
  asio::awaitable<Result<std::optional<ConsumedRecords>>> next(
      Duration wait = std::chrono::hours(24 * 365));
  // What has already arrived, without waiting.
  std::optional<ConsumedRecords> try_next();

  // Every partition has reached its `until` and everything was taken.
  bool finished() const;
  void close();

 private:
  std::shared_ptr<Fetcher> fetcher_;
};

}  // namespace leat
