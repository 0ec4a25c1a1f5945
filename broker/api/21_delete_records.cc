// DeleteRecords (21), v0-2: raises the log start; -1 means the high watermark.
// - The answer waits for the flush that covers the log end as it is at arrival, so that -1 takes
//   what every acknowledged producer wrote.
// - Beyond the high watermark, or below -1: OFFSET_OUT_OF_RANGE; below the start: nothing changes.
// - Unknown: 3; internal topics: 17; a topic that only compacts: POLICY_VIOLATION.
// The new start survives kill -9 from the next checkpoint on (5 s); Kafka's after 60 s.
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/21_delete_records.h"

namespace leat::api {
namespace {

constexpr std::int64_t kUpToHighWatermark = -1;

// Its steps run on the connection's thread, but for the deletion itself.
class DeleteRecordsJob : public std::enable_shared_from_this<DeleteRecordsJob> {
 public:
  DeleteRecordsJob(Services& services, Reply reply)
      : services_(services), reply_(std::move(reply)), hold_(reply_.connection()) {}

  void run(const DeleteRecordsRequest& wanted) {
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
        start(topic.get(), wanted.topics[t].partitions[p], response_.topics[t].partitions[p]);
      }
    }
    one_is_ready();
  }

 private:
  using Answer = DeleteRecordsResponse::Partition;
  struct Item {
    std::shared_ptr<topics::Partition> partition;
    std::int64_t offset;
    Answer* answer;  // response_ does not grow any more
  };

  void start(const topics::Topic* topic, const DeleteRecordsRequest::Partition& wanted,
             Answer& answer) {
    answer.partition_index = wanted.partition_index;
    answer.low_watermark = -1;
    const auto* partition = topic ? topic->partition(wanted.partition_index) : nullptr;
    if (partition == nullptr) {
      answer.error_code = wire_code(ErrorCode::kUnknownTopicOrPartition);
    } else if (topic->internal) {
      answer.error_code = wire_code(ErrorCode::kInvalidTopicException);
    } else if (topic->options->compacts() && !topic->options->deletes()) {
      answer.error_code = wire_code(ErrorCode::kPolicyViolation);
    } else {
      items_.push_back({*partition, wanted.offset, &answer});
      ++pending_;
      (*partition)->when_open(&executor(), [self = shared_from_this(), p = *partition] {
        self->wait_for_flush(*p);
      });
    }
  }

  void wait_for_flush(topics::Partition& partition) {
    Task stable = [self = shared_from_this()] { self->one_is_ready(); };
    if (!partition.is_open() ||
        !partition.wait_stable(partition.ends().end.offset, &executor(), stable)) {
      one_is_ready();
    }
  }

  void one_is_ready() {
    if (--pending_ > 0) return;
    if (items_.empty()) return finish();
    services_.workers->submit([self = shared_from_this()] {
      for (Item& item : self->items_) remove(item);
      self->executor().post([self] { self->finish(); });
    });
  }

  static void remove(Item& item) {
    Answer& answer = *item.answer;
    if (const ErrorCode state = item.partition->serving_error(); state != ErrorCode::kNone) {
      answer.error_code = wire_code(state);
      return;
    }
    const std::int64_t limit = item.partition->ends().high_watermark.offset.value();
    const std::int64_t upto = item.offset == kUpToHighWatermark ? limit : item.offset;
    if (upto < 0 || upto > limit) {
      answer.error_code = wire_code(ErrorCode::kOffsetOutOfRange);
      return;
    }
    if (Status s = item.partition->delete_before(Offset{upto}); !s.ok()) {
      answer.error_code = wire_code(ErrorCode::kKafkaStorageError);
      return;
    }
    answer.low_watermark = item.partition->ends().start.value();
  }

  void finish() {
    reply_.send(response_);
    hold_.release();
  }

  Executor& executor() { return reply_.connection()->executor(); }

  Services& services_;
  Reply reply_;
  Hold hold_;
  DeleteRecordsResponse response_;
  std::vector<Item> items_;
  std::size_t pending_ = 0;
};

}  // namespace

Handled handle_delete_records(Services& services, Request& request) {
  auto wanted = wire::decode<DeleteRecordsRequest>(request.body, request.header.version);
  if (!wanted.ok()) {
    request.connection->close(message(wanted.status()));
    return Handled::kDone;
  }
  std::make_shared<DeleteRecordsJob>(services, request.make_reply())->run(*wanted);
  return Handled::kDone;
}

}  // namespace leat::api
