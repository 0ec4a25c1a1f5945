#include "broker/topics/scrubber.h"

#include <algorithm>

#include "broker/storage/checkpoint.h"
#include "broker/storage/log_format.h"
#include "common/base/log.h"
#include "common/base/thread_name.h"

namespace leat::topics {
namespace {

// While it waits it looks this often whether the settings changed.
constexpr Duration kRestSlice = std::chrono::milliseconds(100);
constexpr Duration kLookAgain = std::chrono::seconds(10);
// What looking a partition up costs, against the rate.
constexpr std::uint64_t kRowBytes = 4096;
// A segment that changes while it is checked is checked again, but not for ever.
constexpr int kAttempts = 3;
constexpr std::size_t kMaxPlacesSaved = 10'000;
constexpr std::size_t kMaxPutOff = 10'000;
// What was put off is tried so often, this long apart, before the round ends.
constexpr int kLastTries = 5;
constexpr Duration kTryAgain = std::chrono::seconds(1);

std::vector<TopicPartitionId> partitions_from(const CatalogImage& image,
                                              const TopicPartitionId& from) {
  std::vector<TopicPartitionId> ids;
  for (const auto& [id, topic] : image.by_id)
    for (const auto& partition : topic->partitions)
      if (partition->id() >= from) ids.push_back(partition->id());
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::shared_ptr<Partition> find_partition(const TopicCatalog& catalog, const TopicPartitionId& id) {
  const auto topic = catalog.image()->find(id.topic);
  const auto* const found = topic ? topic->partition(id.partition.value()) : nullptr;
  return found != nullptr ? *found : nullptr;
}

std::string path_of(const Partition& partition, Offset base) {
  return fmt::format("{}/{}", partition.directory(),
                     storage::segment_file_name(base, storage::kLogSuffix));
}

}  // namespace

Scrubber::~Scrubber() { stop(); }

void Scrubber::start() {
  thread_ = std::thread([this] { run(); });
}

void Scrubber::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  if (unsaved_) save();
}

bool Scrubber::is_stopping() const {
  MutexLock lock(mutex_);
  return stopping_;
}

bool Scrubber::rest(Duration time) {
  if (parts_.rest) {
    parts_.rest(time);
    return !is_stopping();
  }
  MutexLock lock(mutex_);
  if (!stopping_) wake_.wait_for(mutex_, time);
  return !stopping_;
}

bool Scrubber::is_off() const { return parts_.options()->scrub_interval_ms <= 0; }

Duration Scrubber::pause() const {
  if (is_off()) return kLookAgain;
  const Duration longest = kLookAgain;
  const std::chrono::milliseconds interval(
      std::min<std::int64_t>(parts_.options()->scrub_interval_ms, longest / std::chrono::milliseconds(1)));
  return std::max<Duration>(kRestSlice, interval);
}

void Scrubber::run() {
  name_this_thread("leat-scrub");
  resume();
  const bool has_time = pause() == kLookAgain;
  for (Duration waited{}; has_time && waited < kScrubStartDelay; waited += kTryAgain) {
    // Known damage of a partition that was being opened is better known soon.
    if (!rest(kTryAgain)) return;
    static_cast<void>(try_put_off());
  }
  while (rest(pause())) scrub_due();
}

// --- where it stands ---

void Scrubber::load() {
  const std::string path = fmt::format("{}/{}", parts_.data_directory, storage::kScrubFile);
  const auto bytes = storage::read_whole_file(*parts_.files, path);
  if (is_not_found(bytes.status())) return;
  auto progress = bytes.ok() ? storage::parse_scrub_progress(as_text(*bytes)) : std::nullopt;
  if (!progress) {
    LOG_WARN("how far the check for bit rot was is not known any more path={}", path);
    return;
  }
  progress_ = *std::move(progress);
}

void Scrubber::save() {
  saved_at_ = parts_.clock->monotonic();
  unsaved_ = false;
  progress_.damaged.assign(damaged_.begin(), damaged_.end());
  if (progress_.damaged.size() > kMaxPlacesSaved) progress_.damaged.resize(kMaxPlacesSaved);
  const std::string path = fmt::format("{}/{}", parts_.data_directory, storage::kScrubFile);
  const std::string text = storage::format_scrub_progress(progress_);
  if (Status s = storage::replace_file(*parts_.files, path, as_bytes(text)); !s.ok()) {
    LOG_WARN("a restart repeats some of the check for bit rot: {}", describe(s));
  }
}

void Scrubber::save_if_due() {
  unsaved_ = true;
  if (parts_.clock->monotonic() - saved_at_ >= kScrubSaveInterval) save();
}

// --- the walk ---

void Scrubber::resume() {
  saved_at_ = parts_.clock->monotonic();
  load();
  damaged_.insert(progress_.damaged.begin(), progress_.damaged.end());
  for (const storage::SegmentPlace& place : progress_.damaged)
    if (!scrub_again(place).ok()) return;
}

Status Scrubber::scrub_again(const storage::SegmentPlace& place) {
  const auto partition = find_partition(*parts_.catalog, place.partition);
  if (partition)
    RETURN_IF_ERROR(scrub_partition(*partition, {place.base, place.base}, /*is_round=*/false));
  forget_if_gone(place);
  return {};
}

void Scrubber::put_off(const Partition& partition, Bases bases, const Status& why) {
  const storage::SegmentPlace place{partition.id(), bases.from};
  const auto known = put_off_.find(place);
  if (known == put_off_.end() && put_off_.size() >= kMaxPutOff) {
    ++not_kept_;
    return;
  }
  PutOff& kept = known == put_off_.end() ? put_off_[place] : known->second;
  kept = {std::max(kept.last, bases.last),
          fmt::format("{}: {}", partition.directory(), describe(why))};
}

// What cannot be checked now either is put off again.
Status Scrubber::try_put_off() {
  auto places = std::exchange(put_off_, {});
  while (!places.empty()) {
    const auto [place, what] = *places.begin();
    const auto partition = find_partition(*parts_.catalog, place.partition);
    const Status s = partition
                         ? scrub_partition(*partition, {place.base, what.last}, /*is_round=*/false)
                         : Status();
    if (!s.ok()) {
      put_off_.merge(places);
      return s;
    }
    places.erase(places.begin());
  }
  return {};
}

Status Scrubber::try_put_off_often() {
  for (int tries = 0; tries < kLastTries && !put_off_.empty(); ++tries) {
    if (tries > 0 && !rest(kTryAgain)) return unavailable("stopping");
    RETURN_IF_ERROR(try_put_off());
  }
  return {};
}

bool Scrubber::scrub_due() {
  const std::int64_t interval_ms = parts_.options()->scrub_interval_ms;
  if (interval_ms <= 0 || !try_put_off().ok()) return false;
  if (!progress_.next) {
    const std::int64_t now_ms = parts_.clock->wall_ms();
    const std::int64_t since_ms = now_ms - progress_.started_ms;
    // A start in the future is one by a clock that was wrong.
    if (since_ms >= 0 && since_ms < interval_ms) return false;
    progress_.started_ms = now_ms;
    progress_.next = storage::SegmentPlace{};
    bytes_this_round_ = 0;
  }
  return scrub_round();
}

bool Scrubber::scrub_round() {
  const storage::SegmentPlace from = *progress_.next;
  const MonotonicTime begin = parts_.clock->monotonic();
  for (const auto& id : partitions_from(*parts_.catalog->image(), from.partition)) {
    const auto partition = find_partition(*parts_.catalog, id);
    if (!partition) continue;
    const Offset first = id == from.partition ? from.base : Offset{0};
    if (!scrub_partition(*partition, {first}, /*is_round=*/true).ok()) return false;
  }
  if (!try_put_off_often().ok()) return false;
  end_round(begin);
  return true;
}

void Scrubber::end_round(MonotonicTime begin) {
  forget_gone();
  progress_.next.reset();
  save();
  for (const auto& [place, what] : put_off_)
    LOG_WARN("not checked for bit rot from_offset={} why={}", place.base, what.why);
  const double seconds = std::chrono::duration<double>(parts_.clock->monotonic() - begin).count();
  const std::uint64_t left_out = put_off_.size() + std::exchange(not_kept_, 0);
  LOG_INFO(
      "checked {} data for bit rot read_mb={:.1f} damaged_segments={} left_out={} seconds={:.1f}",
      left_out == 0 ? "all" : "not all", static_cast<double>(bytes_this_round_) / 1e6,
      damaged_.size(), left_out, seconds);
  put_off_.clear();
}

Status Scrubber::scrub_partition(Partition& partition, Bases bases, bool is_round) {
  while (true) {
    throttle_.restart();
    RETURN_IF_ERROR(pace(kRowBytes));
    const auto row = partition.checkpointed_row();
    if (!row.ok()) {
      put_off(partition, bases, row.status());
      return {};
    }
    const auto segment = *row ? storage::next_to_scrub(**row, bases.from) : std::nullopt;
    if (!segment || segment->base > bases.last) return {};
    if (is_round) {
      progress_.next = {partition.id(), segment->base};
      save_if_due();
    }
    RETURN_IF_ERROR(scrub_segment(partition, *segment));
    bases.from = segment->base + 1;
  }
}

Status Scrubber::scrub_segment(Partition& partition, storage::SegmentToScrub segment) {
  const Bases only{segment.base, segment.base};
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto found = check(partition, segment);
    // A second look, at the file that has the name now.
    if (found.ok() && !found->empty()) found = check(partition, segment);
    if (found.status().code() == StatusCode::kUnavailable) return found.status();
    if (found.ok() && take(partition, segment, *std::move(found))) return {};
    const auto row = partition.checkpointed_row();
    const auto now = row.ok() && *row ? storage::next_to_scrub(**row, segment.base) : std::nullopt;
    const Status failed = row.ok() ? found.status() : row.status();
    const bool is_gone = row.ok() && (!now || now->base != segment.base);
    if (is_gone) {
      damaged_.erase({partition.id(), segment.base});
      return {};
    }
    if (!failed.ok()) {
      put_off(partition, only, failed);
      return {};
    }
    segment = *now;
  }
  put_off(partition, only, unavailable("the segment at {} keeps changing", segment.base));
  return {};
}

// Deleted or compacted.
void Scrubber::forget_if_gone(const storage::SegmentPlace& place) {
  const auto partition = find_partition(*parts_.catalog, place.partition);
  if (partition) {
    const auto row = partition->checkpointed_row();
    if (!row.ok()) return;
    const auto segment = *row ? storage::next_to_scrub(**row, place.base) : std::nullopt;
    if (segment && segment->base == place.base) return;
  }
  damaged_.erase(place);
}

void Scrubber::forget_gone() {
  const auto places = damaged_;
  for (const storage::SegmentPlace& place : places) forget_if_gone(place);
}

// False when the segment has become another one meanwhile.
bool Scrubber::take(Partition& partition, const storage::SegmentToScrub& segment,
                    std::vector<storage::Damage> found) {
  const storage::SegmentPlace place{partition.id(), segment.base};
  const bool is_damaged = !found.empty();
  if (is_damaged || partition.knows_damage_in(segment.base)) {
    const auto news = partition.note_damage(segment, std::move(found));
    if (!news) return false;
    for (const storage::Damage& damage : *news) report(partition, damage);
  }
  if (is_damaged) {
    damaged_.insert(place);
  } else {
    damaged_.erase(place);
  }
  return true;
}

StatusOr<std::vector<storage::Damage>> Scrubber::check(const Partition& partition,
                                                       const storage::SegmentToScrub& segment) {
  throttle_.restart();
  ASSIGN_OR_RETURN(const auto file, parts_.files->open(path_of(partition, segment.base),
                                                       storage::OpenMode::kReadOnly));
  return storage::scrub(*file, segment, [this](std::uint64_t bytes) { return pace(bytes); });
}

void Scrubber::report(const Partition& partition, const storage::Damage& damage) {
  damage_count_.fetch_add(1, std::memory_order_relaxed);
  LOG_ERROR(
      "damaged data topic={} partition={} path={} bytes={}..{} offsets={}..{} what={}. It was stable "
      "and the disk has lost it. Fetches of these offsets are answered CORRUPT_MESSAGE, the rest is "
      "served, and nothing is removed. To repair it, stop the broker and restore this file from a "
      "backup.",
      partition.topic(), partition.index(), path_of(partition, damage.base), damage.position,
      damage.end_position - 1, damage.first, damage.end - 1, damage.what);
}

Status Scrubber::pace(std::uint64_t bytes) {
  throttle_.did(bytes);
  bytes_this_round_ += bytes;
  while (true) {
    const auto options = parts_.options();
    if (is_stopping() || is_off()) return unavailable("scrubbing is off");
    const Duration wait = throttle_.ahead(static_cast<double>(options->scrub_io_max_bytes_per_second));
    if (wait <= Duration::zero()) return {};
    rest(std::min(kRestSlice, wait));
  }
}

}  // namespace leat::topics
