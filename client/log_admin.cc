#include "client/log_admin.h"

#include "common/protocol/messages/20002_accept_loss.h"

namespace leat {
namespace {

PartitionLoss from_wire(AcceptLossResponse& answer) {
  PartitionLoss loss;
  loss.recorded_end = answer.recorded_end_offset;
  loss.recorded_bytes = answer.recorded_bytes;
  loss.found_end = answer.found_end_offset;
  loss.found_bytes = answer.found_bytes;
  loss.lost_offsets = answer.lost_offsets;
  loss.new_end = answer.new_end_offset;
  for (AcceptLossResponse::Segment& segment : answer.segments) {
    LostSegment& out = loss.segments.emplace_back();
    out.file = std::move(segment.file);
    out.recorded_bytes = segment.recorded_bytes;
    out.found_bytes = segment.found_bytes;
    out.missing = segment.missing;
    out.lost_from = segment.lost_from_offset;
    out.lost_to = segment.lost_to_offset;
  }
  return loss;
}

// An offline partition has no leader to be asked for.
asio::awaitable<Result<PartitionLoss>> ask(std::shared_ptr<Client> client,
                                           AcceptLossRequest request) {
  const Result<ConnectionPtr> broker = co_await client->to_controller();
  if (!broker.ok()) co_return broker.error();
  Result<Reply<AcceptLossResponse>> reply = co_await (*broker)->call(std::move(request));
  if (!reply.ok()) co_return reply.error();
  if (reply->body.error_code != 0)
    co_return Error::kafka(reply->body.error_code, reply->body.error_message.value_or(""));
  co_return from_wire(reply->body);
}

}  // namespace

asio::awaitable<Result<PartitionLoss>> LogAdmin::loss(std::string topic, std::int32_t partition) {
  AcceptLossRequest request;
  request.topic_name = std::move(topic);
  request.partition_index = partition;
  co_return co_await ask(client_, std::move(request));
}

asio::awaitable<Result<PartitionLoss>> LogAdmin::accept_loss(std::string topic,
                                                             std::int32_t partition,
                                                             PartitionLoss shown) {
  AcceptLossRequest request;
  request.topic_name = std::move(topic);
  request.partition_index = partition;
  request.dry_run = false;
  request.found_end_offset = shown.found_end;
  request.lost_offsets = shown.lost_offsets;
  co_return co_await ask(client_, std::move(request));
}

}  // namespace leat
