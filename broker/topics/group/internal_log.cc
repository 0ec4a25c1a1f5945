#include "broker/topics/group/internal_log.h"

#include "common/base/log.h"
#include "common/record/batch_builder.h"
#include "common/record/batch_view.h"
#include "common/record/record_reader.h"

namespace leat::topics {
namespace {

constexpr std::uint64_t kReadBytes = 4 << 20;

// Code points of well-formed UTF-8; a stray byte counts as itself.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  const std::size_t length = lead < 0x80    ? 1
                             : lead >= 0xf0 ? 4
                             : lead >= 0xe0 ? 3
                             : lead >= 0xc0 ? 2
                                            : 1;
  if (length == 1 || at + length > text.size()) return byte(at++);
  std::uint32_t point = lead & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) point = (point << 6) | (byte(at + i) & 0x3fu);
  at += length;
  return point;
}

std::uint32_t java_hash(std::string_view text) {
  std::uint32_t hash = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t point = next_code_point(text, at);
    if (point < 0x10000) {
      hash = 31 * hash + point;
      continue;
    }
    hash = 31 * hash + (0xd800 + ((point - 0x10000) >> 10));
    hash = 31 * hash + (0xdc00 + ((point - 0x10000) & 0x3ff));
  }
  return hash;
}

Status replay_batches(ByteView bytes, const OnRecord& on_record, Offset& next) {
  record::BatchIterator batches(bytes);
  while (batches.next()) {
    next = batches.header().next_offset();
    if (batches.header().is_control()) continue;
    ASSIGN_OR_RETURN(auto reader, record::RecordReader::open(batches.bytes()));
    record::RecordView record;
    while (reader.next(record)) {
      if (record.key) on_record(*record.key, record.value);
    }
    RETURN_IF_ERROR(reader.status());
  }
  return {};
}

AppendOutcome append_batch(Partition& partition, record::BatchBuilder& builder,
                           std::int64_t now_ms) {
  Bytes bytes = builder.build({});
  ProduceBatch batch;
  batch.bytes = bytes;
  batch.header = *record::parse_header(bytes);
  batch.max_timestamp = now_ms;
  batch.may_use_reserve = true;
  return partition.append(batch);
}

}  // namespace

std::int32_t coordinator_partition(std::string_view key, std::int32_t partitions) {
  return static_cast<std::int32_t>(java_hash(key) & 0x7fffffffu) % partitions;
}

Status replay(Partition& partition, const OnRecord& on_record) {
  partition.open_now();
  if (!partition.is_open()) return unavailable("{} is not open", partition.directory());
  const Ends ends = partition.ends();
  Offset next = ends.start;
  while (next < ends.high_watermark.offset) {
    ASSIGN_OR_RETURN(auto result, partition.read(next, kReadBytes, /*at_least_one_batch=*/true,
                                                 /*read_committed=*/false, storage::Wait::kMay));
    RETURN_IF_ERROR(storage::materialize(result.data));
    const Offset before = next;
    RETURN_IF_ERROR(replay_batches(flatten(result.data), on_record, next));
    if (next == before)
      return corruption("{} cannot be read from {} on", partition.directory(), next);
  }
  return {};
}

void append_stable(const std::shared_ptr<Partition>& partition,
                   const std::vector<InternalRecord>& records, std::int64_t now_ms,
                   Executor* executor, std::function<void(ErrorCode)> done) {
  const auto fail = [&](ErrorCode error) {
    executor->post([done = std::move(done), error] { done(error); });
  };
  const auto largest = static_cast<std::size_t>(partition->options()->max_message_bytes);
  record::BatchBuilder builder;
  AppendOutcome outcome;
  for (const auto& record : records) {
    const auto value = record.value ? std::optional<ByteView>(*record.value) : std::nullopt;
    const std::size_t size = record::BatchBuilder::record_size_bound(record.key, value);
    if (record::kBatchHeaderSize + size > largest) return fail(ErrorCode::kMessageTooLarge);
    if (builder.size_bytes() + size > largest) outcome = append_batch(*partition, builder, now_ms);
    if (outcome.error != ErrorCode::kNone) return fail(outcome.error);
    builder.add(now_ms, record.key, value);
  }
  outcome = append_batch(*partition, builder, now_ms);
  if (outcome.error != ErrorCode::kNone) return fail(outcome.error);
  Task stable = [partition, done] { done(partition->availability()); };
  if (!partition->wait_stable(outcome.end, executor, stable)) executor->post(std::move(stable));
}

}  // namespace leat::topics
