#include "broker/topics/refused_batches.h"

namespace leat::topics {

void RefusedBatches::add(const SequencedBatch& refused, MonotonicTime now) {
  if (has_one_before(refused, now)) return;
  if (refused_.size() >= kMostProducers) drop_given_up(now);
  if (refused_.size() >= kMostProducers && !refused_.contains(refused.producer)) return;
  refused_[refused.producer] = {refused.epoch, refused.first_sequence, now};
}

void RefusedBatches::drop_given_up(MonotonicTime now) {
  absl::erase_if(refused_, [now](const auto& r) { return now - r.second.last_seen > kRemembered; });
}

void RefusedBatches::forget(ProducerId producer, MonotonicTime now) {
  if (refused_.empty()) return;
  refused_.erase(producer);
  drop_given_up(now);
}

void RefusedBatches::forget_if(const SequencedBatch& is_refused) {
  const auto found = refused_.find(is_refused.producer);
  if (found == refused_.end()) return;
  const Refused& first = found->second;
  if (first.epoch == is_refused.epoch && first.first_sequence == is_refused.first_sequence)
    refused_.erase(found);
}

bool RefusedBatches::has_one_before(const SequencedBatch& batch, MonotonicTime now) const {
  const auto found = refused_.find(batch.producer);
  if (found == refused_.end()) return false;
  const Refused& first = found->second;
  return first.epoch == batch.epoch && first.first_sequence != batch.first_sequence &&
         now - first.last_seen <= kRemembered;
}

}  // namespace leat::topics
