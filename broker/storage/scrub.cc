#include "broker/storage/scrub.h"

#include <algorithm>
#include <utility>

#include "broker/storage/batch_search.h"
#include "common/record/batch_format.h"

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
                       look_for_batch(window_, position_, bounds()));
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

  // Which of two batches has a base offset that is wrong, when the second begins too low for the first.
  enum class Liar { kThis, kPredecessor, kEither };

  Status skip(const BatchFinding& found);
  StatusOr<Liar> who_lies(const BatchFinding& found);
  void doubt_predecessor(const ScannedBatch& follower);
  StatusOr<std::uint64_t> end_of_damage(const BatchFinding& found);
  StatusOr<std::optional<std::uint64_t>> end_by_length();
  OffsetBounds bounds() const { return {next_, segment_.end}; }
  void add_damage(std::uint64_t position, std::uint64_t end, std::string what);
  void note_unreadable(std::uint64_t at, std::uint64_t end, Status why);
  std::string why_unreadable(std::uint64_t position, std::uint64_t end) const;

  const File& file_;
  const SegmentToScrub& segment_;
  const std::function<Status(std::uint64_t)>& pace_;
  ByteWindow window_;
  std::uint64_t position_ = 0;
  Offset next_;  // the next batch begins here or behind
  std::optional<ScannedBatch> last_sound_;
  Offset next_before_last_;
  struct Unreadable {
    std::uint64_t position;
    std::uint64_t end;
    Status why;
  };
  std::vector<Unreadable> unreadable_;  // in what is not yet checked
  std::vector<Damage> damages_;
};

Status Scrub::read(std::uint64_t at, MutableByteView into) {
  RETURN_IF_ERROR(pace_(into.size()));
  const auto n = file_.read_uncached_at(at, into);
  if (n.status().code() == StatusCode::kInternal) return read_sectors(at, into);
  if (!n.ok()) return n.status();
  if (*n < into.size()) {
    std::ranges::fill(into.subspan(*n), std::byte{0});
    note_unreadable(at + *n, at + into.size(), corruption("the file ends at position {}", at + *n));
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
    if (!n.ok()) note_unreadable(at, at + size, n.status());
    std::ranges::fill(piece.subspan(n.ok() ? *n : 0), std::byte{0});
    at += size;
    into = into.subspan(size);
  }
  return {};
}

// Reads run ahead of what is checked, and some come twice.
void Scrub::note_unreadable(std::uint64_t at, std::uint64_t end, Status why) {
  std::erase_if(unreadable_, [this](const Unreadable& known) { return known.end <= position_; });
  if (!unreadable_.empty() && unreadable_.back().end == at) {
    unreadable_.back().end = end;
    return;
  }
  const bool is_known = std::any_of(unreadable_.begin(), unreadable_.end(), [&](const auto& known) {
    return known.position <= at && end <= known.end;
  });
  if (!is_known && unreadable_.size() < kMaxDamages) unreadable_.push_back({at, end, std::move(why)});
}

std::string Scrub::why_unreadable(std::uint64_t position, std::uint64_t end) const {
  for (const Unreadable& known : unreadable_)
    if (known.position < end && position < known.end) return fmt::format(" ({})", message(known.why));
  return {};
}

Status Scrub::skip(const BatchFinding& found) {
  ASSIGN_OR_RETURN(const Liar liar, who_lies(found));
  if (liar != Liar::kThis) {
    doubt_predecessor(*found.frame);
    // Without the one before it, what is here is looked at again.
    if (liar == Liar::kPredecessor) return {};
  }
  ASSIGN_OR_RETURN(const std::uint64_t end, end_of_damage(found));
  std::string what = fault_of(found) + why_unreadable(position_, end);
  last_sound_.reset();
  add_damage(std::exchange(position_, end), end, std::move(what));
  return {};
}

// A base offset is not covered by the CRC.
StatusOr<Scrub::Liar> Scrub::who_lies(const BatchFinding& found) {
  const bool overlaps = found.frame && found.crc_matches && last_sound_ &&
                        found.frame->base_offset < next_ &&
                        OffsetBounds{next_before_last_, segment_.end}.hold(*found.frame);
  // One that joins what comes before it begins where it should.
  if (!overlaps || last_sound_->base_offset == next_before_last_) return Liar::kThis;
  // Behind this batch, were it the wrong one, there would be room for all of its offsets.
  const ScannedBatch& here = *found.frame;
  const Offset room_until = next_ + (here.last_offset - here.base_offset) + 1;
  if (here.end_position() == segment_.size)
    return segment_.end < room_until ? Liar::kPredecessor : Liar::kEither;
  ASSIGN_OR_RETURN(const BatchFinding behind,
                   look_for_batch(window_, here.end_position(), {here.last_offset + 1, segment_.end}));
  const bool no_room = behind.is_sound() && behind.frame->base_offset < room_until;
  return no_room ? Liar::kPredecessor : Liar::kEither;
}

void Scrub::doubt_predecessor(const ScannedBatch& follower) {
  add_damage(last_sound_->position, last_sound_->end_position(),
             fmt::format("offsets {} to {} are followed by {}", last_sound_->base_offset,
                         last_sound_->last_offset, follower.base_offset));
  next_ = next_before_last_;
  last_sound_.reset();
}

StatusOr<std::uint64_t> Scrub::end_of_damage(const BatchFinding& found) {
  // The length is right when the CRC is.
  if (found.frame && found.crc_matches) return found.frame->end_position();
  ASSIGN_OR_RETURN(const auto end, end_by_length());
  if (end) return *end;
  ASSIGN_OR_RETURN(const auto sound, find_sound_batch(window_, position_ + 1, bounds()));
  return sound.value_or(segment_.size);
}

// Where the length field leads, when a batch is there, be it damaged as well. Better than the search:
// the value of a record can hold what looks like a sound batch.
StatusOr<std::optional<std::uint64_t>> Scrub::end_by_length() {
  const std::optional<std::uint64_t> none;
  if (segment_.size - position_ < record::kBatchHeaderSize) return none;
  ASSIGN_OR_RETURN(const ByteView header, window_.bytes(position_, record::kBatchHeaderSize));
  const auto length = load_be<std::int32_t>(header.data() + record::kBatchLengthAt);
  if (length < record::kMinBatchLength) return none;
  const std::uint64_t end = position_ + record::kLogOverhead + static_cast<std::uint64_t>(length);
  if (end == segment_.size) return std::optional(end);
  ASSIGN_OR_RETURN(const BatchFinding behind, look_for_batch(window_, end, bounds()));
  const bool is_batch = behind.frame && (behind.crc_matches || behind.in_bounds);
  return is_batch ? std::optional(end) : none;
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
