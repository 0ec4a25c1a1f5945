// DescribeGroupLag (20000, Leat's own), v0: computed on request, a page at a time.
// - The coordinator says what is committed and assigned; a worker looks the partitions up.
// - A group that is not there: 69. All groups while some are being loaded: 14.
#include <algorithm>

#include "broker/api/group_call.h"
#include "broker/api/handlers.h"
#include "broker/topics/group/lag_reader.h"
#include "common/protocol/messages/20000_describe_group_lag.h"

namespace leat::api {
namespace {

using DescribeGroupLagCall = GroupCall<DescribeGroupLagRequest>;
using Row = DescribeGroupLagResponse::Partition;

// A worker reads one batch for each, so that others get their turn after this many.
constexpr std::int32_t kMostPartitions = 500;

Row look_up(Services& services, const topics::CatalogImage& image, const topics::LagRow& row) {
  Row out;
  out.topic_name = row.key.topic;
  out.partition_index = row.key.partition;
  out.committed_offset = row.committed;
  out.commit_time_ms = row.commit_ms;
  out.member_id = row.member;
  const auto topic = image.find(row.key.topic);
  const auto* partition = topic ? topic->partition(row.key.partition) : nullptr;
  if (partition == nullptr) {
    out.error_code = wire_code(ErrorCode::kUnknownTopicOrPartition);
    return out;
  }
  const topics::PartitionLag lag = services.lag->read(**partition, row.committed);
  out.error_code = wire_code(lag.error);
  out.log_start_offset = lag.log_start;
  out.log_end_offset = lag.log_end;
  out.lag = lag.records;
  out.lag_ms = lag.age_ms;
  return out;
}

DescribeGroupLagResponse answer_describe_group_lag(Services& services,
                                                   const topics::LagPage& page) {
  DescribeGroupLagResponse response;
  response.error_code = wire_code(page.error);
  const auto image = services.catalog->image();
  for (const auto& group : page.groups) {
    auto& out = response.groups.emplace_back();
    out.error_code = wire_code(group.error);
    out.group_id = group.id;
    out.group_state = group.state;
    for (const auto& row : group.rows) out.partitions.push_back(look_up(services, *image, row));
  }
  if (page.next) {
    response.next_cursor =
        DescribeGroupLagResponse::Cursor{page.next->group, page.next->topic, page.next->partition};
  }
  return response;
}

void describe_group_lag(Services& services, const std::shared_ptr<DescribeGroupLagCall>& call) {
  topics::LagCall wanted;
  wanted.groups = std::move(call->message.groups);
  wanted.limit = static_cast<std::size_t>(
      std::clamp(call->message.partition_limit, std::int32_t{1}, kMostPartitions));
  if (const auto& cursor = call->message.cursor) {
    wanted.from = topics::LagPlace{cursor->group_id, cursor->topic_name, cursor->partition_index};
  }
  auto hold = std::make_shared<Hold>(call->reply.connection());
  services.groups->lag_page(std::move(wanted), [&services, call, hold](topics::LagPage page) {
    services.workers->submit([&services, call, hold, page = std::move(page)] {
      call->answer(answer_describe_group_lag(services, page));
      hold->release();
    });
  });
}

}  // namespace

Handled handle_describe_group_lag(Services& services, Request& request) {
  return to_coordinator<DescribeGroupLagRequest>(services, request, describe_group_lag);
}

}  // namespace leat::api
