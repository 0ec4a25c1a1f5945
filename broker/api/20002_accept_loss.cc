// AcceptLoss (20002, Leat's own), v0: what is missing of an offline partition, and that it is lost.
// - Another state or another loss than the one shown: INVALID_REQUEST, nothing changes.
// - The disk fails meanwhile: KAFKA_STORAGE_ERROR; it is still offline, or the loss is accepted.
#include "common/protocol/messages/20002_accept_loss.h"
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/base/log.h"

namespace leat::api {
namespace {

std::int64_t number(std::uint64_t n) { return static_cast<std::int64_t>(n); }

void describe_loss(const storage::LossReport& report, AcceptLossResponse& out) {
  out.recorded_end_offset = report.recorded_end.value();
  out.recorded_bytes = number(report.recorded_bytes);
  out.found_end_offset = report.found_end.value();
  out.found_bytes = number(report.found_bytes);
  out.lost_offsets = number(report.lost_offsets);
  out.new_end_offset = report.new_end.value();
  for (const storage::DamagedSegment& damage : report.damages) {
    out.segments.push_back({damage.file, number(damage.recorded_bytes), number(damage.found_bytes),
                            damage.is_missing, damage.lost_from.value(), damage.lost_to.value()});
  }
}

ErrorCode code_of(const Status& status) {
  switch (status.code()) {
    case StatusCode::kFailedPrecondition:
    case StatusCode::kOutOfRange: return ErrorCode::kInvalidRequest;
    default: return ErrorCode::kKafkaStorageError;
  }
}

AcceptLossResponse answer_accept_loss(Services& services, const AcceptLossRequest& wanted,
                                      const std::string& who) {
  AcceptLossResponse response;
  const auto refuse = [&](ErrorCode code, std::string why) {
    response.error_code = wire_code(code);
    response.error_message = std::move(why);
    return response;
  };
  const auto topic = services.catalog->image()->find(wanted.topic_name);
  const auto* found = topic ? topic->partition(wanted.partition_index) : nullptr;
  if (found == nullptr)
    return refuse(ErrorCode::kUnknownTopicOrPartition, "there is no such partition");
  topics::Partition& partition = **found;
  if (!wanted.dry_run && (wanted.found_end_offset < 0 || wanted.lost_offsets < 0))
    return refuse(ErrorCode::kInvalidRequest, "a loss is accepted as it was shown: ask for it first");
  const auto report =
      wanted.dry_run
          ? partition.assess_loss()
          : partition.accept_loss({Offset{wanted.found_end_offset},
                                   static_cast<std::uint64_t>(wanted.lost_offsets)});
  if (!report.ok())
    return refuse(code_of(report.status()), std::string(message(report.status())));
  describe_loss(*report, response);
  response.accepted = !wanted.dry_run;
  if (response.accepted) {
    LOG_WARN("accepted the loss of durable data topic={} partition={} lost_offsets={} "
             "found_end={} recorded_end={} new_end={} by={}", wanted.topic_name,
             wanted.partition_index, report->lost_offsets, report->found_end, report->recorded_end,
             report->new_end, who);
  }
  return response;
}

}  // namespace

Handled handle_accept_loss(Services& services, Request& request) {
  std::string who = fmt::format("{}@{}", request.header.client_id.value_or(""),
                                request.connection->client().address);
  return on_worker<AcceptLossRequest>(
      services, request,
      [who = std::move(who)](Services& parts, const AcceptLossRequest& wanted, const CallInfo&) {
        return answer_accept_loss(parts, wanted, who);
      });
}

}  // namespace leat::api
