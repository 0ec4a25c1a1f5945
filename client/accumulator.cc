#include "client/accumulator.h"

#include <algorithm>
#include <iterator>

namespace leat {
namespace {

constexpr std::size_t kMostSpareBuilders = 8;

// Gives a sealed batch another identity and sequence; its records stay as they are.
void renumber(Batch& batch, const ProducerIdentity& identity, std::int32_t base_sequence) {
  Bytes bytes(batch.bytes.view().begin(), batch.bytes.view().end());
  record::BatchHeader header = *record::parse_header(bytes);
  header.producer_id = identity.id;
  header.producer_epoch = identity.epoch;
  header.base_sequence = base_sequence;
  record::write_header(bytes, header);
  batch.bytes = SharedBytes(std::move(bytes));
  batch.base_sequence = base_sequence;
}

}  // namespace

PartitionQueue& Accumulator::queue(std::string_view topic, std::int32_t partition) {
  if (last_ != nullptr && last_->partition == partition && last_->topic == topic) return *last_;
  const auto [place, inserted] = queues_.try_emplace(std::make_pair(std::string(topic), partition));
  last_ = &place->second;
  if (inserted) {
    place->second.topic = topic;
    place->second.partition = partition;
  }
  return place->second;
}

BatchPtr Accumulator::new_batch(MonotonicTime now) {
  auto batch = std::make_unique<Batch>();
  if (!spare_.empty()) {
    batch->builder = std::move(spare_.back());
    spare_.pop_back();
  }
  batch->created = now;
  batch->ticket = next_ticket_;
  return batch;
}

bool Accumulator::append(PartitionQueue& queue, const RecordToSend& record, std::size_t bytes,
                         RecordHandler handler, MonotonicTime now) {
  bool changed = false;
  const std::size_t limit = std::min(options_.batch_bytes, queue.batch_limit);
  if (queue.open && queue.waiting.back()->builder.size_bytes() + bytes > limit) {
    queue.open = false;
    changed = true;
  }
  if (!queue.open) {
    queue.waiting.push_back(new_batch(now));
    queue.open = true;
    changed = true;
  }
  Batch& batch = *queue.waiting.back();
  if (handler) batch.handlers.emplace_back(batch.count, std::move(handler));
  batch.builder.add(record.timestamp_ms, record.key, record.value, record.headers);
  ++batch.count;
  ++next_ticket_;
  batch.memory += bytes;
  used_ += bytes;
  return changed;
}

MonotonicTime Accumulator::sendable_at(const PartitionQueue& queue) const {
  if (queue.draining || queue.waiting.empty()) return MonotonicTime::max();
  const bool only_open = queue.open && queue.waiting.size() == 1;
  const MonotonicTime filled =
      only_open ? queue.waiting.front()->created + options_.linger : queue.not_before;
  return std::max(filled, queue.not_before);
}

bool Accumulator::sendable(const PartitionQueue& queue, MonotonicTime now, bool flushing,
                           bool idempotent) const {
  if (queue.draining || queue.waiting.empty() || now < queue.not_before) return false;
  if (idempotent && (!queue.identity.known() || queue.lost_sequence)) return false;
  if (idempotent && !queue.established && queue.in_flight > 0) return false;
  return flushing || now >= sendable_at(queue);
}

BatchPtr Accumulator::take(PartitionQueue& queue) {
  BatchPtr batch = std::move(queue.waiting.front());
  queue.waiting.pop_front();
  if (queue.waiting.empty()) queue.open = false;
  if (!batch->sealed()) seal(queue, *batch);
  else if (queue.identity.known() && batch->base_sequence == record::kNoSequence) {
    renumber(*batch, queue.identity, queue.next_sequence);
    queue.next_sequence = record::add_to_sequence(queue.next_sequence, batch->count);
  }
  ++batch->attempts;
  ++queue.in_flight;
  return batch;
}

void Accumulator::seal(PartitionQueue& queue, Batch& batch) {
  if (queue.identity.known()) {
    batch.base_sequence = queue.next_sequence;
    queue.next_sequence = record::add_to_sequence(queue.next_sequence, batch.count);
  }
  build(queue, batch);
  if (spare_.size() < kMostSpareBuilders) spare_.push_back(std::move(batch.builder));
  batch.builder = record::BatchBuilder();
}

void Accumulator::build(const PartitionQueue& queue, Batch& batch) {
  record::BuildOptions options;
  options.compression = options_.compression;
  options.level = options_.level;
  options.producer_id = queue.identity.id;
  options.producer_epoch = queue.identity.epoch;
  options.base_sequence = batch.base_sequence;
  batch.bytes = SharedBytes(batch.builder.build(options));
}

void Accumulator::leave_flight(PartitionQueue& queue) {
  if (--queue.in_flight > 0 || !queue.draining) return;
  std::sort(queue.returned.begin(), queue.returned.end(),
            [](const BatchPtr& a, const BatchPtr& b) { return a->ticket < b->ticket; });
  queue.waiting.insert(queue.waiting.begin(), std::make_move_iterator(queue.returned.begin()),
                       std::make_move_iterator(queue.returned.end()));
  queue.returned.clear();
  queue.draining = false;
}

void Accumulator::succeeded(PartitionQueue& queue, BatchPtr batch) {
  used_ -= batch->memory;
  queue.established = true;
  leave_flight(queue);
}

BatchPtr Accumulator::failed(PartitionQueue& queue, BatchPtr batch, bool leaves_gap) {
  if (leaves_gap && queue.identity.known()) {
    queue.lost_sequence = true;
    queue.draining = true;
  }
  leave_flight(queue);
  return batch;
}

void Accumulator::retry(PartitionQueue& queue, BatchPtr batch, MonotonicTime not_before) {
  queue.draining = true;
  queue.not_before = std::max(queue.not_before, not_before);
  queue.returned.push_back(std::move(batch));
  leave_flight(queue);
}

bool Accumulator::split(PartitionQueue& queue, BatchPtr& batch) {
  if (batch->count < 2) return false;
  StatusOr<record::RecordReader> reader = record::RecordReader::open(batch->bytes.view());
  if (!reader.ok()) return false;
  std::vector<BatchPtr> pieces = cut(*batch, *reader, queue.batch_limit);
  if (!reader->status().ok()) return false;

  std::size_t largest = 0;
  for (const BatchPtr& piece : pieces) largest = std::max(largest, piece->builder.size_bytes());
  queue.batch_limit = std::min(queue.batch_limit, largest);
  std::int32_t index = 0;
  auto handler = batch->handlers.begin();
  for (BatchPtr& piece : pieces) {
    piece->ticket = batch->ticket + index;
    piece->created = batch->created;
    piece->attempts = batch->attempts;
    piece->maybe_written = batch->maybe_written;
    for (; handler != batch->handlers.end() && handler->first < index + piece->count; ++handler)
      piece->handlers.emplace_back(handler->first - index, std::move(handler->second));
    if (batch->base_sequence != record::kNoSequence)
      piece->base_sequence = record::add_to_sequence(batch->base_sequence, index);
    build(queue, *piece);
    index += piece->count;
  }
  // What rounding left over stays with the last piece: the sum is what the batch held.
  std::size_t given = 0;
  for (const BatchPtr& piece : pieces) given += piece->memory;
  pieces.back()->memory += batch->memory - given;
  batch.reset();
  for (BatchPtr& piece : pieces) queue.returned.push_back(std::move(piece));
  queue.draining = true;
  leave_flight(queue);
  return true;
}

std::vector<BatchPtr> Accumulator::cut(const Batch& batch, record::RecordReader& reader,
                                       std::size_t limit) {
  std::vector<BatchPtr> pieces;
  const std::size_t share = batch.memory / static_cast<std::size_t>(batch.count);
  const std::int32_t half = (batch.count + 1) / 2;
  record::RecordView view;
  while (reader.next(view)) {
    const std::size_t bytes =
        record::BatchBuilder::record_size_bound(view.key, view.value, view.headers);
    if (pieces.empty() || pieces.back()->count == half ||
        pieces.back()->builder.size_bytes() + bytes > limit)
      pieces.push_back(std::make_unique<Batch>());
    Batch& piece = *pieces.back();
    piece.builder.add(view.timestamp, view.key, view.value, view.headers);
    ++piece.count;
    piece.memory += share;
  }
  return pieces;
}

std::vector<BatchPtr> Accumulator::set_identity(PartitionQueue& queue, ProducerIdentity identity) {
  std::vector<BatchPtr> lost;
  queue.identity = identity;
  queue.next_sequence = 0;
  queue.established = false;
  queue.lost_sequence = false;
  for (BatchPtr& batch : queue.waiting) {
    if (!batch->sealed()) continue;
    if (batch->maybe_written) lost.push_back(std::move(batch));
    else batch->base_sequence = record::kNoSequence;
  }
  std::erase(queue.waiting, nullptr);
  if (queue.waiting.empty()) queue.open = false;
  return lost;
}

std::vector<BatchPtr> Accumulator::expire(PartitionQueue& queue, MonotonicTime oldest) {
  std::vector<BatchPtr> expired;
  while (!queue.waiting.empty() && queue.waiting.front()->created < oldest) {
    // One that was sent has a number that nothing behind it may skip.
    if (queue.waiting.front()->base_sequence != record::kNoSequence) queue.lost_sequence = true;
    expired.push_back(std::move(queue.waiting.front()));
    queue.waiting.pop_front();
  }
  if (queue.waiting.empty()) queue.open = false;
  return expired;
}

}  // namespace leat
