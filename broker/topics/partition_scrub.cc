// What the scrubber found damaged in a partition, and how the rest of it is served.
#include <algorithm>

#include "broker/topics/partition.h"
#include "common/base/log.h"

namespace leat::topics {
namespace {

bool is_listed(const storage::LogRow& row, const storage::SegmentToScrub& segment) {
  const auto listed = storage::next_to_scrub(row, segment.base);
  if (!listed || listed->base != segment.base) return false;
  const bool has_grown = segment.is_last && listed->is_last && listed->size >= segment.size;
  return *listed == segment || has_grown;
}

}  // namespace

std::optional<std::vector<storage::Damage>> Partition::note_damage(
    const storage::SegmentToScrub& segment, std::vector<storage::Damage> found) {
  // No swap, deletion or opening may come between the look at the row and the note.
  MutexLock compacting(compaction_mutex_);
  MutexLock lock(append_mutex_);
  const auto row = checkpointed_row();
  if (!row.ok() || !*row || !is_listed(**row, segment)) return std::nullopt;
  std::vector<storage::Damage> news;
  {
    MutexLock view(view_mutex_);
    for (const storage::Damage& damage : found) {
      const auto& known = damage_.all();
      const bool is_known = std::any_of(known.begin(), known.end(),
                                        [&](const auto& other) { return other.covers(damage); });
      if (!is_known) news.push_back(damage);
    }
    damage_.set(segment.base, std::move(found));
    has_damage_.store(!damage_.empty(), std::memory_order_release);
  }
  if (!news.empty() && is_open()) roll_off_damage();
  return news;
}

bool Partition::knows_damage_in(Offset segment_base) const {
  MutexLock lock(view_mutex_);
  return damage_.touches_segment(segment_base);
}

// What is written next is better kept apart from what the disk has lost.
void Partition::roll_off_damage() {
  const auto segments = log_->segments();
  if (segments.empty() || !knows_damage_in(segments.back().base)) return;
  if (Status s = log_->roll(); !s.ok()) {
    LOG_WARN("could not roll a damaged segment partition={} why={}", directory_, describe(s));
    end_unless_passing(s);
    return;
  }
  ++changes_;
}

// Compaction would find it as well, but for an offset that is wrong and nothing else.
Status Partition::refuse_damage_below(Offset limit) const {
  MutexLock lock(view_mutex_);
  for (const storage::Damage& damage : damage_.all())
    if (damage.base < limit) return corruption("offsets {} to {} are damaged", damage.first, damage.end - 1);
  return {};
}

std::vector<storage::LogStretch> Partition::sound_stretches() const {
  std::vector<storage::LogStretch> sound(1);
  MutexLock lock(view_mutex_);
  for (const storage::Damage& damage : damage_.all()) {
    sound.back().end = storage::LogPosition{damage.first, damage.base, damage.position};
    sound.push_back({{damage.end, damage.base, damage.end_position}, std::nullopt});
  }
  return sound;
}

StatusOr<Partition::FoundRecord> Partition::find_timestamp(std::int64_t t, Offset limit) const {
  for (const storage::LogStretch& stretch : sound_stretches()) {
    ASSIGN_OR_RETURN(auto found, log_->find_timestamp(t, limit, stretch));
    if (found) return found;
  }
  return FoundRecord();
}

StatusOr<Partition::FoundRecord> Partition::find_max_timestamp(Offset limit) const {
  FoundRecord best;
  for (const storage::LogStretch& stretch : sound_stretches()) {
    ASSIGN_OR_RETURN(auto found, log_->find_max_timestamp(limit, stretch));
    if (found && (!best || found->timestamp > best->timestamp)) best = found;
  }
  return best;
}

StatusOr<storage::ReadResult> Partition::read_around_damage(storage::ReadRequest request) const {
  bool ends_at_damage = false;
  {
    MutexLock lock(view_mutex_);
    if (const auto* lost = damage_.at(request.from); lost != nullptr && request.from >= ends_.start)
      return corruption("offsets {} to {} are damaged", lost->first, lost->end - 1);
    if (const auto* behind = damage_.last_before(request.from))
      request.begin = {behind->end, behind->base, behind->end_position};
    const auto* const ahead = damage_.next_after(request.from);
    ends_at_damage = ahead != nullptr && ahead->first < request.limit.offset;
    if (ends_at_damage) request.limit = {ahead->first, ahead->base, ahead->position};
  }
  auto read = log_->read(request);
  if (!ends_at_damage || !read.ok() || !read->data.empty()) return read;
  // Too small a limit for the next batch, or compaction left nothing between here and the damage.
  request.at_least_one_batch = true;
  ASSIGN_OR_RETURN(const storage::ReadResult whole, log_->read(request));
  if (whole.data.empty()) return corruption("what follows offset {} is damaged", request.from);
  return storage::ReadResult{};
}

}  // namespace leat::topics
