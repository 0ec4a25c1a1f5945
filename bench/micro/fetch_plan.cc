// From a fetch request to the partitions it names.

#include <benchmark/benchmark.h>

#include "broker/api/fetch_plan.h"

namespace leat::bench {
namespace {

constexpr wire::Version kByName = 12, kById = 13;
constexpr int kTopics = 100;

std::string name_of(int topic) {
  return "topic-" + std::to_string(topic);
}

Uuid id_of(int topic) {
  Uuid id;
  id.bytes[0] = static_cast<std::uint8_t>(topic);
  id.bytes[1] = 1;
  return id;
}

topics::CatalogImage image_with(int partitions_per_topic) {
  topics::CatalogImage image;
  for (int i = 0; i < kTopics; ++i) {
    auto topic = std::make_shared<topics::Topic>();
    topic->name = name_of(i);
    topic->id = id_of(i);
    topic->partitions.resize(static_cast<std::size_t>(partitions_per_topic));
    image.by_name[topic->name] = topic;
    image.by_id[topic->id] = topic;
  }
  return image;
}

// range: partitions asked for, spread over the topics.
void plan(benchmark::State& state, wire::Version version) {
  const auto wanted = static_cast<int>(state.range(0));
  const int each = std::max(1, wanted / kTopics);
  const topics::CatalogImage image = image_with(each);
  FetchRequest request;
  for (int left = wanted, topic = 0; left > 0; left -= each, ++topic) {
    auto& asked = request.topics.emplace_back();
    asked.topic = name_of(topic);
    asked.topic_id = id_of(topic);
    for (int i = 0; i < std::min(each, left); ++i) asked.partitions.emplace_back().partition = i;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(api::plan_fetch(image, api::targets_of(request), version));
  }
  state.SetItemsProcessed(state.iterations() * wanted);
}
void plan_fetch_by_name(benchmark::State& state) {
  plan(state, kByName);
}
void plan_fetch_by_id(benchmark::State& state) {
  plan(state, kById);
}
BENCHMARK(plan_fetch_by_name)->Arg(1)->Arg(100)->Arg(1000);
BENCHMARK(plan_fetch_by_id)->Arg(1)->Arg(1000);

}  // namespace
}  // namespace leat::bench
