#include "broker/storage/log_format.h"
#include "broker/storage/log_impl.h"
#include "common/base/check.h"

namespace leat::storage {
namespace {

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::uint64_t total_bytes(std::span<const BatchToAppend> batches) {
  std::uint64_t total = 0;
  for (const BatchToAppend& batch : batches) total += batch.bytes.size();
  return total;
}

}  // namespace

LogImpl::LogImpl(FileSystem& fs, const Clock& clock, std::shared_ptr<const std::string> directory,
                 const LogOptions& options, RecoveredLog recovered)
    : fs_(fs),
      clock_(clock),
      directory_(std::move(directory)),
      options_(options),
      directory_exists_(recovered.directory_exists),
      // A process that was killed may have changed names and not synced them.
      name_changes_(recovered.directory_exists ? 1 : 0),
      list_(std::make_shared<const SegmentList>(std::move(recovered.segments))),
      start_(recovered.start),
      end_(recovered.end),
      durable_(recovered.end),
      epochs_(std::move(recovered.epochs)),
      compaction_(std::move(recovered.compaction)) {
  // When an operator accepted a loss, what will be written there again was never compared.
  compaction_.cleaned_to = std::min(compaction_.cleaned_to, end_.offset);
  for (LeftoverFile& file : recovered.leftovers)
    deleted_.push_back({nullptr, std::move(file.path), clock_.wall_ms(), file.awaits_row});
}

std::shared_ptr<const SegmentList> LogImpl::list() const {
  MutexLock lock(mutex_);
  return list_;
}

void LogImpl::publish(std::vector<std::shared_ptr<Segment>> segments) {
  auto next = std::make_shared<const SegmentList>(std::move(segments));
  MutexLock lock(mutex_);
  list_ = std::move(next);
}

Status LogImpl::check_batches(std::span<const BatchToAppend> batches) const {
  Offset next = end().offset;
  for (const BatchToAppend& batch : batches) {
    LEAT_CHECK(batch.base_offset >= next && batch.last_offset >= batch.base_offset,
               "batch {}..{} after {}", batch.base_offset, batch.last_offset, next);
    next = batch.last_offset + 1;
  }
  if (total_bytes(batches) > kMaxSegmentBytes)
    return invalid_argument("{} bytes at once do not fit into a segment", total_bytes(batches));
  return {};
}

Status LogImpl::append(std::span<const BatchToAppend> batches) {
  if (batches.empty()) return {};
  RETURN_IF_ERROR(check_batches(batches));
  ASSIGN_OR_RETURN(const auto segment, segment_for(batches));
  const Status appended = segment->append(batches, options_.index_interval_bytes, clock_.wall_ms());
  if (!appended.ok()) {
    if (segment->take_may_be_longer()) segment->mark_cut(++cuts_);
    return appended;
  }
  for (const BatchToAppend& batch : batches) note_epoch(batch.leader_epoch, batch.base_offset);
  MutexLock lock(mutex_);
  end_ = {batches.back().last_offset + 1, segment->base(), segment->size()};
  return {};
}

StatusOr<std::shared_ptr<Segment>> LogImpl::segment_for(std::span<const BatchToAppend> batches) {
  const auto segments = list();
  bool wants_new = segments->empty();
  if (!wants_new) {
    const auto& active = segments->active();
    RETURN_IF_ERROR(active->load_tail(end().offset, options_.index_interval_bytes));
    std::int64_t newest = -1;
    for (const BatchToAppend& batch : batches) newest = std::max(newest, batch.max_timestamp);
    ASSIGN_OR_RETURN(wants_new,
                     active->should_roll(options_, total_bytes(batches), batches.back().last_offset,
                                         newest, clock_.wall_ms()));
  }
  if (!wants_new) return segments->active();
  RETURN_IF_ERROR(add_segment(segments->empty() ? end().offset : batches.front().base_offset));
  return list()->active();
}

Status LogImpl::make_directory() {
  if (directory_exists_) return {};
  RETURN_IF_ERROR(fs_.make_directory(*directory_));
  directory_exists_ = true;
  parent_unsynced_ = true;
  return {};
}

Status LogImpl::add_segment(Offset base) {
  const auto segments = list();
  RETURN_IF_ERROR(make_directory());
  if (!segments->empty()) {
    // Rolling onto itself: an empty segment is as good as a new one.
    if (segments->active()->base() == base) return {};
    // A segment's name is durable before the next one can exist: without a checkpoint row recovery
    // could not tell a first segment that was lost from one that was deleted. Almost always a sync
    // has covered it long ago.
    RETURN_IF_ERROR(sync_names());
    // And a tail that was cut off it must not come back in front of the next one.
    RETURN_IF_ERROR(segments->active()->sync_cut());
    RETURN_IF_ERROR(segments->active()->seal());
  }
  auto added = std::make_shared<Segment>(fs_, directory_, base);
  ++name_changes_;
  RETURN_IF_ERROR(added->create());
  auto all = segments->all();
  all.push_back(std::move(added));
  publish(std::move(all));
  return {};
}

Status LogImpl::roll() {
  const auto segments = list();
  if (segments->empty() || segments->active()->size() == 0) return {};
  RETURN_IF_ERROR(segments->active()->load_tail(end().offset, options_.index_interval_bytes));
  return add_segment(end().offset);
}

void LogImpl::note_epoch(LeaderEpoch epoch, Offset start) {
  MutexLock lock(mutex_);
  if (epoch < LeaderEpoch{0}) return;
  if (!epochs_.empty() && epochs_.back().epoch >= epoch) return;
  epochs_.push_back({epoch, start});
}

Status LogImpl::truncate_to(const LogPosition& to) {
  const LogPosition now = end();
  if (to.offset >= now.offset) return {};
  const auto segments = list();
  auto kept = segments->all();
  // A segment that begins at the new end stays, empty: there may be nothing else left to say where
  // the log ends.
  while (!kept.empty() && kept.back()->base() > to.offset) {
    const auto dropped = kept.back();
    kept.pop_back();
    publish(kept);
    RETURN_IF_ERROR(dropped->remove_files());
    ++name_changes_;
  }
  ++truncations_;
  if (!kept.empty()) {
    const bool empty = kept.back()->base() != to.segment_base;
    RETURN_IF_ERROR(kept.back()->truncate(empty ? 0 : to.position, to.offset));
    kept.back()->mark_cut(++cuts_);
  }
  MutexLock lock(mutex_);
  end_ = to;
  if (durable_.offset > to.offset) durable_ = to;
  while (!epochs_.empty() && epochs_.back().start >= to.offset) epochs_.pop_back();
  return {};
}

SyncTicket LogImpl::prepare_sync() {
  SyncTicket ticket;
  ticket.end = end();
  ticket.truncations = truncations_;
  ticket.cuts = cuts_;
  for (const auto& segment : list()->all()) {
    const Status collected = segment->collect_files(ticket.files);
    // A dirty segment is pinned: its descriptor is open.
    LEAT_CHECK(collected.ok(), "{}", describe(collected));
  }
  ticket.name_changes = name_changes_;
  if (name_changes_ != name_changes_synced_) ticket.directories.push_back(*directory_);
  if (parent_unsynced_) ticket.directories.push_back(parent_of(*directory_));
  return ticket;
}

void LogImpl::mark_synced(const SyncTicket& ticket) {
  if (ticket.name_changes > name_changes_synced_) name_changes_synced_ = ticket.name_changes;
  if (ticket.directories.size() > 1) parent_unsynced_ = false;
  if (ticket.truncations != truncations_) return;
  for (const auto& segment : list()->all()) {
    if (segment->base() < ticket.end.segment_base) segment->mark_synced(segment->size(), ticket.cuts);
    // An old ticket may speak of a segment that has been compacted since.
    if (segment->base() == ticket.end.segment_base)
      segment->mark_synced(std::min(ticket.end.position, segment->size()), ticket.cuts);
  }
  MutexLock lock(mutex_);
  if (ticket.end.offset > durable_.offset) durable_ = ticket.end;
}

void LogImpl::close_idle_files() {
  for (const auto& segment : list()->all())
    if (segment->fully_synced()) segment->close_files();
}

Offset LogImpl::start_offset() const {
  MutexLock lock(mutex_);
  return start_;
}

LogPosition LogImpl::end() const {
  MutexLock lock(mutex_);
  return end_;
}

LogPosition LogImpl::durable() const {
  MutexLock lock(mutex_);
  return durable_;
}

std::vector<EpochStart> LogImpl::epochs() const {
  MutexLock lock(mutex_);
  return epochs_;
}

std::uint64_t LogImpl::size_bytes() const {
  std::uint64_t total = 0;
  for (const auto& segment : list()->all()) total += segment->size();
  return total;
}

std::vector<SegmentRow> LogImpl::segments() const {
  std::vector<SegmentRow> rows;
  for (const auto& segment : list()->all())
    rows.push_back({segment->base(), segment->size(), segment->max_timestamp(),
                    segment->last_append_ms()});
  return rows;
}

LogRow LogImpl::row() const {
  MutexLock lock(mutex_);
  LogRow row{start_, durable_, {}, epochs_};
  for (const auto& segment : list_->all()) {
    if (segment->base() > durable_.segment_base) break;
    const bool last = segment->base() == durable_.segment_base;
    row.segments.push_back({segment->base(), last ? durable_.position : segment->synced(),
                            segment->max_timestamp(), segment->last_append_ms()});
  }
  std::erase_if(row.epochs, [&](const EpochStart& e) { return e.start >= row.durable.offset; });
  return row;
}

}  // namespace leat::storage
