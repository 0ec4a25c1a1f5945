#include "broker/storage/scrub.h"

#include <algorithm>
#include <utility>

#include "broker/storage/batch_search.h"

namespace leat::storage {
namespace {

// Of one segment; the last one found then extends to its end.
constexpr std::size_t kMaxDamages = 1000;
// What a disk that cannot read all of a range is asked for piece by piece.
constexpr std::size_t kSector = 4096;

std::string fault_of(const BatchFinding& found) {
  if (!found.frame) return "no batch: magic, length or offsets are impossible";
  if (!found.crc_matches) return "the CRC is wrong";
  return fmt::format("the batch of offsets {} to {} does not belong there",
                     found.frame->base_offset, found.frame->last_offset);
}

class Scrub {
 public:
  Scrub(const File& file, const SegmentToScrub& segment,
        const std::function<Status(std::uint64_t)>& pace)
      : file_(file),
        segment_(segment),
        pace_(pace),
        window_(segment.size, [this](auto at, auto into) { return read(at, into); }),
        next_(segment.base) {}

  StatusOr<std::vector<Damage>> run() {
    while (position_ < segment_.size) {
      ASSIGN_OR_RETURN(const BatchFinding found,
                       look_for_batch(window_, position_, {next_, segment_.end}));
      if (found.is_sound())
        accept(*found.frame);
      else
        RETURN_IF_ERROR(skip(found));
    }
    return std::move(damages_);
  }

 private:
  Status read(std::uint64_t at, MutableByteView into);
  Status read_sectors(std::uint64_t at, MutableByteView into);

  void accept(const ScannedBatch& batch) {
    if (!damages_.empty() && damages_.back().end_position == batch.position)
      damages_.back().end = batch.base_offset;
    last_sound_ = batch;
    next_before_last_ = next_;
    next_ = batch.last_offset + 1;
    position_ = batch.end_position();
  }

  Status skip(const BatchFinding& found);
  StatusOr<std::uint64_t> end_of_damage(const BatchFinding& found);
  bool predecessor_lies(const BatchFinding& found) const;
  void add_damage(std::uint64_t position, std::uint64_t end, std::string what);

  const File& file_;
  const SegmentToScrub& segment_;
  const std::function<Status(std::uint64_t)>& pace_;
  ByteWindow window_;
  std::uint64_t position_ = 0;
  Offset next_;  // the next batch begins here or behind
  std::optional<ScannedBatch> last_sound_;
  Offset next_before_last_;
  Status unreadable_;
  std::vector<Damage> damages_;
};

Status Scrub::read(std::uint64_t at, MutableByteView into) {
  RETURN_IF_ERROR(pace_(into.size()));
  const auto n = file_.read_uncached_at(at, into);
  if (n.status().code() == StatusCode::kInternal) return read_sectors(at, into);
  if (!n.ok()) return n.status();
  if (*n < into.size()) {
    std::ranges::fill(into.subspan(*n), std::byte{0});
    unreadable_ = corruption("the file ends at position {}", at + *n);
  }
  return {};
}

// What cannot be read is left as zeros, which are no batch.
Status Scrub::read_sectors(std::uint64_t at, MutableByteView into) {
  while (!into.empty()) {
    const std::size_t size = std::min(into.size(), kSector - static_cast<std::size_t>(at % kSector));
    const MutableByteView piece = into.first(size);
    const auto n = file_.read_uncached_at(at, piece);
    if (!n.ok() && n.status().code() != StatusCode::kInternal) return n.status();
    if (!n.ok()) unreadable_ = n.status();
    std::ranges::fill(piece.subspan(n.ok() ? *n : 0), std::byte{0});
    at += size;
    into = into.subspan(size);
  }
  return {};
}

Status Scrub::skip(const BatchFinding& found) {
  if (predecessor_lies(found)) {
    // A base offset is not covered by the CRC. Without it, what is here is looked at again.
    add_damage(last_sound_->position, last_sound_->end_position(),
               fmt::format("offsets {} to {} are followed by {}", last_sound_->base_offset,
                           last_sound_->last_offset, found.frame->base_offset));
    next_ = next_before_last_;
    last_sound_.reset();
    return {};
  }
  ASSIGN_OR_RETURN(const std::uint64_t end, end_of_damage(found));
  std::string what = fault_of(found);
  if (!unreadable_.ok()) what += fmt::format(" ({})", message(unreadable_));
  unreadable_ = {};
  last_sound_.reset();
  add_damage(std::exchange(position_, end), end, std::move(what));
  return {};
}

// True when this batch is sound but for its offsets, and would fit without the one before it.
bool Scrub::predecessor_lies(const BatchFinding& found) const {
  return found.frame && found.crc_matches && last_sound_ && found.frame->base_offset < next_ &&
         OffsetBounds{next_before_last_, segment_.end}.hold(*found.frame);
}

StatusOr<std::uint64_t> Scrub::end_of_damage(const BatchFinding& found) {
  const OffsetBounds bounds{next_, segment_.end};
  if (found.frame) {
    // The length is right when the CRC is; else the next batch tells.
    const std::uint64_t end = found.frame->end_position();
    if (found.crc_matches || end == segment_.size) return end;
    ASSIGN_OR_RETURN(const BatchFinding behind, look_for_batch(window_, end, bounds));
    if (behind.is_sound()) return end;
  }
  ASSIGN_OR_RETURN(const auto sound, find_sound_batch(window_, position_ + 1, bounds));
  return sound.value_or(segment_.size);
}

void Scrub::add_damage(std::uint64_t position, std::uint64_t end, std::string what) {
  const bool adjacent = !damages_.empty() && damages_.back().end_position == position;
  if (!adjacent && damages_.size() == kMaxDamages) {
    end = position_ = segment_.size;
  } else if (!adjacent) {
    const Offset first = last_sound_ && last_sound_->position == position ? next_before_last_ : next_;
    damages_.push_back({segment_.base, position, end, first, segment_.end, std::move(what)});
    return;
  }
  damages_.back().end_position = end;
  damages_.back().end = segment_.end;
}

}  // namespace

std::optional<SegmentToScrub> next_to_scrub(const LogRow& row, Offset from) {
  const auto& all = row.segments;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].base < from || all[i].size == 0) continue;
    const Offset end = i + 1 < all.size() ? all[i + 1].base : row.durable.offset;
    return SegmentToScrub{all[i].base, end, all[i].size, i + 1 == all.size()};
  }
  return std::nullopt;
}

StatusOr<std::vector<Damage>> scrub(const File& file, const SegmentToScrub& segment,
                                    const std::function<Status(std::uint64_t)>& pace) {
  return Scrub(file, segment, pace).run();
}

}  // namespace leat::storage
