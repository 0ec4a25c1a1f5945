#include "broker/storage/compaction_filter.h"

#include <limits>
#include <vector>

#include "common/record/rewrite.h"

namespace leat::storage {
namespace {

struct Verdict {
  std::vector<bool> keep;
  std::int32_t kept = 0;
  bool tombstones = false;  // among those kept
};

std::int64_t horizon_from_now(const FilterRules& rules) {
  constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  return rules.delete_retention_ms > kNever - rules.now_ms ? kNever
                                                           : rules.now_ms + rules.delete_retention_ms;
}

bool keeps(const record::RecordView& record, const FilterRules& rules, bool tombstones_expired) {
  if (!record.key) return false;
  if (record.offset >= rules.covered_to) return true;
  const auto newest = rules.newest->find(*record.key);
  if (newest && record.offset < *newest) return false;
  return record.value.has_value() || !tombstones_expired;
}

StatusOr<Verdict> judge(ByteView batch, const FilterRules& rules) {
  ASSIGN_OR_RETURN(auto reader, record::RecordReader::open(batch, kMaxUncompressed));
  const auto horizon = reader.header().delete_horizon_ms();
  const bool expired = horizon && *horizon <= rules.now_ms;
  Verdict verdict;
  verdict.keep.reserve(static_cast<std::size_t>(reader.header().record_count));
  record::RecordView record;
  while (reader.next(record)) {
    const bool keep = keeps(record, rules, expired);
    verdict.keep.push_back(keep);
    if (!keep) continue;
    ++verdict.kept;
    if (!record.value) verdict.tombstones = true;
  }
  RETURN_IF_ERROR(reader.status());
  return verdict;
}

}  // namespace

StatusOr<Bytes> bare_batch(ByteView batch) {
  record::FilterOptions options;
  options.max_uncompressed = kMaxUncompressed;
  ASSIGN_OR_RETURN(auto bare,
                   record::filter_batch(batch, [](const auto&) { return false; }, options));
  // There is no record any more that has it.
  record::set_max_timestamp(bare.batch, record::kNoTimestamp);
  return std::move(bare.batch);
}

StatusOr<FilteredBatch> filter_for_compaction(ByteView batch, const FilterRules& rules) {
  FilteredBatch result;
  const auto header = record::parse_header(batch);
  if (!header) return corruption("no batch");
  result.records = result.kept = header->record_count;
  if (header->is_control()) return result;
  ASSIGN_OR_RETURN(const Verdict verdict, judge(batch, rules));
  result.kept = verdict.kept;
  if (verdict.kept == 0) {
    result.fate = BatchFate::kGone;
    ASSIGN_OR_RETURN(result.bytes, bare_batch(batch));
    return result;
  }
  record::FilterOptions options;
  options.max_uncompressed = kMaxUncompressed;
  // A batch that is not wholly compared yet may have older records of its keys behind it.
  const bool compared = header->last_offset() < rules.covered_to;
  if (verdict.tombstones && compared) {
    result.horizon_ms = header->delete_horizon_ms().value_or(horizon_from_now(rules));
    if (!header->delete_horizon_ms()) options.delete_horizon_ms = result.horizon_ms;
  }
  if (verdict.kept == header->record_count && !options.delete_horizon_ms) return result;
  std::size_t next = 0;
  ASSIGN_OR_RETURN(auto filtered, record::filter_batch(
                                      batch, [&](const auto&) { return verdict.keep[next++]; }, options));
  result.fate = BatchFate::kChanged;
  result.bytes = std::move(filtered.batch);
  return result;
}

}  // namespace leat::storage
