// Decoding and encoding of what the hot paths see, one partition and many.

#include <benchmark/benchmark.h>

#include "bench/load/produce_frames.h"
#include "bench/micro/need.h"
#include "common/protocol/codec.h"
#include "common/protocol/header.h"
#include "common/protocol/messages/00_produce.h"
#include "common/protocol/messages/01_fetch.h"
#include "common/protocol/messages/03_metadata.h"

namespace leat::bench {
namespace {

constexpr wire::Version kProduce = 9, kFetch = 12, kMetadata = 12;

void rate_per_partition(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// As a session does it: header, then body into a message whose memory is used again.
void decode_produce(benchmark::State& state) {
  Settings settings;
  settings.batch_bytes = static_cast<std::size_t>(state.range(0));
  settings.record_size = 100;
  const ProduceFrames frames(settings, 1);
  const ByteView frame = frames.bytes().subspan(4);
  ProduceRequest request;
  for (auto _ : state) {
    const auto header = need(wire::decode_request_header(frame));
    need(wire::decode_into(frame.subspan(header.body_offset), kProduce, request));
    benchmark::DoNotOptimize(request);
  }
}
BENCHMARK(decode_produce)->Arg(200)->Arg(64 << 10);

void encode_produce_answer(benchmark::State& state) {
  ProduceResponse response;
  auto& topic = response.responses.emplace_back();
  topic.name = "orders";
  topic.partition_responses.resize(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(need(wire::encode_response(response, kProduce, 7)));
  }
  rate_per_partition(state);
}
BENCHMARK(encode_produce_answer)->Arg(1)->Arg(100);

void decode_fetch(benchmark::State& state) {
  FetchRequest asked;
  auto& topic = asked.topics.emplace_back();
  topic.topic = "orders";
  topic.partitions.resize(static_cast<std::size_t>(state.range(0)));
  const Bytes body = need(wire::encode_bytes(asked, kFetch));
  FetchRequest request;
  for (auto _ : state) {
    need(wire::decode_into(body, kFetch, request));
    benchmark::DoNotOptimize(request);
  }
  rate_per_partition(state);
}
BENCHMARK(decode_fetch)->Arg(1)->Arg(100)->Arg(1000);

void encode_metadata_answer(benchmark::State& state) {
  MetadataResponse response;
  response.brokers.emplace_back().host = "127.0.0.1";
  auto& topic = response.topics.emplace_back();
  topic.name = "orders";
  topic.partitions.resize(static_cast<std::size_t>(state.range(0)));
  for (auto& partition : topic.partitions) partition.replica_nodes = partition.isr_nodes = {1};
  for (auto _ : state) {
    benchmark::DoNotOptimize(need(wire::encode_response(response, kMetadata, 7)));
  }
  rate_per_partition(state);
}
BENCHMARK(encode_metadata_answer)->Arg(1)->Arg(1000);

}  // namespace
}  // namespace leat::bench
