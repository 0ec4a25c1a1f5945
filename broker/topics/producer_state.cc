#include "broker/topics/producer_state.h"

#include <algorithm>
#include <limits>

namespace leat::topics {
namespace {

constexpr std::uint8_t kBlobVersion = 1;
constexpr std::size_t kBatchBytes = 4 + 4 + 8 + 8 + 8;
constexpr std::size_t kProducerBytes = 8 + 2 + 1;

}  // namespace

std::int32_t next_sequence(std::int32_t last) {
  return last == std::numeric_limits<std::int32_t>::max() ? 0 : last + 1;
}

void ProducerState::Producer::push(const Batch& batch) {
  if (count == window.size()) {
    std::move(window.begin() + 1, window.end(), window.begin());
    --count;
  }
  window[count++] = batch;
}

SequencedBatch ProducerState::describe(ProducerId id, const Producer& p, const Batch& b) {
  return {id, p.epoch, b.first_sequence, b.last_sequence, b.base_offset, b.last_offset, b.append_ms};
}

SequenceCheck ProducerState::check(const SequencedBatch& batch) const {
  const auto found = producers_.find(batch.producer);
  if (found == producers_.end()) return {};
  const Producer& p = found->second;
  if (batch.epoch < p.epoch) return {SequenceVerdict::kFenced, {}};
  if (batch.epoch > p.epoch) {
    if (batch.first_sequence != 0) return {SequenceVerdict::kOutOfOrder, {}};
    return {};
  }
  if (p.count == 0) return {};
  for (std::size_t i = 0; i < p.count; ++i) {
    const Batch& b = p.window[i];
    if (b.first_sequence == batch.first_sequence && b.last_sequence == batch.last_sequence) {
      return {SequenceVerdict::kDuplicate, describe(batch.producer, p, b)};
    }
  }
  if (batch.first_sequence == next_sequence(p.window[p.count - 1].last_sequence)) return {};
  return {SequenceVerdict::kOutOfOrder, {}};
}

void ProducerState::remember(const SequencedBatch& batch) {
  Producer& p = producers_[batch.producer];
  if (p.count > 0 && p.epoch == batch.epoch &&
      p.window[p.count - 1].last_offset >= batch.last_offset) {
    return;
  }
  if (p.epoch != batch.epoch) p.count = 0;
  p.epoch = batch.epoch;
  p.push({batch.first_sequence, batch.last_sequence, batch.base_offset, batch.last_offset,
          batch.append_ms});
}

void ProducerState::keep_newest(std::size_t count) {
  if (producers_.size() <= count) return;
  const auto newest = [](const Producer& p) {
    return p.count == 0 ? Offset{-1} : p.window[p.count - 1].last_offset;
  };
  std::vector<Offset> offsets;
  offsets.reserve(producers_.size());
  for (const auto& [id, p] : producers_) offsets.push_back(newest(p));
  const auto nth = offsets.end() - static_cast<std::ptrdiff_t>(count);
  std::nth_element(offsets.begin(), nth, offsets.end());
  const Offset oldest_kept = nth == offsets.end() ? offsets.back() + 1 : *nth;
  absl::erase_if(producers_, [&](const auto& entry) { return newest(entry.second) < oldest_kept; });
}

void ProducerState::forget_from(Offset end) {
  for (auto it = producers_.begin(); it != producers_.end();) {
    Producer& p = it->second;
    while (p.count > 0 && p.window[p.count - 1].base_offset >= end) --p.count;
    if (p.count == 0) {
      producers_.erase(it++);
    } else {
      ++it;
    }
  }
}

std::size_t ProducerState::expire(std::int64_t cutoff_ms) {
  return absl::erase_if(producers_, [cutoff_ms](const auto& entry) {
    const Producer& p = entry.second;
    return p.count == 0 || p.window[p.count - 1].append_ms < cutoff_ms;
  });
}

std::size_t ProducerState::memory_bytes() const {
  return producers_.capacity() * (sizeof(Producer) + sizeof(ProducerId) + 1);
}

std::optional<SequencedBatch> ProducerState::last_batch(ProducerId producer) const {
  const auto found = producers_.find(producer);
  if (found == producers_.end() || found->second.count == 0) return std::nullopt;
  return describe(producer, found->second, found->second.window[found->second.count - 1]);
}

Bytes ProducerState::encode() const {
  Bytes out;
  out.reserve(5 + producers_.size() * (kProducerBytes + kDedupeWindow * kBatchBytes));
  out.push_back(std::byte{kBlobVersion});
  append_be(out, static_cast<std::uint32_t>(producers_.size()));
  for (const auto& [id, p] : producers_) {
    append_be(out, id.value());
    append_be(out, p.epoch.value());
    append_be(out, p.count);
    for (std::size_t i = 0; i < p.count; ++i) {
      const Batch& b = p.window[i];
      append_be(out, b.first_sequence);
      append_be(out, b.last_sequence);
      append_be(out, b.base_offset.value());
      append_be(out, b.last_offset.value());
      append_be(out, b.append_ms);
    }
  }
  return out;
}

StatusOr<ProducerState> ProducerState::decode(ByteView blob) {
  ProducerState state;
  if (blob.empty()) return state;
  const auto damaged = [] { return corruption("producer state: cut off or of an unknown version"); };
  if (blob.size() < 5 || blob[0] != std::byte{kBlobVersion}) return damaged();
  const auto producers = load_be<std::uint32_t>(blob.data() + 1);
  const std::byte* at = blob.data() + 5;
  const std::byte* const end = blob.data() + blob.size();
  for (std::uint32_t i = 0; i < producers; ++i) {
    if (static_cast<std::size_t>(end - at) < kProducerBytes) return damaged();
    const ProducerId id{load_be<std::int64_t>(at)};
    Producer p;
    p.epoch = ProducerEpoch{load_be<std::int16_t>(at + 8)};
    const auto count = static_cast<std::size_t>(at[10]);
    at += kProducerBytes;
    if (count > kDedupeWindow || static_cast<std::size_t>(end - at) < count * kBatchBytes) {
      return damaged();
    }
    for (std::size_t b = 0; b < count; ++b, at += kBatchBytes) {
      p.push({load_be<std::int32_t>(at), load_be<std::int32_t>(at + 4),
              Offset{load_be<std::int64_t>(at + 8)}, Offset{load_be<std::int64_t>(at + 16)},
              load_be<std::int64_t>(at + 24)});
    }
    state.producers_.emplace(id, p);
  }
  return state;
}

}  // namespace leat::topics
