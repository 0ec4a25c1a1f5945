#pragma once

#include <absl/container/flat_hash_map.h>

#include "broker/topics/producer_state.h"
#include "common/base/clock.h"

namespace leat::topics {

// Batches of idempotent producers that were refused because the disk was full or descriptors had
// run out. What a producer had sent behind such a batch is no gap of its making: it gets the same
// retriable error, not OUT_OF_ORDER_SEQUENCE_NUMBER. At that one clients give up their sequence and
// send all again in a new epoch, also what was appended and not yet answered: a duplicate. One
// thread at a time (the partition's append mutex).
class RefusedBatches {
 public:
  // Whoever does not come again with its batch for so long has given it up.
  static constexpr auto kRemembered = std::chrono::seconds(10);
  // So many producers are remembered, at most; a batch of any other is taken for what its sequence
  // says.
  static constexpr std::size_t kMostProducers = 1000;

  void add(const SequencedBatch& refused, MonotonicTime now);
  // True when `batch` is not the refused one of its producer, which must come first.
  bool has_one_before(const SequencedBatch& batch, MonotonicTime now) const;
  // The producer has got through, and so will the others: those that have given up are forgotten.
  void forget(ProducerId producer, MonotonicTime now);
  // The refused batch itself turned out to be there already.
  void forget_if(const SequencedBatch& is_refused);
  bool empty() const { return refused_.empty(); }

 private:
  struct Refused {
    ProducerEpoch epoch;
    std::int32_t first_sequence = -1;
    MonotonicTime last_seen;
  };

  void drop_given_up(MonotonicTime now);

  absl::flat_hash_map<ProducerId, Refused> refused_;
};

}  // namespace leat::topics
