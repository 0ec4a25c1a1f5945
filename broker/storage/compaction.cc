#include "broker/storage/compaction.h"

#include <algorithm>

#include "broker/storage/compaction_filter.h"
#include "broker/storage/compaction_writer.h"
#include "broker/storage/log_format.h"
#include "broker/storage/log_impl.h"
#include "common/record/record_reader.h"

namespace leat::storage {
namespace {

// There is one implementation of Log.
const LogImpl& impl(const Log& log) { return static_cast<const LogImpl&>(log); }
LogImpl& impl(Log& log) { return static_cast<LogImpl&>(log); }

std::optional<std::int64_t> first_timestamp(const Segment& segment) {
  const auto file = segment.file();
  if (!file.ok()) return std::nullopt;
  const auto batch = HeaderWalk(**file, 0, segment.size(), record::kBatchHeaderSize).next();
  if (!batch.ok() || !batch->has_value()) return std::nullopt;
  return (*batch)->max_timestamp >= 0 ? (*batch)->max_timestamp : segment.last_append_ms();
}

bool is_too_young(const Segment& segment, std::int64_t now_ms, std::int64_t min_lag_ms) {
  if (min_lag_ms <= 0) return false;
  const std::int64_t newest =
      segment.max_timestamp() >= 0 ? segment.max_timestamp() : segment.last_append_ms();
  return newest > now_ms - min_lag_ms;
}

using Segments = std::vector<std::shared_ptr<Segment>>;

struct Group {
  Segments segments;
  Offset end;
};

// Neighbours whose sizes add up to no more than one segment's.
std::vector<Group> groups_below(const Segments& all, Offset covered_to, std::uint64_t segment_bytes) {
  std::vector<Group> groups;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i + 1 < all.size() && all[i]->base() < covered_to; ++i) {
    const Offset end = all[i + 1]->base();
    const bool fits = !groups.empty() && bytes + all[i]->size() <= segment_bytes &&
                      end - groups.back().segments.front()->base() <= kMaxRelativeOffset;
    if (!fits) {
      groups.emplace_back();
      bytes = 0;
    }
    bytes += all[i]->size();
    groups.back().segments.push_back(all[i]);
    groups.back().end = end;
  }
  return groups;
}

class Pass {
 public:
  Pass(LogImpl& log, Offset limit, std::int64_t now_ms, const CompactionSettings& settings,
       const CompactionHooks& hooks)
      : log_(log), limit_(limit), now_ms_(now_ms), settings_(settings), hooks_(hooks) {}

  StatusOr<CompactionReport> run() {
    RETURN_IF_ERROR(clear_the_way());
    const auto list = log_.list();
    RETURN_IF_ERROR(map_keys(list->all()));
    rules_.newest = &*map_;
    rules_.now_ms = now_ms_;
    rules_.delete_retention_ms = settings_.delete_retention_ms;
    for (const Group& group : groups_below(list->all(), rules_.covered_to, settings_.segment_bytes))
      RETURN_IF_ERROR(clean(group));
    CompactionRecord record = log_.compaction_record();
    record.cleaned_to = rules_.covered_to;
    record.last_horizon_ms = horizon_ms_;
    RETURN_IF_ERROR(log_.write_compaction_record(std::move(record)));
    report_.cleaned_to = rules_.covered_to;
    return report_;
  }

 private:
  // A swap that an error interrupted is finished first, and the record says that nothing is pending
  // before there can be *.cleaned files that are not part of a swap. It exists from now on.
  Status clear_the_way() {
    if (log_.is_replacing()) return commit_and_swap();
    CompactionRecord record = log_.compaction_record();
    for (CompactedSegment& entry : record.segments) entry.pending = false;
    return log_.write_compaction_record(std::move(record));
  }

  Status map_keys(const Segments& all);
  StatusOr<bool> map_batch(ByteView batch, Offset first_dirty);
  Status clean(const Group& group);
  Status replace(const Group& group, std::shared_ptr<Segment> made);
  Status commit_and_swap() {
    if (!log_.is_committed()) RETURN_IF_ERROR(log_.commit_replacing());
    RETURN_IF_ERROR(hooks_.as_append_side([&] { return log_.finish_replacing(); }));
    RETURN_IF_ERROR(log_.make_replacing_durable());
    return hooks_.as_append_side([&] { return log_.end_replacing(); });
  }

  LogImpl& log_;
  const Offset limit_;
  const std::int64_t now_ms_;
  const CompactionSettings& settings_;
  const CompactionHooks& hooks_;
  std::optional<KeyOffsetMap> map_;
  FilterRules rules_;
  std::int64_t horizon_ms_ = -1;
  CompactionReport report_;
};

Status Pass::map_keys(const Segments& all) {
  const Offset first_dirty =
      std::min(limit_, std::max(log_.compaction_record().cleaned_to, log_.start_offset()));
  rules_.covered_to = limit_;
  // Never more memory than every offset could need.
  const auto offsets = static_cast<std::uint64_t>(limit_ - first_dirty);
  const auto enough = static_cast<std::uint64_t>(static_cast<double>(offsets + 2) /
                                                 settings_.map_load_factor * KeyOffsetMap::kEntryBytes) +
                      2 * KeyOffsetMap::kEntryBytes;
  map_.emplace(std::min(settings_.map_bytes, enough), settings_.map_load_factor, settings_.hash_key);
  if (!map_->has_memory()) return resource_exhausted("no memory for the keys of {} records", offsets);
  for (std::size_t i = 0; i + 1 < all.size() && all[i]->base() < limit_; ++i) {
    if (all[i + 1]->base() <= first_dirty) continue;
    ASSIGN_OR_RETURN(const auto file, file_to_compact(*all[i]));
    BatchReader reader(*file, {all[i]->base(), all[i + 1]->base()}, all[i]->size());
    while (true) {
      ASSIGN_OR_RETURN(const auto batch, reader.next());
      if (!batch) break;
      report_.bytes_read += batch->size();
      RETURN_IF_ERROR(hooks_.pace(batch->size()));
      ASSIGN_OR_RETURN(const bool more, map_batch(*batch, first_dirty));
      if (!more) return {};
    }
  }
  return {};
}

// False when the map is full: what it covers ends at the record that found no room.
StatusOr<bool> Pass::map_batch(ByteView batch, Offset first_dirty) {
  const auto header = record::parse_header(batch);
  if (!header) return corruption("no batch");
  if (header->is_control() || header->last_offset() < first_dirty) return true;
  ASSIGN_OR_RETURN(auto reader, record::RecordReader::open(batch, kMaxUncompressed));
  record::RecordView record;
  while (reader.next(record)) {
    if (record.offset < first_dirty || !record.key) continue;
    if (map_->put(*record.key, record.offset)) continue;
    rules_.covered_to = record.offset;
    return false;
  }
  RETURN_IF_ERROR(reader.status());
  return true;
}

Status Pass::clean(const Group& group) {
  CompactionWriter writer(log_.new_cleaned_segment(group.segments.front()->base()),
                          settings_.index_interval_bytes, rules_, hooks_, report_);
  const Status written = writer.write(group.segments, group.end);
  if (!written.ok() || (group.segments.size() == 1 && !writer.changed())) {
    writer.discard();
    horizon_ms_ = std::max(horizon_ms_, writer.last_horizon_ms());
    return written;
  }
  horizon_ms_ = std::max(horizon_ms_, writer.last_horizon_ms());
  return replace(group, writer.made());
}

Status Pass::replace(const Group& group, std::shared_ptr<Segment> made) {
  RETURN_IF_ERROR(log_.sync_directory());
  for (const auto& segment : group.segments) RETURN_IF_ERROR(segment->ensure_indexes());
  const Status begun = hooks_.as_append_side(
      [&] { return log_.begin_replacing({group.segments, made, group.end}); });
  if (!begun.ok()) {
    static_cast<void>(made->remove_files());
    // Retention was faster: there is nothing to do here any more.
    return begun.code() == StatusCode::kFailedPrecondition ? Status() : begun;
  }
  const Status replaced = commit_and_swap();
  if (is_disk_full(replaced) && !log_.is_committed()) {
    static_cast<void>(hooks_.as_append_side([&] { return log_.abandon_replacing(); }));
    static_cast<void>(made->remove_files());
  }
  RETURN_IF_ERROR(replaced);
  report_.segments_replaced += group.segments.size();
  ++report_.segments_made;
  return {};
}

}  // namespace

CompactionView view_for_compaction(const Log& log, Offset stable, std::int64_t now_ms,
                                   std::int64_t min_lag_ms) {
  CompactionView view;
  const CompactionRecord record = impl(log).compaction_record();
  const auto list = impl(log).list();
  const auto& all = list->all();
  const Offset done = std::max(record.cleaned_to, log.start_offset());
  view.limit = all.empty() ? done : all.front()->base();
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    const Segment& segment = *all[i];
    const Offset end = all[i + 1]->base();
    if (end > stable || is_too_young(segment, now_ms, min_lag_ms)) break;
    view.limit = end;
    const bool dirty = end > done;
    (dirty ? view.dirty_bytes : view.clean_bytes) += segment.size();
    if (dirty && !view.oldest_dirty_ms) view.oldest_dirty_ms = first_timestamp(segment);
  }
  view.first_dirty = std::min(done, view.limit);
  view.tombstones_expired = record.last_horizon_ms >= 0 && record.last_horizon_ms <= now_ms &&
                            view.clean_bytes + view.dirty_bytes > 0;
  return view;
}

std::optional<std::int64_t> oldest_active_ms(const Log& log) {
  const auto list = impl(log).list();
  return list->empty() ? std::nullopt : first_timestamp(*list->active());
}

bool settle_end(Log& log) { return impl(log).settle_end(); }

StatusOr<CompactionReport> compact(Log& log, Offset limit, std::int64_t now_ms,
                                   const CompactionSettings& settings, const CompactionHooks& hooks) {
  return Pass(impl(log), limit, now_ms, settings, hooks).run();
}

}  // namespace leat::storage
