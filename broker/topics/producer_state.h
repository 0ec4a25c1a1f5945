#pragma once

#include <absl/container/flat_hash_map.h>

#include <array>
#include <cstdint>
#include <optional>

#include "common/base/bytes.h"
#include "common/base/ids.h"
#include "common/base/status.h"
#include "common/record/batch_view.h"

// Idempotent producers (KIP-98): what each producer last wrote to one partition, so that a retry is
// recognised and a gap refused. One thread at a time (the partition's append mutex).
namespace leat::topics {

// How many batches of a producer a retry may ask about; clients keep at most five in flight.
inline constexpr std::size_t kDedupeWindow = 5;

// The producer fields of one batch, with the offsets it got (or would get).
struct SequencedBatch {
  ProducerId producer;
  ProducerEpoch epoch;
  std::int32_t first_sequence = -1;
  std::int32_t last_sequence = -1;
  Offset base_offset;
  Offset last_offset;
  std::int64_t append_ms = -1;  // wall clock at the append; also LogAppendTime's answer
};

// As the header has it, without a time. The offsets of a batch that is not appended yet mean
// nothing.
inline SequencedBatch sequence_of(const record::BatchHeader& header) {
  return {header.producer_id,
          header.producer_epoch,
          header.base_sequence,
          header.last_sequence(),
          header.base_offset,
          header.last_offset(),
          -1};
}

enum class SequenceVerdict {
  kAppend,      // next in sequence, first of a new epoch, or an unknown producer
  kDuplicate,   // one of the last five: answer with `original`, append nothing
  kOutOfOrder,  // gap, older or partial duplicate, new epoch not from 0: OUT_OF_ORDER_SEQUENCE
  kFenced,      // an older epoch: INVALID_PRODUCER_EPOCH
};

struct SequenceCheck {
  SequenceVerdict verdict = SequenceVerdict::kAppend;
  SequencedBatch original;  // of a duplicate
};

// The sequence after `last`, wrapping at 2^31 - 1 as clients do.
std::int32_t next_sequence(std::int32_t last);

class ProducerState {
 public:
  // What to do with `batch`; changes nothing. `base_offset` and `last_offset` of it are ignored.
  SequenceCheck check(const SequencedBatch& batch) const;
  // Remembers an appended batch. Remembering one again (recovery replays) changes nothing.
  void remember(const SequencedBatch& batch);
  // Forgets all but the `count` producers that wrote last.
  void keep_newest(std::size_t count);
  // Forgets every batch at or after `end`: its append was taken back. Producers that are left with
  // none are forgotten too.
  void forget_from(Offset end);
  // Forgets producers whose last append is before `cutoff_ms` (producer.id.expiration.ms).
  std::size_t expire(std::int64_t cutoff_ms);

  std::size_t size() const { return producers_.size(); }
  std::size_t memory_bytes() const;

  // For the checkpoint: all five batches of each producer. `decode` refuses what encode never wrote.
  Bytes encode() const;
  static StatusOr<ProducerState> decode(ByteView blob);

  // What is known of one producer: its epoch and newest batch (DescribeProducers).
  std::optional<SequencedBatch> last_batch(ProducerId producer) const;

 private:
  struct Batch {
    std::int32_t first_sequence = -1;
    std::int32_t last_sequence = -1;
    Offset base_offset;
    Offset last_offset;
    std::int64_t append_ms = -1;
  };
  struct Producer {
    ProducerEpoch epoch;
    std::uint8_t count = 0;                   // batches held, oldest first
    std::array<Batch, kDedupeWindow> window;
    void push(const Batch& batch);
  };

  static SequencedBatch describe(ProducerId id, const Producer& p, const Batch& b);

  absl::flat_hash_map<ProducerId, Producer> producers_;
};

}  // namespace leat::topics
