#include "broker/topics/scrubber.h"

#include <algorithm>

#include "broker/storage/checkpoint.h"
#include "broker/storage/log_format.h"
#include "common/base/log.h"
#include "common/base/thread_name.h"

namespace leat::topics {
namespace {

// While it waits it looks this often whether the settings changed.
constexpr Duration kPaceSlice = std::chrono::milliseconds(100);
constexpr Duration kLookAgain = std::chrono::seconds(10);
// What looking a partition up costs, against the rate.
constexpr std::uint64_t kRowBytes = 4096;
// A segment that changes while it is checked is checked again, but not for ever.
constexpr int kAttempts = 3;
constexpr std::size_t kMaxPlacesSaved = 10'000;

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
  return std::max<Duration>(kPaceSlice, interval);
}

void Scrubber::run() {
  name_this_thread("leat-scrub");
  resume();
  if (pause() == kLookAgain && !rest(kScrubStartDelay)) return;
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
  if (!partition) {
    damaged_.erase(place);
    return {};
  }
  const auto row = partition->checkpointed_row();
  if (!row.ok() || !*row) return {};
  const auto segment = storage::next_to_scrub(**row, place.base);
  if (segment && segment->base == place.base) return scrub_segment(*partition, *segment);
  damaged_.erase(place);
  return {};
}

bool Scrubber::scrub_due() {
  const std::int64_t interval_ms = parts_.options()->scrub_interval_ms;
  if (interval_ms <= 0) return false;
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
    if (!scrub_partition(*partition, first).ok()) return false;
  }
  progress_.next.reset();
  save();
  const double seconds = std::chrono::duration<double>(parts_.clock->monotonic() - begin).count();
  LOG_INFO("checked all data for bit rot read_mb={:.1f} damaged_segments={} seconds={:.1f}",
           static_cast<double>(bytes_this_round_) / 1e6, damaged_.size(), seconds);
  return true;
}

// An error ends the round for now; what one partition or segment has to say for itself does not.
Status Scrubber::scrub_partition(Partition& partition, Offset from) {
  while (true) {
    throttle_.restart();
    RETURN_IF_ERROR(pace(kRowBytes));
    const auto row = partition.checkpointed_row();
    if (!row.ok()) {
      LOG_WARN("not checked for bit rot partition={} why={}", partition.directory(),
               describe(row.status()));
      return {};
    }
    const auto segment = *row ? storage::next_to_scrub(**row, from) : std::nullopt;
    if (!segment) return {};
    progress_.next = {partition.id(), segment->base};
    save_if_due();
    RETURN_IF_ERROR(scrub_segment(partition, *segment));
    from = segment->base + 1;
  }
}

Status Scrubber::scrub_segment(Partition& partition, storage::SegmentToScrub segment) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    auto found = check(partition, segment);
    // A second look, at the file that has the name now.
    if (found.ok() && !found->empty()) found = check(partition, segment);
    if (found.status().code() == StatusCode::kUnavailable) return found.status();
    if (is_not_found(found.status())) return {};  // deleted or compacted
    if (!found.ok()) {
      LOG_WARN("not checked for bit rot path={} why={}", path_of(partition, segment.base),
               describe(found.status()));
      return {};
    }
    if (take(partition, segment, *std::move(found))) return {};
    const auto row = partition.checkpointed_row();
    const auto now = row.ok() && *row ? storage::next_to_scrub(**row, segment.base) : std::nullopt;
    if (!now || now->base != segment.base) return {};
    segment = *now;
  }
  return {};
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
    rest(std::min(kPaceSlice, wait));
  }
}

}  // namespace leat::topics
