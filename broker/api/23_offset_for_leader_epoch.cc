// OffsetForLeaderEpoch (23), v2-4: where an epoch ended, for a client that checks whether what it
// read was truncated (KIP-320).
// - The newest epoch at or below the one asked for, and its end; of our own epoch the log end.
// - An epoch above ours, or one older than everything: -1, -1 without an error.
#include "broker/api/fetch_plan.h"
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/23_offset_for_leader_epoch.h"

namespace leat::api {
namespace {

// Answers once every partition it names is open; on the connection's thread.
class EpochEndsJob : public std::enable_shared_from_this<EpochEndsJob> {
 public:
  EpochEndsJob(Services& services, Reply reply, OffsetForLeaderEpochRequest wanted)
      : services_(services), reply_(std::move(reply)), wanted_(std::move(wanted)) {}

  void run() {
    image_ = services_.catalog->image();
    pending_ = 1;
    for (const auto& topic : wanted_.topics) {
      for (const auto& wanted : topic.partitions) {
        const auto partition = find(topic.topic, wanted.partition);
        if (!partition) continue;
        ++pending_;
        partition->when_open(&reply_.connection()->executor(),
                             [self = shared_from_this()] { self->one_is_open(); });
      }
    }
    one_is_open();
  }

 private:
  std::shared_ptr<topics::Partition> find(const std::string& name, std::int32_t index) const {
    const auto topic = image_->find(name);
    const auto* partition = topic ? topic->partition(index) : nullptr;
    return partition != nullptr ? *partition : nullptr;
  }

  void one_is_open() {
    if (--pending_ > 0) return;
    OffsetForLeaderEpochResponse response;
    for (const auto& topic : wanted_.topics) {
      auto& out = response.topics.emplace_back();
      out.topic = topic.topic;
      for (const auto& wanted : topic.partitions) {
        out.partitions.push_back(answer(find(topic.topic, wanted.partition).get(), wanted));
      }
    }
    reply_.send(response);
  }

  OffsetForLeaderEpochResponse::Partition answer(
      const topics::Partition* partition,
      const OffsetForLeaderEpochRequest::Partition& wanted) const {
    OffsetForLeaderEpochResponse::Partition out;
    out.partition = wanted.partition;
    ErrorCode error = partition != nullptr ? partition->serving_error()
                                           : ErrorCode::kUnknownTopicOrPartition;
    if (error == ErrorCode::kNone) {
      error = check_leader_epoch(wanted.current_leader_epoch, services_.leader_epoch);
    }
    out.error_code = wire_code(error);
    if (error != ErrorCode::kNone) return out;
    const EpochEnd end = end_of_epoch(partition->log().epochs(), services_.leader_epoch,
                                      wanted.leader_epoch, partition->ends().end.offset);
    out.leader_epoch = end.epoch;
    out.end_offset = end.end_offset;
    return out;
  }

  Services& services_;
  Reply reply_;
  const OffsetForLeaderEpochRequest wanted_;
  std::shared_ptr<const topics::CatalogImage> image_;
  std::size_t pending_ = 0;
};

}  // namespace

Handled handle_offset_for_leader_epoch(Services& services, Request& request) {
  auto wanted = wire::decode<OffsetForLeaderEpochRequest>(request.body, request.header.version);
  if (!wanted.ok()) {
    request.connection->close(message(wanted.status()));
    return Handled::kDone;
  }
  std::make_shared<EpochEndsJob>(services, request.make_reply(), *std::move(wanted))->run();
  return Handled::kDone;
}

}  // namespace leat::api
