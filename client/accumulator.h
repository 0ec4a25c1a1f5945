#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/error.h"
#include "client/record.h"
#include "common/base/clock.h"
#include "common/record/batch_builder.h"

// Where a producer's records wait to be sent: per partition a queue of batches, the last one open.
// Pure: no I/O and no clock. One thread at a time.
namespace leat {

// What became of one record.
class RecordResult {
 public:
  Error error;
  std::string topic;
  std::int32_t partition = -1;
  std::int64_t offset = -1;        // -1 with acks=0, or where the broker no longer knows
  std::int64_t timestamp_ms = -1;  // set where the broker decides it (LogAppendTime)
};
using RecordHandler = absl::AnyInvocable<void(const RecordResult&)>;

// Who a partition's batches say they are from (KIP-98). Kept per partition, so that trouble in one
// never renumbers another.
class ProducerIdentity {
 public:
  ProducerId id = kNoProducerId;
  ProducerEpoch epoch{-1};
  bool known() const { return id != kNoProducerId; }
};

class Batch {
 public:
  record::BatchBuilder builder;  // until it is sealed
  SharedBytes bytes;             // after that
  std::int32_t count = 0;
  std::size_t memory = 0;  // what it holds of the accumulator's budget
  std::int64_t ticket = 0;  // records appended before its first one: the order within a partition
  std::int32_t base_sequence = record::kNoSequence;
  MonotonicTime created;
  int attempts = 0;
  bool maybe_written = false;  // one attempt at least has an outcome that is not known
  std::vector<std::pair<std::int32_t, RecordHandler>> handlers;  // by index in the batch

  bool sealed() const { return bytes.size() > 0; }
  // As it is, or before compression.
  std::size_t size_bytes() const { return sealed() ? bytes.size() : builder.size_bytes(); }
};
using BatchPtr = std::unique_ptr<Batch>;

// One partition's batches and its place in the sequence. See Accumulator.
class PartitionQueue {
 public:
  std::string topic;
  std::int32_t partition = -1;
  std::deque<BatchPtr> waiting;  // oldest first; only the last may be open
  bool open = false;             // waiting.back() takes more records
  int in_flight = 0;
  // A batch failed: nothing more is sent until every batch in flight has its answer; then
  // `returned` goes back to the front in order, so that a retry never overtakes.
  bool draining = false;
  std::vector<BatchPtr> returned;
  std::size_t batch_limit = ~std::size_t{0};  // learned when the broker refused a batch as too large
  bool lost_sequence = false;  // the partition needs a new identity before it goes on
  MonotonicTime not_before;    // backoff
  ProducerIdentity identity;
  std::int32_t next_sequence = 0;
  // The broker has accepted a batch of this identity. Before that it takes any first number, so
  // that a second batch could be written although the one before it was refused.
  bool established = false;
};

class AccumulatorOptions {
 public:
  AccumulatorOptions() = default;

  std::size_t batch_bytes = 256 * 1024;     // uncompressed, header included
  std::size_t buffer_bytes = 64u << 20;     // all batches, sent ones without an answer included
  Duration linger = std::chrono::milliseconds(5);
  record::Compression compression = record::Compression::kNone;
  record::CompressionLevel level;
};

class Accumulator {
 public:
  explicit Accumulator(AccumulatorOptions options) : options_(options) {}

  // Room for a record of `bytes`? An empty accumulator takes one of any size.
  bool has_room(std::size_t bytes) const {
    return used_ == 0 || used_ + bytes <= options_.buffer_bytes;
  }
  // The queue of a partition, made when it is new; stays where it is.
  PartitionQueue& queue(std::string_view topic, std::int32_t partition);
  std::map<std::pair<std::string, std::int32_t>, PartitionQueue, std::less<>>& queues() {
    return queues_;
  }

  // Adds a record to the open batch, or to a new one when it would outgrow batch_bytes. True when a
  // batch was closed or begun, that is, when the sender may have something new to do.
  bool append(PartitionQueue& queue, const RecordToSend& record, std::size_t bytes,
              RecordHandler handler, MonotonicTime now);

  // A batch may leave now: closed, or open for `linger`, or `flushing`; not during backoff, not
  // while draining, not before an identity is there when `idempotent`.
  bool sendable(const PartitionQueue& queue, MonotonicTime now, bool flushing,
                bool idempotent) const;
  // When the front batch becomes sendable by the passing of time; max() when it does not.
  MonotonicTime sendable_at(const PartitionQueue& queue) const;
  // Takes the front batch and seals it: sequence, compression, CRC. Requires sendable().
  BatchPtr take(PartitionQueue& queue);

  // The three ends of a batch in flight. Each is called exactly once per take().
  void succeeded(PartitionQueue& queue, BatchPtr batch);              // frees it
  BatchPtr failed(PartitionQueue& queue, BatchPtr batch, bool leaves_gap);  // to be reported
  void retry(PartitionQueue& queue, BatchPtr batch, MonotonicTime not_before);
  // The batch was refused as too large and is not written: pieces of half its records, or of the
  // size that earlier refusals taught, take its place and its sequence numbers. False when it has one record
  // or cannot be read; then the batch is untouched.
  bool split(PartitionQueue& queue, BatchPtr& batch);

  // Gives a partition its identity, first or new: sequences start at 0. Batches whose outcome is
  // unknown under the old one cannot be renumbered without risking a duplicate: they come back to
  // be reported as kUnknownOutcome.
  std::vector<BatchPtr> set_identity(PartitionQueue& queue, ProducerIdentity identity);

  // Takes every waiting batch created before `oldest`, to be reported.
  std::vector<BatchPtr> expire(PartitionQueue& queue, MonotonicTime oldest);
  // Batches taken out by failed(), set_identity() or expire() count until this.
  void release(const Batch& batch) { used_ -= batch.memory; }

  std::size_t used_bytes() const { return used_; }
  // No record waits or is in flight.
  bool empty() const { return used_ == 0; }

 private:
  BatchPtr new_batch(MonotonicTime now);
  void seal(PartitionQueue& queue, Batch& batch);
  // Makes the bytes out of the builder, under the queue's identity and the batch's own sequence.
  void build(const PartitionQueue& queue, Batch& batch);
  // The records of `batch` in batches of at most half as many records and, where more than one,
  // at most `limit` bytes.
  static std::vector<BatchPtr> cut(const Batch& batch, record::RecordReader& reader,
                                   std::size_t limit);
  void leave_flight(PartitionQueue& queue);

  AccumulatorOptions options_;
  std::map<std::pair<std::string, std::int32_t>, PartitionQueue, std::less<>> queues_;
  PartitionQueue* last_ = nullptr;  // what queue() returned last
  std::vector<record::BatchBuilder> spare_;  // builders keep their memory
  std::size_t used_ = 0;
  std::int64_t next_ticket_ = 0;
};

}  // namespace leat
