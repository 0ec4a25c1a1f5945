#include "client/producer.h"

#include <absl/cleanup/cleanup.h>

#include <algorithm>
#include <map>

#include "client/partitioner.h"
#include "client/spawn.h"
#include "common/base/random.h"
#include "common/protocol/messages/00_produce.h"
#include "common/protocol/messages/22_init_producer_id.h"

namespace leat {
namespace {

// Produce versions from here on name topics by id only (KIP-516).
constexpr wire::Version kLastProduceWithNames = 12;

// The broker answered, or cannot have seen the request: the batch is not in the log.
bool certainly_not_written(const Error& error) {
  if (error.from_broker())
    return !error.is(ErrorCode::kRequestTimedOut) &&
           !error.is(ErrorCode::kNotEnoughReplicasAfterAppend) &&
           !error.is(ErrorCode::kUnknownServerError);
  return error.is(ClientCode::kConnectFailed) || error.is(ClientCode::kNotSupported) ||
         error.is(ClientCode::kInvalidInput);
}

bool needs_new_metadata(const Error& error) {
  return !error.from_broker() || error.is(ErrorCode::kNotLeaderOrFollower) ||
         error.is(ErrorCode::kUnknownTopicOrPartition) || error.is(ErrorCode::kUnknownTopicId) ||
         error.is(ErrorCode::kLeaderNotAvailable) || error.is(ErrorCode::kFencedLeaderEpoch) ||
         error.is(ErrorCode::kKafkaStorageError);
}

// The broker no longer knows where this producer's sequence in the partition stands.
bool sequence_is_lost(const Error& error) {
  return error.is(ErrorCode::kOutOfOrderSequenceNumber) || error.is(ErrorCode::kUnknownProducerId) ||
         error.is(ErrorCode::kInvalidProducerEpoch);
}

// What to report of a batch that ends with `error`: whoever is told that it is not written may send
// it again, so that has to be certain of every attempt.
Error as_far_as_known(const PartitionQueue& queue, const Batch& batch, const Error& error) {
  if (!batch.maybe_written) return error;
  return Error::make(ClientCode::kUnknownOutcome,
                     "sent to {}-{}, but whether it was written is not known; the last trouble "
                     "was: {}",
                     queue.topic, queue.partition, error.describe());
}

// Passes by partitions without a leader while others have one.
std::int32_t choose(StickyPartitioner& sticky, std::size_t bytes, const TopicMetadata& topic) {
  if (topic.with_leader.empty())
    return sticky.choose(bytes, static_cast<std::int32_t>(topic.partitions.size()));
  const auto count = static_cast<std::int32_t>(topic.with_leader.size());
  return topic.with_leader[static_cast<std::size_t>(sticky.choose(bytes, count))];
}

}  // namespace

class Producer::Impl : public std::enable_shared_from_this<Producer::Impl> {
 public:
  Impl(std::shared_ptr<Client> client, ProducerOptions options)
      : client_(std::move(client)),
        options_(std::move(options)),
        idempotent_(options_.idempotent && options_.acks == Acks::kAll),
        accumulator_(options_.buffer),
        wake_(client_->executor()),
        room_(client_->executor()),
        backoff_(client_->options().retry_backoff, client_->options().retry_backoff_max, entropy()) {
    options_.max_in_flight = std::clamp(options_.max_in_flight, 1, idempotent_ ? 5 : 1000);
  }

  void run() { spawn(client_->executor(), sender(shared_from_this())); }

  asio::awaitable<Error> prepare(std::shared_ptr<Impl> self, std::string topic) {
    const Result<TopicMetadataPtr> known =
        co_await client_->topic(std::move(topic), options_.auto_create_topics);
    co_return known.error();
  }

  Sent try_send(std::string_view topic, const RecordToSend& record,
                std::optional<std::int32_t> partition, RecordHandler handler);
  asio::awaitable<void> wait_room(std::shared_ptr<Impl> self) { co_await room_.wait(); }
  asio::awaitable<void> flush(std::shared_ptr<Impl> self);
  void close();

  BatchHandler batch_handler;
  const Accumulator& accumulator() const { return accumulator_; }

 private:
  struct Node {
    ConnectionPtr connection;
    bool dialing = false;
    int in_flight = 0;
    MonotonicTime not_before;
  };
  struct Sending {
    PartitionQueue* queue;
    BatchPtr batch;
    Uuid topic_id;
  };

  asio::awaitable<void> sender(std::shared_ptr<Impl> self);
  void send_ready(MonotonicTime at);
  void send_to(std::int32_t node_id, const std::vector<PartitionQueue*>& queues, MonotonicTime at);
  void send_request(std::int32_t node_id, std::vector<Sending> batches);
  void send_without_answer(std::int32_t node_id, const ProduceRequest& request,
                           CallOptions options, std::vector<Sending> batches);
  void handle_answer(std::vector<Sending>& batches, const Result<Reply<ProduceResponse>>& reply);
  void settle(Sending& sending, Error error, std::int64_t offset, std::int64_t time);
  void settle_failure(Sending& sending, const Error& error);
  void report(const PartitionQueue& queue, Batch& batch, const Error& error, std::int64_t offset,
              std::int64_t time);
  void expire_old(MonotonicTime at);
  // Why nothing of the queue was delivered.
  Error trouble_of(const PartitionQueue& queue) const;
  void find_aged_topics(MonotonicTime at);
  // When the metadata of a queue in use is to be asked for again.
  MonotonicTime aged_at(const PartitionQueue& queue) const;
  void mark_stale(const std::string& topic);
  // The first thing due after `at`, up to which time the sender has looked.
  MonotonicTime next_event(MonotonicTime at) const;
  asio::awaitable<void> dial(std::shared_ptr<Impl> self, std::int32_t node_id);
  asio::awaitable<void> refresh(std::shared_ptr<Impl> self);
  asio::awaitable<void> find_identity(std::shared_ptr<Impl> self);
  void adopt_identities();

  std::shared_ptr<Client> client_;
  ProducerOptions options_;
  bool idempotent_;
  Accumulator accumulator_;
  Signal wake_;  // the sender may have something to do
  Signal room_;  // memory was freed, or everything ended
  Backoff backoff_;
  std::map<std::int32_t, Node> nodes_;
  StringMap<StickyPartitioner> sticky_;
  std::vector<std::string> stale_topics_;  // to be asked for again
  ProducerIdentity identity_;
  bool finding_identity_ = false;
  bool refreshing_ = false;
  MonotonicTime refresh_not_before_;
  MonotonicTime identity_not_before_;
  Error last_trouble_;  // why nothing moved, for the report of a batch that ran out of time
  int flushing_ = 0;
  bool closed_ = false;
};

Producer::Sent Producer::Impl::try_send(std::string_view topic, const RecordToSend& record,
                                        std::optional<std::int32_t> partition,
                                        RecordHandler handler) {
  if (closed_) return Sent::kClosed;
  const std::size_t bytes =
      record::BatchBuilder::record_size_bound(record.key, record.value, record.headers);
  if (bytes > options_.max_record_bytes) return Sent::kTooLarge;
  if (!accumulator_.has_room(bytes)) return Sent::kFull;
  const TopicMetadataPtr known = client_->metadata().find(topic);
  if (!known || known->partitions.empty()) return Sent::kUnknownTopic;
  const auto partitions = static_cast<std::int32_t>(known->partitions.size());
  if (!partition && record.key) partition = partition_of_key(*record.key, partitions);
  if (!partition) {
    auto sticky = sticky_.find(topic);
    if (sticky == sticky_.end())
      sticky = sticky_.emplace(std::string(topic),
                               StickyPartitioner(entropy(), options_.buffer.batch_bytes)).first;
    partition = choose(sticky->second, bytes, *known);
  }
  if (*partition < 0 || *partition >= partitions) return Sent::kNoPartition;
  const MonotonicTime at = monotonic_now();
  RecordToSend stamped = record;
  if (stamped.timestamp_ms < 0) stamped.timestamp_ms = system_clock().wall_ms();
  if (accumulator_.append(accumulator_.queue(topic, *partition), stamped, bytes, std::move(handler),
                          at))
    wake_.notify_all();
  return Sent::kYes;
}

asio::awaitable<void> Producer::Impl::flush(std::shared_ptr<Impl> self) {
  ++flushing_;
  const absl::Cleanup done = [this] { --flushing_; };
  wake_.notify_all();
  while (!accumulator_.empty() && !closed_) co_await room_.wait();
}

asio::awaitable<void> Producer::Impl::sender(std::shared_ptr<Impl> self) {
  while (!closed_) {
    const std::uint64_t seen = wake_.count();
    const MonotonicTime at = monotonic_now();
    expire_old(at);
    if (idempotent_) adopt_identities();
    if (!refreshing_) find_aged_topics(at);
    send_ready(at);
    if (!stale_topics_.empty() && !refreshing_ && at >= refresh_not_before_) {
      refreshing_ = true;
      spawn(client_->executor(), refresh(self));
    }
    co_await wake_.wait_since(seen, next_event(at));
  }
}

void Producer::Impl::mark_stale(const std::string& topic) {
  if (std::find(stale_topics_.begin(), stale_topics_.end(), topic) == stale_topics_.end())
    stale_topics_.push_back(topic);
}

MonotonicTime Producer::Impl::aged_at(const PartitionQueue& queue) const {
  const bool idle = queue.waiting.empty() && queue.in_flight == 0;
  const TopicMetadataPtr known = idle ? nullptr : client_->metadata().find(queue.topic);
  return known ? known->learned + client_->options().metadata_max_age : MonotonicTime::max();
}

// A producer that never meets an error would else never learn of partitions that were added.
void Producer::Impl::find_aged_topics(MonotonicTime at) {
  for (const auto& [key, queue] : accumulator_.queues())
    if (at >= aged_at(queue)) mark_stale(queue.topic);
}

// Batches for one broker share requests; each partition has at most one batch in a request.
void Producer::Impl::send_ready(MonotonicTime at) {
  for (bool progress = true; progress;) {
    progress = false;
    std::map<std::int32_t, std::vector<PartitionQueue*>> by_leader;
    for (auto& [key, queue] : accumulator_.queues()) {
      if (!accumulator_.sendable(queue, at, flushing_ > 0, idempotent_)) continue;
      const auto leader = client_->metadata().leader(queue.topic, queue.partition);
      if (leader) by_leader[*leader].push_back(&queue);
      else mark_stale(queue.topic);
    }
    for (const auto& [node_id, queues] : by_leader) {
      Node& node = nodes_[node_id];
      if (node.connection && !node.connection->is_open()) node.connection = nullptr;
      if (!node.connection) {
        if (!node.dialing && at >= node.not_before) {
          node.dialing = true;
          spawn(client_->executor(), dial(shared_from_this(), node_id));
        }
        continue;
      }
      if (node.in_flight >= options_.max_in_flight) continue;
      send_to(node_id, queues, at);
      progress = true;
    }
  }
}

void Producer::Impl::send_to(std::int32_t node_id, const std::vector<PartitionQueue*>& queues,
                             MonotonicTime at) {
  std::vector<Sending> batches;
  std::size_t bytes = 0;
  for (PartitionQueue* queue : queues) {
    if (!accumulator_.sendable(*queue, at, flushing_ > 0, idempotent_)) continue;
    const std::size_t more = queue->waiting.front()->size_bytes();
    if (bytes > 0 && bytes + more > options_.max_request_bytes) break;
    BatchPtr batch = accumulator_.take(*queue);
    bytes += batch->bytes.size();
    const TopicMetadataPtr topic = client_->metadata().find(queue->topic);
    batches.push_back(Sending{queue, std::move(batch), topic ? topic->id : Uuid{}});
  }
  if (!batches.empty()) send_request(node_id, std::move(batches));
}

void Producer::Impl::send_request(std::int32_t node_id, std::vector<Sending> batches) {
  Node& node = nodes_[node_id];
  ProduceRequest request;
  request.acks = static_cast<std::int16_t>(options_.acks);
  request.timeout_ms =
      static_cast<std::int32_t>(client_->options().request_timeout / std::chrono::milliseconds(1));
  bool ids_known = true;
  for (const Sending& sending : batches) {
    if (request.topic_data.empty() || request.topic_data.back().name != sending.queue->topic) {
      request.topic_data.emplace_back().name = sending.queue->topic;
      request.topic_data.back().topic_id = sending.topic_id;
      ids_known = ids_known && !sending.topic_id.is_zero();
    }
    ProduceRequest::Partition& partition = request.topic_data.back().partition_data.emplace_back();
    partition.index = sending.queue->partition;
    Payload payload;
    payload.append(sending.batch->bytes);
    partition.records = wire::Records(std::move(payload));
  }
  CallOptions options;
  if (!ids_known) options.max_version = kLastProduceWithNames;
  ++node.in_flight;
  if (options_.acks == Acks::kNone)
    return send_without_answer(node_id, request, options, std::move(batches));
  node.connection->start<ProduceRequest>(
      request, options,
      [self = shared_from_this(), node_id, batches = std::move(batches)](
          Result<Reply<ProduceResponse>> reply) mutable {
        --self->nodes_[node_id].in_flight;
        self->handle_answer(batches, reply);
        self->wake_.notify_all();
        self->room_.notify_all();
      });
}

void Producer::Impl::send_without_answer(std::int32_t node_id, const ProduceRequest& request,
                                         CallOptions options, std::vector<Sending> batches) {
  nodes_[node_id].connection->start_unanswered<ProduceRequest>(
      request, options,
      [self = shared_from_this(), node_id, batches = std::move(batches)](const Error& error) mutable {
        --self->nodes_[node_id].in_flight;
        for (Sending& sending : batches) self->settle(sending, error, -1, -1);
        self->wake_.notify_all();
        self->room_.notify_all();
      });
}

void Producer::Impl::handle_answer(std::vector<Sending>& batches,
                                   const Result<Reply<ProduceResponse>>& reply) {
  for (Sending& sending : batches) {
    if (!reply.ok()) {
      settle(sending, reply.error(), -1, -1);
      continue;
    }
    const ProduceResponse::Partition* answer = nullptr;
    for (const ProduceResponse::Topic& topic : reply->body.responses) {
      if (topic.name.empty() ? topic.topic_id != sending.topic_id
                             : topic.name != sending.queue->topic)
        continue;
      for (const ProduceResponse::Partition& partition : topic.partition_responses)
        if (partition.index == sending.queue->partition) answer = &partition;
    }
    if (answer == nullptr) {
      settle(sending, Error::make(ClientCode::kBadAnswer, "the answer leaves out a partition"), -1, -1);
      continue;
    }
    std::string text = answer->error_message.value_or("");
    for (const ProduceResponse::RecordError& record : answer->record_errors)
      if (text.empty()) text = record.batch_index_error_message.value_or("");
    settle(sending, Error::kafka(answer->error_code, std::move(text)), answer->base_offset,
           answer->log_append_time_ms);
  }
}

void Producer::Impl::settle(Sending& sending, Error error, std::int64_t offset, std::int64_t time) {
  if (error.is(ErrorCode::kDuplicateSequenceNumber)) {
    error = Error();  // written by an earlier attempt; the broker no longer knows where
    offset = -1;
  }
  if (!error.ok()) return settle_failure(sending, error);
  backoff_.reset();
  report(*sending.queue, *sending.batch, error, offset, time);
  accumulator_.succeeded(*sending.queue, std::move(sending.batch));
}

void Producer::Impl::settle_failure(Sending& sending, const Error& error) {
  PartitionQueue& queue = *sending.queue;
  Batch& batch = *sending.batch;
  if (!certainly_not_written(error)) batch.maybe_written = true;
  last_trouble_ = error;
  if (needs_new_metadata(error)) mark_stale(queue.topic);
  const MonotonicTime at = monotonic_now();
  if (error.is(ErrorCode::kMessageTooLarge) && accumulator_.split(queue, sending.batch)) return;
  const bool lost = idempotent_ && sequence_is_lost(error);
  // Behind a failed batch of the same partition the broker refuses every later number: not an
  // error of its own. Without such a batch the broker has forgotten the sequence.
  const bool follows_a_failure = lost && queue.draining;
  if (lost && !queue.draining) queue.lost_sequence = true;
  const bool in_time = at - batch.created < options_.delivery_timeout;
  if ((error.retriable() || lost) && in_time && !closed_)
    return accumulator_.retry(queue, std::move(sending.batch),
                              follows_a_failure ? at : at + backoff_.after(batch.attempts));
  const BatchPtr failed = accumulator_.failed(queue, std::move(sending.batch), idempotent_);
  report(queue, *failed, as_far_as_known(queue, *failed, error), -1, -1);
  accumulator_.release(*failed);
}

void Producer::Impl::report(const PartitionQueue& queue, Batch& batch, const Error& error,
                            std::int64_t offset, std::int64_t time) {
  if (batch_handler) {
    DeliveryReport report;
    report.error = error;
    report.topic = queue.topic;
    report.partition = queue.partition;
    report.base_offset = offset;
    report.count = batch.count;
    batch_handler(report);
  }
  for (auto& [index, handler] : batch.handlers) {
    RecordResult result;
    result.error = error;
    result.topic = queue.topic;
    result.partition = queue.partition;
    result.offset = offset < 0 ? -1 : offset + index;
    result.timestamp_ms = time;
    handler(result);
  }
}

Error Producer::Impl::trouble_of(const PartitionQueue& queue) const {
  const MetadataCache& metadata = client_->metadata();
  const bool offline = metadata.find(queue.topic) && !metadata.leader(queue.topic, queue.partition);
  return offline ? Error::kafka(wire_code(ErrorCode::kLeaderNotAvailable)) : last_trouble_;
}

void Producer::Impl::expire_old(MonotonicTime at) {
  if (accumulator_.empty()) return;
  bool freed = false;
  for (auto& [key, queue] : accumulator_.queues()) {
    if (queue.waiting.empty() || at - queue.waiting.front()->created < options_.delivery_timeout)
      continue;
    const Error last = trouble_of(queue);
    for (const BatchPtr& batch : accumulator_.expire(queue, at - options_.delivery_timeout + Duration(1))) {
      const Error late = Error::make(
          ClientCode::kTimedOut, "not delivered to {}-{} within {} ms{}{}", queue.topic, queue.partition,
          options_.delivery_timeout / std::chrono::milliseconds(1),
          last.ok() ? "" : "; the last trouble was: ", last.ok() ? "" : last.describe());
      const Error& trouble = batch->maybe_written && !last.ok() ? last : late;
      report(queue, *batch, as_far_as_known(queue, *batch, trouble), -1, -1);
      accumulator_.release(*batch);
      freed = true;
    }
  }
  if (freed) room_.notify_all();
}

MonotonicTime Producer::Impl::next_event(MonotonicTime at) const {
  MonotonicTime next = MonotonicTime::max();
  // What is due already waits for an answer, a connection or metadata, each of which wakes us.
  const auto consider = [&](MonotonicTime t) {
    if (t > at) next = std::min(next, t);
  };
  for (const auto& [key, queue] : const_cast<Accumulator&>(accumulator_).queues()) {
    consider(aged_at(queue));
    if (queue.waiting.empty()) continue;
    consider(accumulator_.sendable_at(queue));
    consider(queue.waiting.front()->created + options_.delivery_timeout);
  }
  for (const auto& [id, node] : nodes_) consider(node.not_before);
  consider(refresh_not_before_);
  consider(identity_not_before_);
  return next;
}

asio::awaitable<void> Producer::Impl::dial(std::shared_ptr<Impl> self, std::int32_t node_id) {
  const Result<ConnectionPtr> opened = co_await client_->to_node(node_id);
  Node& node = nodes_[node_id];
  node.dialing = false;
  if (opened.ok()) {
    node.connection = *opened;
  } else {
    last_trouble_ = opened.error();
    node.not_before = monotonic_now() + backoff_.next();
    for (const auto& [key, queue] : accumulator_.queues())
      if (!queue.waiting.empty() &&
          client_->metadata().leader(queue.topic, queue.partition) == node_id)
        mark_stale(queue.topic);
  }
  wake_.notify_all();
}

asio::awaitable<void> Producer::Impl::refresh(std::shared_ptr<Impl> self) {
  std::optional<std::vector<std::string>> topics(std::exchange(stale_topics_, {}));
  const Result<MetadataResponse> answer =
      co_await client_->fetch_metadata(std::move(topics), options_.auto_create_topics);
  if (!answer.ok()) last_trouble_ = answer.error();
  refreshing_ = false;
  refresh_not_before_ = monotonic_now() + client_->options().retry_backoff;
  wake_.notify_all();
}

// A partition that has none gets the producer's identity; one that lost its sequence waits until
// nothing of it is in flight and gets a fresh one of its own.
void Producer::Impl::adopt_identities() {
  for (auto& [key, queue] : accumulator_.queues()) {
    if (queue.identity.known() && !queue.lost_sequence) continue;
    if (queue.in_flight > 0 || queue.draining) continue;
    const bool fresh = queue.lost_sequence && queue.identity.id == identity_.id;
    if (!identity_.known() || fresh) {
      if (finding_identity_ || monotonic_now() < identity_not_before_) continue;
      finding_identity_ = true;
      spawn(client_->executor(), find_identity(shared_from_this()));
      continue;
    }
    for (const BatchPtr& batch : accumulator_.set_identity(queue, identity_)) {
      report(queue, *batch, as_far_as_known(queue, *batch, last_trouble_), -1, -1);
      accumulator_.release(*batch);
      room_.notify_all();
    }
  }
}

asio::awaitable<void> Producer::Impl::find_identity(std::shared_ptr<Impl> self) {
  InitProducerIdRequest request;
  request.transactional_id = std::nullopt;
  request.transaction_timeout_ms = std::numeric_limits<std::int32_t>::max();
  Error error;
  const Result<ConnectionPtr> connection = co_await client_->to_any();
  if (connection.ok()) {
    const Result<Reply<InitProducerIdResponse>> reply =
        co_await (*connection)->call(std::move(request));
    error = reply.ok() ? Error::kafka(reply->body.error_code) : reply.error();
    if (error.ok()) {
      identity_.id = ProducerId(reply->body.producer_id);
      identity_.epoch = ProducerEpoch(reply->body.producer_epoch);
    }
  } else {
    error = connection.error();
  }
  finding_identity_ = false;
  // A broker without the API cannot be idempotent; the order of retries is then best effort.
  if (error.is(ClientCode::kNotSupported)) {
    idempotent_ = false;
  } else if (!error.ok()) {
    last_trouble_ = error;
    identity_not_before_ = monotonic_now() + backoff_.next();
  }
  wake_.notify_all();
}

void Producer::Impl::close() {
  if (closed_) return;
  closed_ = true;
  const Error error = Error::make(ClientCode::kClosed, "the producer was closed");
  for (auto& [key, queue] : accumulator_.queues()) {
    for (const BatchPtr& batch : accumulator_.expire(queue, MonotonicTime::max())) {
      report(queue, *batch, as_far_as_known(queue, *batch, error), -1, -1);
      accumulator_.release(*batch);
    }
  }
  wake_.notify_all();
  room_.notify_all();
}

Producer::Producer(std::shared_ptr<Client> client, ProducerOptions options)
    : impl_(std::make_shared<Impl>(std::move(client), std::move(options))) {
  impl_->run();
}
Producer::~Producer() {
  if (impl_) impl_->close();
}
Producer::Producer(Producer&&) noexcept = default;
Producer& Producer::operator=(Producer&& other) noexcept {
  if (impl_) impl_->close();
  impl_ = std::move(other.impl_);
  return *this;
}

asio::awaitable<Error> Producer::prepare(std::string topic) {
  return impl_->prepare(impl_, std::move(topic));
}
Producer::Sent Producer::try_send(std::string_view topic, const RecordToSend& record,
                                  std::optional<std::int32_t> partition, RecordHandler handler) {
  return impl_->try_send(topic, record, partition, std::move(handler));
}
asio::awaitable<void> Producer::wait_room() { return impl_->wait_room(impl_); }
asio::awaitable<void> Producer::flush() { return impl_->flush(impl_); }
void Producer::on_batch(BatchHandler handler) { impl_->batch_handler = std::move(handler); }
std::size_t Producer::buffered_bytes() const { return impl_->accumulator().used_bytes(); }
void Producer::close() { impl_->close(); }

asio::awaitable<RecordResult> Producer::send(std::string topic, RecordToSend record,
                                             std::optional<std::int32_t> partition) {
  const std::shared_ptr<Impl> impl = impl_;
  RecordResult result;
  result.topic = topic;
  bool done = false;
  Signal finished(co_await asio::this_coro::executor);
  for (;;) {
    RecordHandler handler = [&](const RecordResult& r) {
      result = r;
      done = true;
      finished.notify_all();
    };
    switch (impl->try_send(topic, record, partition, std::move(handler))) {
      case Sent::kYes:
        while (!done) co_await finished.wait();
        co_return result;
      case Sent::kFull:
        co_await impl->wait_room(impl);
        continue;
      case Sent::kUnknownTopic:
        result.error = co_await impl->prepare(impl, topic);
        if (!result.error.ok()) co_return result;
        continue;
      case Sent::kTooLarge:
        result.error = Error::make(ClientCode::kInvalidInput, "the record is larger than allowed");
        co_return result;
      case Sent::kNoPartition:
        result.error = Error::make(ClientCode::kInvalidInput, "the topic has no partition {}",
                                   partition.value_or(-1));
        co_return result;
      case Sent::kClosed:
        result.error = Error::make(ClientCode::kClosed, "the producer was closed");
        co_return result;
    }
  }
}

}  // namespace leat
