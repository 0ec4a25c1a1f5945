#include "broker/topics/refused_batches.h"

namespace leat::topics {

void RefusedBatches::add(const SequencedBatch& refused, MonotonicTime now) {
  if (has_one_before(refused, now)) return;
  if (refused_.size() >= kMostProducers) {
    absl::erase_if(refused_,
                   [now](const auto& r) { return now - r.second.last_seen > kRemembered; });
  }
  if (refused_.size() >= kMostProducers && !refused_.contains(refused.producer)) return;
  refused_[refused.producer] = {refused.epoch, refused.first_sequence, now};
}

bool RefusedBatches::has_one_before(const SequencedBatch& batch, MonotonicTime now) const {
  const auto found = refused_.find(batch.producer);
  if (found == refused_.end()) return false;
  const Refused& first = found->second;
  return first.epoch == batch.epoch && first.first_sequence != batch.first_sequence &&
         now - first.last_seen <= kRemembered;
}

}  // namespace leat::topics
