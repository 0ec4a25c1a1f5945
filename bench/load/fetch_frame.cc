#include "bench/load/fetch_frame.h"

#include <algorithm>

#include "bench/load/broker_link.h"
#include "common/protocol/errors.h"
#include "common/protocol/messages/01_fetch.h"
#include "common/record/batch_view.h"

namespace leat::bench {
namespace {

constexpr wire::Version kFetchVersion = 11;
constexpr std::int64_t kSentinel = 0x1122334455667788;

void fail_on(std::int16_t code) {
  if (code == 0) return;
  BrokerLink::fail(
      absl::InternalError("fetch: " + std::string(name(static_cast<ErrorCode>(code)))));
}

}  // namespace

FetchFrame::FetchFrame(const Settings& settings, int partition, std::int32_t max_wait_ms) {
  FetchRequest request;
  request.max_wait_ms = max_wait_ms;
  request.min_bytes = 1;
  request.max_bytes = static_cast<std::int32_t>(settings.fetch_bytes);
  auto& topic = request.topics.emplace_back();
  topic.topic = settings.topic;
  auto& asked = topic.partitions.emplace_back();
  asked.partition = partition;
  asked.fetch_offset = kSentinel;
  asked.partition_max_bytes = request.max_bytes;
  const auto frame = wire::encode_request(request, kFetchVersion, 0, "leat-bench");
  if (!frame.ok()) BrokerLink::fail(frame.status());
  bytes_ = flatten(*frame);
  std::byte sentinel[sizeof(kSentinel)];
  store_be(sentinel, kSentinel);
  const auto found =
      std::search(bytes_.begin(), bytes_.end(), std::begin(sentinel), std::end(sentinel));
  offset_at_ = static_cast<std::size_t>(found - bytes_.begin());
}

ByteView FetchFrame::at(std::int64_t offset) {
  store_be(&bytes_[offset_at_], offset);
  return bytes_;
}

FetchAnswer read_fetch_answer(ByteView frame) {
  thread_local FetchResponse response;  // keeps its memory
  const auto header = wire::decode_response_header(frame, ApiKey::kFetch, kFetchVersion);
  if (!header.ok()) BrokerLink::fail(header.status());
  const Status s = wire::decode_into(frame.subspan(header->body_offset), kFetchVersion, response);
  if (!s.ok()) BrokerLink::fail(s);
  fail_on(response.error_code);
  const auto& partition = response.responses.at(0).partitions.at(0);
  fail_on(partition.error_code);
  FetchAnswer answer;
  ByteView rest = partition.records.view().value_or(ByteView());
  answer.bytes = rest.size();
  while (const auto batch = record::parse_header(rest)) {
    if (batch->size_in_bytes() > rest.size()) break;
    if (answer.first_offset < 0) answer.first_offset = batch->base_offset.value();
    answer.records += static_cast<std::uint64_t>(batch->record_count);
    answer.next_offset = batch->next_offset().value();
    rest = rest.subspan(batch->size_in_bytes());
  }
  return answer;
}

}  // namespace leat::bench
