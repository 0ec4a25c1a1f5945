// ListOffsets (2), v1-11: an offset by time, or one of the special ones.
//   -1 latest   the high watermark, or with read_committed the last stable offset; while the log end
//               is ahead of it the answer waits for the flush that covers the end as it is now
//   -2 earliest, -4 earliest local (v8+)   the log start
//   -3 max timestamp (v7+)   offset and time of the newest record by time
//   -5 latest tiered (v9+), -6 earliest pending upload (v11+)   -1: nothing is tiered
// - A special value before its version, and any below -6: UNSUPPORTED_VERSION.
// - By time: the first record whose timestamp is at or after it, also inside a batch; none: -1.
#include "broker/api/fetch_plan.h"
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/02_list_offsets.h"

namespace leat::api {
namespace {

constexpr std::int64_t kLatest = -1;
constexpr std::int64_t kEarliest = -2;
constexpr std::int64_t kMaxTimestamp = -3;
constexpr std::int64_t kEarliestLocal = -4;

// From which version each special value may be asked for, from -1 down.
constexpr wire::Version kSince[] = {1, 1, 7, 8, 9, 11};

bool is_known(std::int64_t timestamp, wire::Version version) {
  if (timestamp >= 0) return true;
  const auto special = static_cast<std::size_t>(-(timestamp + 1));
  return special < std::size(kSince) && version >= kSince[special];
}

// Collects answers that arrive one by one, all on the connection's thread.
class ListOffsetsJob : public std::enable_shared_from_this<ListOffsetsJob> {
 public:
  ListOffsetsJob(Services& services, Reply reply, bool read_committed)
      : services_(services), reply_(std::move(reply)), read_committed_(read_committed) {}

  void run(const ListOffsetsRequest& wanted) {
    const auto image = services_.catalog->image();
    for (const auto& topic : wanted.topics) {
      auto& out = response_.topics.emplace_back();
      out.name = topic.name;
      out.partitions.resize(topic.partitions.size());
    }
    pending_ = 1;
    for (std::size_t t = 0; t < wanted.topics.size(); ++t) {
      const auto topic = image->find(wanted.topics[t].name);
      for (std::size_t p = 0; p < wanted.topics[t].partitions.size(); ++p) {
        start(topic.get(), wanted.topics[t].partitions[p], {t, p});
      }
    }
    done();
  }

 private:
  using Partition = std::shared_ptr<topics::Partition>;
  using Place = std::pair<std::size_t, std::size_t>;  // topic, partition in the response

  ListOffsetsResponse::Partition& at(Place place) {
    return response_.topics[place.first].partitions[place.second];
  }
  void done() {
    if (--pending_ == 0) reply_.send(response_);
  }
  void refuse(Place place, ErrorCode code) { at(place).error_code = wire_code(code); }

  void start(const topics::Topic* topic, const ListOffsetsRequest::Partition& wanted, Place place) {
    at(place).partition_index = wanted.partition_index;
    const auto* partition = topic ? topic->partition(wanted.partition_index) : nullptr;
    if (partition == nullptr) return refuse(place, ErrorCode::kUnknownTopicOrPartition);
    if (!is_known(wanted.timestamp, reply_.version())) {
      return refuse(place, ErrorCode::kUnsupportedVersion);
    }
    const ErrorCode epoch = check_leader_epoch(wanted.current_leader_epoch, services_.leader_epoch);
    if (epoch != ErrorCode::kNone) return refuse(place, epoch);
    ++pending_;
    (*partition)->when_open(&reply_.connection()->executor(),
                            [self = shared_from_this(), p = *partition, t = wanted.timestamp,
                             place] { self->opened(p, t, place); });
  }

  void opened(const Partition& partition, std::int64_t timestamp, Place place) {
    if (const ErrorCode state = partition->serving_error(); state != ErrorCode::kNone) {
      refuse(place, state);
      return done();
    }
    if (timestamp == kLatest) return answer_latest(partition, place);
    if (timestamp == kEarliest || timestamp == kEarliestLocal) {
      set(place, partition, partition->ends().start.value(), -1);
      return done();
    }
    if (timestamp < 0 && timestamp != kMaxTimestamp) return done();
    search(partition, timestamp, place);
  }

  void set(Place place, const Partition& partition, std::int64_t offset, std::int64_t timestamp) {
    auto& answer = at(place);
    answer.offset = offset;
    answer.timestamp = timestamp;
    set_epoch(place, epoch_at(partition, Offset{offset}));
  }

  void set_epoch(Place place, std::int32_t epoch) {
    if (reply_.version() >= 4) at(place).leader_epoch = epoch;
  }

  // The epoch of the record at `offset`; for the end the newest epoch, of an empty log ours.
  std::int32_t epoch_at(const Partition& partition, Offset offset) const {
    std::int32_t epoch = -1;
    for (const auto& entry : partition->log().epochs()) {
      if (epoch < 0 || entry.start <= offset) epoch = entry.epoch.value();
    }
    return epoch < 0 ? services_.leader_epoch.value() : epoch;
  }

  void answer_latest(const Partition& partition, Place place) {
    Task stable = [self = shared_from_this(), partition, place] {
      const topics::Ends ends = partition->ends();
      const auto& end = self->read_committed_ ? ends.last_stable : ends.high_watermark;
      self->set(place, partition, end.offset.value(), -1);
      self->done();
    };
    const Offset end = partition->ends().end.offset;
    if (!partition->wait_stable(end, &reply_.connection()->executor(), stable)) stable();
  }

  void search(const Partition& partition, std::int64_t timestamp, Place place) {
    const topics::Ends ends = partition->ends();
    const Offset limit = (read_committed_ ? ends.last_stable : ends.high_watermark).offset;
    services_.workers->submit([self = shared_from_this(), partition, timestamp, place, limit] {
      auto found = timestamp == kMaxTimestamp ? partition->find_max_timestamp(limit)
                                              : partition->find_timestamp(timestamp, limit);
      Executor& executor = self->reply_.connection()->executor();
      executor.post([self, place, found = std::move(found)] { self->found(place, found); });
    });
  }

  void found(Place place, const StatusOr<std::optional<storage::TimestampOffset>>& result) {
    if (!result.ok()) {
      refuse(place, is_corruption(result.status()) ? ErrorCode::kCorruptMessage
                                                   : ErrorCode::kKafkaStorageError);
    } else if (*result) {
      at(place).offset = (*result)->offset.value();
      at(place).timestamp = (*result)->timestamp;
      set_epoch(place, (*result)->leader_epoch.value());
    }
    done();
  }

  Services& services_;
  Reply reply_;
  const bool read_committed_;
  ListOffsetsResponse response_;
  std::size_t pending_ = 0;
};

}  // namespace

Handled handle_list_offsets(Services& services, Request& request) {
  auto wanted = wire::decode<ListOffsetsRequest>(request.body, request.header.version);
  if (!wanted.ok()) {
    request.connection->close(message(wanted.status()));
    return Handled::kDone;
  }
  std::make_shared<ListOffsetsJob>(services, request.make_reply(), wanted->isolation_level == 1)
      ->run(*wanted);
  return Handled::kDone;
}

}  // namespace leat::api
