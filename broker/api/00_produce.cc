// Produce (0), v3-13 (0-2 are advertised for librdkafka and refused).
// - One batch of magic 2 per partition; it is validated outside any lock and stored as it came.
// - Stage 1 (sequence check, offset, write) happens in request order on this thread, here or
//   together with the requests of other connections (append_gather.h).
// - The answer waits for the flush that makes it stable (acks=all), or not (acks=1, 0).
// - acks=0: no answer; an error closes the connection.
// - Errors carry offset -1; the log start is -1 too when the batch was refused before the log.
// - A partition twice in a request: one answer, for the last entry.
// - v13 names topics by id only.
// - An internal topic is INVALID_TOPIC_EXCEPTION, but for a client called "__admin_client".
// Left out: transactions; a transactional batch is TRANSACTIONAL_ID_AUTHORIZATION_FAILED.
#include <algorithm>

#include "broker/api/append_gather.h"
#include "broker/api/handlers.h"
#include "broker/api/produce_job.h"
#include "common/protocol/messages/00_produce.h"

namespace leat::api {
namespace {

bool has_later_entry(const std::vector<ProduceRequest::Partition>& partitions, std::size_t at) {
  return std::any_of(partitions.begin() + static_cast<std::ptrdiff_t>(at) + 1, partitions.end(),
                     [&](const auto& p) { return p.index == partitions[at].index; });
}

// Only requests of a few partitions can be checked pair by pair; clients never repeat one.
constexpr std::size_t kMaxPairwiseCheck = 64;

void add_topic(const topics::CatalogImage& image, const ProduceRequest::Topic& wanted,
               wire::Version version, ProduceJob& job) {
  const auto topic = version >= 13 ? image.find(wanted.topic_id) : image.find(wanted.name);
  const ErrorCode missing =
      version >= 13 && !topic ? ErrorCode::kUnknownTopicId : ErrorCode::kUnknownTopicOrPartition;
  auto& response = job.response.responses.emplace_back();
  response.name = wanted.name;
  response.topic_id = wanted.topic_id;
  const bool refuse_internal = topic && topic->internal && !job.may_write_internal_topics;
  const auto& entries = wanted.partition_data;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries.size() <= kMaxPairwiseCheck && has_later_entry(entries, i)) continue;
    auto& result = response.partition_responses.emplace_back();
    result.index = entries[i].index;
    result.base_offset = -1;
    const auto* partition = topic ? topic->partition(entries[i].index) : nullptr;
    if (partition == nullptr || refuse_internal) {
      result.error_code =
          wire_code(partition == nullptr ? missing : ErrorCode::kInvalidTopicException);
      continue;
    }
    ProduceItem& item = job.items.emplace_back();
    item.partition = *partition;
    item.options = topic->options;
    item.topic_at = job.response.responses.size() - 1;
    item.partition_at = response.partition_responses.size() - 1;
    const ByteView bytes = entries[i].records.view().value_or(ByteView());
    // The frame is this connection's own memory, handed out as mutable by the session.
    item.bytes = {const_cast<std::byte*>(bytes.data()), bytes.size()};
  }
}

// Who says to be this may write to internal topics, as in Kafka.
constexpr std::string_view kAdminClient = "__admin_client";

// Before the kernel throttles this thread inside a write, requests wait outside of it.
constexpr Duration kRetryWhenSynced = std::chrono::milliseconds(5);

bool must_wait_for_the_disk(Services& services, Request& request) {
  if (services.unsynced_bytes->load(std::memory_order_relaxed) < topics::kMaxUnsyncedBytes) {
    return false;
  }
  auto hold = std::make_shared<Hold>(request.connection);
  request.connection->executor().run_at(services.clock->monotonic() + kRetryWhenSynced, [hold] {});
  return true;
}

}  // namespace

Handled handle_produce(Services& services, Request& request) {
  if (must_wait_for_the_disk(services, request)) return Handled::kRetry;
  // Reused, so that a steady stream of requests allocates little.
  static thread_local ProduceRequest decoded;
  const wire::Version version = request.header.version;
  if (Status s = wire::decode_into(request.body, version, decoded); !s.ok()) {
    request.connection->close(message(s));
    return Handled::kDone;
  }
  ProduceJob job(services, request.make_reply());
  job.acks = decoded.acks;
  job.timeout_ms = decoded.timeout_ms;
  job.may_write_internal_topics = request.header.client_id == kAdminClient;
  const auto image = services.catalog->image();
  for (const auto& topic : decoded.topic_data) add_topic(*image, topic, version, job);
  if (job.open_partitions()) return Handled::kRetry;
  const auto validation = job.validate(/*on_worker=*/false);
  const bool is_done = validation == ProduceJob::Validation::kDone;
  if (!is_done && !request.frame_is_kept) return Handled::kKeepFrame;
  if (request.gather != nullptr) {
    if (is_done && job.may_be_gathered()) {
      request.gather->add(std::move(job));
      return Handled::kDone;
    }
    request.gather->run();
  }
  if (is_done) {
    job.append_and_answer();
  } else {
    validate_on_worker(std::make_shared<ProduceJob>(std::move(job)));
  }
  return Handled::kDone;
}

}  // namespace leat::api
