#include "bench/load/produce_frames.h"

#include <fmt/format.h>

#include "bench/load/broker_link.h"
#include "common/protocol/messages/00_produce.h"
#include "common/record/batch_builder.h"

namespace leat::bench {
namespace {

constexpr wire::Version kProduceVersion = 9;
constexpr std::int32_t kProduceTimeoutMs = 30'000;

// Compresses about as well as text: half of it is noise.
std::string make_value(std::size_t size, std::uint64_t seed) {
  constexpr std::uint64_t kMultiplier = 6364136223846793005, kIncrement = 1442695040888963407;
  std::string value(size, 'v');
  for (std::size_t i = 0; i < size; i += 2) {
    seed = seed * kMultiplier + kIncrement;
    value[i] = static_cast<char>('!' + (seed >> 33) % 90);
  }
  return value;
}

Bytes encode_frame(const Settings& settings, ByteView batch, std::size_t index) {
  ProduceRequest request;
  request.acks = settings.acks;
  request.timeout_ms = kProduceTimeoutMs;
  auto& topic = request.topic_data.emplace_back();
  topic.name = settings.topic;
  auto& partition = topic.partition_data.emplace_back();
  partition.index =
      static_cast<std::int32_t>(index % static_cast<std::size_t>(settings.partitions));
  partition.records = wire::Records(batch);
  const auto frame = wire::encode_request(request, kProduceVersion,
                                          static_cast<std::int32_t>(index), "leat-bench");
  if (!frame.ok()) BrokerLink::fail(frame.status());
  return flatten(*frame);
}

}  // namespace

Bytes make_batch(const Settings& settings, std::size_t& records) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count();
  record::BatchBuilder builder;
  for (records = 0;; ++records) {
    const std::string value = make_value(settings.record_size, records);
    const std::string name =
        fmt::format("key-{:08}", settings.keys > 0 ? records % settings.keys : 0);
    const auto key = settings.keys > 0 ? std::optional(as_bytes(name)) : std::nullopt;
    const std::size_t bound = record::BatchBuilder::record_size_bound(key, as_bytes(value));
    const bool full = settings.records_per_batch > 0
                          ? records == settings.records_per_batch
                          : builder.size_bytes() + bound > settings.batch_bytes;
    if (records > 0 && full) break;
    builder.add(now, key, as_bytes(value));
  }
  record::BuildOptions options;
  options.compression = settings.codec;
  return builder.build(options);
}

ProduceFrames::ProduceFrames(const Settings& settings, std::size_t at_least) {
  const Bytes batch = make_batch(settings, records_per_batch_);
  batch_size_ = batch.size();
  const auto partitions = static_cast<std::size_t>(settings.partitions);
  const std::size_t count = (at_least + partitions - 1) / partitions * partitions;
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes frame = encode_frame(settings, batch, i);
    if (i == 0) bytes_.reserve(count * frame.size());
    append(bytes_, frame);
    frame_size_ = frame.size();
  }
}

ProduceAnswer read_produce_answer(ByteView frame, std::size_t topic_size) {
  // correlation id, tags, topics, name (its length is one byte), partitions, index
  const std::size_t error_at = 4 + 1 + 1 + 1 + topic_size + 1 + 4;
  if (frame.size() < error_at + 2) {
    BrokerLink::fail(absl::DataLossError(fmt::format("produce answer of {} bytes", frame.size())));
  }
  return {load_be<std::int32_t>(frame.data()), load_be<std::int16_t>(&frame[error_at])};
}

}  // namespace leat::bench
