#include "bench/load/topic.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <thread>

#include "common/protocol/errors.h"
#include "common/protocol/messages/01_fetch.h"
#include "common/protocol/messages/02_list_offsets.h"
#include "common/protocol/messages/03_metadata.h"
#include "common/protocol/messages/19_create_topics.h"
#include "common/protocol/messages/20_delete_topics.h"
#include "common/protocol/messages/32_describe_configs.h"

namespace leat::bench {
namespace {

constexpr wire::Version kMetadataVersion = 4, kListOffsetsVersion = 1, kCreateTopicsVersion = 4,
                        kDeleteTopicsVersion = 1, kFetchVersion = 11, kDescribeConfigsVersion = 1;
constexpr std::int32_t kTimeoutMs = 30'000;
constexpr std::int8_t kTopicResource = 2;

std::string reason(std::int16_t code) {
  return std::string(name(static_cast<ErrorCode>(code)));
}

bool all_partitions_led(BrokerLink& link, const Settings& settings) {
  MetadataRequest request;
  request.topics.emplace();
  request.topics->emplace_back().name = settings.topic;
  request.allow_auto_topic_creation = false;
  const MetadataResponse answer = link.call(request, kMetadataVersion);
  int led = 0;
  for (const auto& partition : answer.topics.at(0).partitions) {
    if (partition.error_code == 0 && partition.leader_id >= 0) ++led;
  }
  return led >= settings.partitions;
}

ListOffsetsResponse::Partition ask_offset(BrokerLink& link, const Settings& settings, int partition,
                                          std::int64_t which) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& topic = request.topics.emplace_back();
  topic.name = settings.topic;
  auto& asked = topic.partitions.emplace_back();
  asked.partition_index = partition;
  asked.timestamp = which;
  return link.call(request, kListOffsetsVersion).topics.at(0).partitions.at(0);
}

// Asks some of `partitions` for their first batch and takes away those that gave it; false when
// none did.
bool fetch_first_batches(BrokerLink& link, const Settings& settings, std::set<int>& partitions) {
  constexpr std::size_t kAtOnce = 50;
  FetchRequest request;
  request.min_bytes = 1;
  request.max_bytes = std::numeric_limits<std::int32_t>::max();
  auto& topic = request.topics.emplace_back();
  topic.topic = settings.topic;
  for (const int partition : partitions) {
    if (topic.partitions.size() == kAtOnce) break;
    auto& asked = topic.partitions.emplace_back();
    asked.partition = partition;
    asked.partition_max_bytes = static_cast<std::int32_t>(settings.fetch_bytes);
  }
  const auto answer = link.try_call(request, kFetchVersion);
  if (!answer.ok() || answer->responses.empty()) return false;
  const std::size_t before = partitions.size();
  for (const auto& got : answer->responses[0].partitions) {
    const bool empty = got.records.view().value_or(ByteView()).empty();
    if (got.error_code == 0 && !empty) partitions.erase(got.partition_index);
  }
  return partitions.size() < before;
}

// Whether partitions from `first` on answer for their end: a leader that is named may not know it
// yet.
bool all_answer(BrokerLink& link, const Settings& settings, int first) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  auto& topic = request.topics.emplace_back();
  topic.name = settings.topic;
  for (int i = first; i < settings.partitions; ++i) {
    auto& asked = topic.partitions.emplace_back();
    asked.partition_index = i;
    asked.timestamp = kLatest;
  }
  const auto answers = link.call(request, kListOffsetsVersion);
  const auto& partitions = answers.topics.at(0).partitions;
  return std::all_of(partitions.begin(), partitions.end(),
                     [](const auto& partition) { return partition.error_code == 0; });
}

}  // namespace

void prepare_topic(BrokerLink& link, const Settings& settings) {
  CreateTopicsRequest request;
  request.timeout_ms = kTimeoutMs;
  auto& topic = request.topics.emplace_back();
  topic.name = settings.topic;
  topic.num_partitions = settings.partitions;
  topic.replication_factor = 1;
  for (const auto& [key, value] : settings.topic_configs) topic.configs.push_back({key, value});
  const auto result = link.call(request, kCreateTopicsVersion).topics.at(0);
  if (result.error_code != 0 && result.error_code != wire_code(ErrorCode::kTopicAlreadyExists)) {
    BrokerLink::fail(absl::InternalError(fmt::format("create topic {}: {} {}", settings.topic,
                                                     reason(result.error_code),
                                                     result.error_message.value_or(""))));
  }
  const auto deadline = after(Clock::now(), kTimeoutMs / 1e3);
  const int first = result.error_code == 0 ? 0 : settings.partitions - 1;
  while (!all_partitions_led(link, settings) || !all_answer(link, settings, first)) {
    if (Clock::now() > deadline) BrokerLink::fail(absl::InternalError("partitions without leader"));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void delete_topic(BrokerLink& link, const Settings& settings) {
  DeleteTopicsRequest request;
  request.timeout_ms = kTimeoutMs;
  request.topic_names.push_back(settings.topic);
  link.call(request, kDeleteTopicsVersion);
}

std::int64_t list_offset(BrokerLink& link, const Settings& settings, int partition,
                         std::int64_t which) {
  const auto answer = ask_offset(link, settings, partition, which);
  if (answer.error_code != 0) {
    BrokerLink::fail(absl::InternalError("list offsets: " + reason(answer.error_code)));
  }
  return answer.offset;
}

std::string durability(const Settings& settings) {
  BrokerLink link(settings);  // its own: a broker without this API closes the connection
  DescribeConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = kTopicResource;
  resource.resource_name = settings.topic;
  resource.configuration_keys.reset();  // all: an unknown key would be an error for some
  const auto answer = link.try_call(request, kDescribeConfigsVersion);
  if (!answer.ok() || answer->results.empty() || answer->results[0].error_code != 0) {
    return "unknown";
  }
  std::string flush;
  for (const auto& config : answer->results[0].configs) {
    if (config.name == "leat.durability") return config.value.value_or("unknown");
    if (config.name == "flush.messages") flush = config.value.value_or("");
  }
  const bool never = flush.empty() || flush == "9223372036854775807";
  return never ? "kafka defaults" : "flush.messages=" + flush;
}

double wait_until_ready(const Settings& settings) {
  const auto begin = Clock::now();
  const auto deadline = after(begin, settings.wait_s);
  std::set<int> unfetched;
  if (settings.fetch_when_ready) {
    for (int i = 0; i < settings.partitions; ++i) unfetched.insert(i);
  }
  while (Clock::now() < deadline) {
    if (dial(settings).get() >= 0) {
      BrokerLink link(settings);
      const bool answers = link.try_call(MetadataRequest(), kMetadataVersion).ok();
      while (answers && !unfetched.empty() && Clock::now() < deadline) {
        if (!fetch_first_batches(link, settings, unfetched)) break;
      }
      if (answers && unfetched.empty()) return micros_between(begin, Clock::now()) / 1e3;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  BrokerLink::fail(absl::UnavailableError(fmt::format("no answer in {} s", settings.wait_s)));
}

}  // namespace leat::bench
