#include "client/fetcher.h"

#include <algorithm>

#include "client/offsets.h"
#include "client/spawn.h"
#include "common/base/random.h"

namespace leat {
namespace {

// Fetch versions from here on name topics by id only (KIP-516).
constexpr wire::Version kLastFetchWithNames = 12;
// A topic that stays unknown was deleted.
constexpr int kMostUnknownTopicFailures = 5;

std::int64_t start_timestamp(const StartAt& start) {
  switch (start.kind()) {
    case StartAt::Kind::kEnd: return kLatestOffset;
    case StartAt::Kind::kTime: return start.value();
    case StartAt::Kind::kBeginning:
    case StartAt::Kind::kOffset: return kEarliestOffset;
  }
  return kEarliestOffset;
}

// What was deleted is not waited for.
bool may_pass(const Error& error) {
  return error.retriable() && !error.is(ErrorCode::kUnknownTopicOrPartition);
}

bool needs_lookup(const Assignment& a) {
  return a.start.kind() != StartAt::Kind::kOffset || !a.if_out_of_range;
}

// `low` answers start_timestamp(), `high` is the end.
Result<std::int64_t> find_start(const Assignment& a, const OffsetAnswer& low,
                                const OffsetAnswer& high) {
  if (!low.error.ok()) return low.error;
  if (!high.error.ok()) return high.error;
  if (a.start.kind() != StartAt::Kind::kOffset) return low.offset < 0 ? high.offset : low.offset;
  if (a.start.value() < low.offset || a.start.value() > high.offset)
    return Error::kafka(wire_code(ErrorCode::kOffsetOutOfRange),
                        fmt::format("offset {} of {}-{} does not exist; the partition holds {} to {}",
                                    a.start.value(), a.topic, a.partition, low.offset,
                                    high.offset));
  return a.start.value();
}

}  // namespace

Fetcher::Fetcher(std::shared_ptr<Client> client, ConsumerOptions options)
    : client_(std::move(client)),
      options_(std::move(options)),
      wake_(client_->executor()),
      arrived_(client_->executor()),
      backoff_(client_->options().retry_backoff, client_->options().retry_backoff_max, entropy()) {}

asio::awaitable<Fetcher::Located> Fetcher::locate(std::vector<Assignment> assignments) {
  std::vector<OffsetQuery> queries;
  for (const Assignment& a : assignments) {
    if (!needs_lookup(a)) continue;
    queries.emplace_back(a.topic, a.partition, start_timestamp(a.start));
    queries.emplace_back(a.topic, a.partition, kLatestOffset);
  }
  const std::vector<OffsetAnswer> answers = co_await list_offsets(client_, std::move(queries));
  Located located;
  std::size_t answered = 0;
  for (Assignment& a : assignments) {
    Partition partition;
    partition.topic = std::make_shared<const std::string>(a.topic);
    partition.index = a.partition;
    partition.position = a.start.value();
    partition.until = a.until;
    partition.if_out_of_range = a.if_out_of_range;
    if (needs_lookup(a)) {
      const Result<std::int64_t> start = find_start(a, answers[answered], answers[answered + 1]);
      answered += 2;
      if (!start.ok()) {
        if (located.error.ok() || !may_pass(start.error())) located.error = start.error();
        located.others.push_back(std::move(a));
        continue;
      }
      partition.position = *start;
    }
    located.partitions.push_back(std::move(partition));
  }
  co_return located;
}

asio::awaitable<Error> Fetcher::assign(std::shared_ptr<Fetcher> self,
                                       std::vector<Assignment> assignments) {
  Located located = co_await locate(std::move(assignments));
  if (!located.error.ok() && (located.partitions.empty() || !may_pass(located.error)))
    co_return located.error;
  partitions_ = std::move(located.partitions);
  others_ = std::move(located.others);
  ready_.clear();
  buffered_ = 0;
  ++generation_;
  if (!others_.empty() && !locating_) {
    locating_ = true;
    spawn(client_->executor(), locate_others(self));
  }
  begin(self);
  co_return Error();
}

asio::awaitable<void> Fetcher::locate_others(std::shared_ptr<Fetcher> self) {
  Backoff backoff(client_->options().retry_backoff, client_->options().retry_backoff_max,
                  entropy());
  while (!closed_ && failure_.ok() && !others_.empty()) {
    co_await sleep_for(backoff.next());
    const std::uint64_t generation = generation_;
    std::vector<Assignment> others = others_;
    Located located = co_await locate(std::move(others));
    if (generation != generation_) continue;
    for (Partition& partition : located.partitions) partitions_.push_back(std::move(partition));
    others_ = std::move(located.others);
    if (!located.error.ok() && !may_pass(located.error)) fail(located.error);
    wake_.notify_all();
    arrived_.notify_all();
  }
  locating_ = false;
}

asio::awaitable<Error> Fetcher::add(std::shared_ptr<Fetcher> self,
                                    std::vector<Assignment> assignments,
                                    std::function<bool(const TopicPartition&)> wanted) {
  Located located = co_await locate(std::move(assignments));
  for (Partition& partition : located.partitions) {
    const TopicPartition name(*partition.topic, partition.index);
    if (find(name) == nullptr && wanted(name)) partitions_.push_back(std::move(partition));
  }
  begin(self);
  co_return located.error;
}

void Fetcher::remove(const TopicPartitions& partitions) {
  const std::set<TopicPartition> gone(partitions.begin(), partitions.end());
  const auto removed = std::erase_if(partitions_, [&](const Partition& p) {
    return gone.contains(TopicPartition(*p.topic, p.index));
  });
  drop_ready(gone);
  // A partition that comes back begins elsewhere: an answer on its way must not be taken for it.
  if (removed > 0) ++generation_;
  wake_.notify_all();
  arrived_.notify_all();
}

void Fetcher::drop_ready(const std::set<TopicPartition>& partitions) {
  std::erase_if(ready_, [&](const ConsumedRecords& records) {
    if (!partitions.contains(TopicPartition(std::string(records.topic()), records.partition())))
      return false;
    buffered_ -= records.size_bytes();
    return true;
  });
}

void Fetcher::begin(const std::shared_ptr<Fetcher>& self) {
  if (!pumping_) {
    pumping_ = true;
    spawn(client_->executor(), pump(self));
  }
  wake_.notify_all();
  arrived_.notify_all();
}

asio::awaitable<void> Fetcher::reset(std::shared_ptr<Fetcher> self, TopicPartition partition,
                                     StartAt to) {
  const std::uint64_t generation = generation_;
  std::vector<OffsetQuery> queries;
  queries.emplace_back(partition.topic, partition.partition, start_timestamp(to));
  queries.emplace_back(partition.topic, partition.partition, kLatestOffset);
  const std::vector<OffsetAnswer> answers = co_await list_offsets(client_, std::move(queries));
  Partition* found = find(partition);
  if (found == nullptr) co_return;
  found->resetting = false;
  const Assignment assignment(partition.topic, partition.partition, to);
  const Result<std::int64_t> start = find_start(assignment, answers[0], answers[1]);
  // Failed: the fetch that found the position outside fails once more, and so on.
  if (start.ok() && generation == generation_) {
    const bool back = *start < found->position;
    found->position = *start;
    if (back && events_.moved_back) {
      drop_ready({partition});
      events_.moved_back(partition);
    }
  }
  wake_.notify_all();
}

asio::awaitable<void> Fetcher::pump(std::shared_ptr<Fetcher> self) {
  while (!closed_) {
    const std::uint64_t seen = wake_.count();
    const MonotonicTime at = monotonic_now();
    start_fetches(at);
    if (stale_ && !refreshing_ && at >= refresh_not_before_) {
      refreshing_ = true;
      spawn(client_->executor(), refresh(self));
    }
    co_await wake_.wait_since(seen, next_event(at));
  }
}

void Fetcher::start_fetches(MonotonicTime at) {
  if (buffered_ >= options_.buffer_bytes || !failure_.ok()) return;
  std::map<std::int32_t, std::vector<Partition*>> by_leader;
  // Another partition leads each time: a broker fills an answer from its front.
  ++rotation_;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    Partition& partition = partitions_[(i + rotation_) % partitions_.size()];
    if (partition.done() || partition.resetting || at < partition.not_before) continue;
    const auto leader = client_->metadata().leader(*partition.topic, partition.index);
    if (leader) by_leader[*leader].push_back(&partition);
    else stale_ = true;
    if (!refreshing_ && at >= aged_at(partition)) stale_ = true;
  }
  for (const auto& [node_id, partitions] : by_leader) {
    Node& node = nodes_[node_id];
    if (node.busy || at < node.not_before) continue;
    node.busy = true;
    if (node.connection && node.connection->is_open()) fetch(node_id, partitions);
    else spawn(client_->executor(), dial(shared_from_this(), node_id));
  }
}

void Fetcher::fetch(std::int32_t node_id, const std::vector<Partition*>& partitions) {
  FetchRequest request;
  request.max_wait_ms = static_cast<std::int32_t>(options_.max_wait / std::chrono::milliseconds(1));
  request.min_bytes = options_.min_bytes;
  request.max_bytes = options_.max_bytes;
  bool ids_known = true;
  for (const Partition* partition : partitions) {
    const TopicMetadataPtr topic = client_->metadata().find(*partition->topic);
    if (request.topics.empty() || request.topics.back().topic != *partition->topic) {
      FetchRequest::Topic& added = request.topics.emplace_back();
      added.topic = *partition->topic;
      if (topic) added.topic_id = topic->id;
      ids_known = ids_known && !added.topic_id.is_zero();
    }
    FetchRequest::Partition& added = request.topics.back().partitions.emplace_back();
    added.partition = partition->index;
    added.fetch_offset = partition->position;
    added.partition_max_bytes = options_.max_partition_bytes;
  }
  CallOptions options(client_->options().request_timeout + options_.max_wait,
                      ids_known ? wire::kMaxVersion : kLastFetchWithNames);
  nodes_[node_id].connection->start<FetchRequest>(
      request, options,
      [self = shared_from_this(), node_id,
       generation = generation_](Result<Reply<FetchResponse>> reply) {
        self->nodes_[node_id].busy = false;
        if (generation == self->generation_) self->handle_answer(node_id, reply);
        self->wake_.notify_all();
        self->arrived_.notify_all();
      });
}

asio::awaitable<void> Fetcher::dial(std::shared_ptr<Fetcher> self, std::int32_t node_id) {
  const Result<ConnectionPtr> opened = co_await client_->to_node(node_id, Client::Use::kLongPolls);
  Node& node = nodes_[node_id];
  node.busy = false;
  if (opened.ok()) {
    node.connection = *opened;
  } else {
    node.not_before = monotonic_now() + backoff_.next();
    stale_ = true;
    contact(node_id, opened.error());
  }
  wake_.notify_all();
}

asio::awaitable<void> Fetcher::refresh(std::shared_ptr<Fetcher> self) {
  stale_ = false;
  std::optional<std::vector<std::string>> topics(std::in_place);
  for (const Partition& partition : partitions_)
    if (topics->empty() || topics->back() != *partition.topic) topics->push_back(*partition.topic);
  const Result<MetadataResponse> answer = co_await client_->fetch_metadata(std::move(topics));
  refreshing_ = false;
  refresh_not_before_ = monotonic_now() + client_->options().retry_backoff;
  if (answer.ok())
    for (const MetadataResponse::Topic& topic : answer->topics)
      if (topic.error_code != 0)
        for (Partition& partition : partitions_)
          if (topic.name == *partition.topic)
            partition_failed(partition, Error::kafka(topic.error_code));
  wake_.notify_all();
}

Fetcher::Partition* Fetcher::find(const FetchResponse::Topic& topic, std::int32_t index) {
  for (Partition& partition : partitions_) {
    if (partition.index != index) continue;
    if (!topic.topic.empty()) {
      if (*partition.topic == topic.topic) return &partition;
      continue;
    }
    const TopicMetadataPtr known = client_->metadata().find(*partition.topic);
    if (known && known->id == topic.topic_id) return &partition;
  }
  return nullptr;
}

Fetcher::Partition* Fetcher::find(const TopicPartition& wanted) {
  for (Partition& partition : partitions_)
    if (partition.index == wanted.partition && *partition.topic == wanted.topic) return &partition;
  return nullptr;
}

void Fetcher::handle_answer(std::int32_t node_id, const Result<Reply<FetchResponse>>& reply) {
  Error error = reply.ok() ? Error::kafka(reply->body.error_code) : reply.error();
  if (!error.ok()) {
    nodes_[node_id].not_before = monotonic_now() + backoff_.next();
    stale_ = true;
    if (!error.retriable()) return fail(error.with_context("fetch"));
    // A connection may end for no worse reason than its age: whether the next one opens will tell.
    if (error.is(ClientCode::kTimedOut)) contact(node_id, error);
    return;
  }
  backoff_.reset();
  contact(node_id, Error());
  for (const FetchResponse::Topic& topic : reply->body.responses)
    for (const FetchResponse::Partition& answer : topic.partitions)
      if (Partition* partition = find(topic, answer.partition_index))
        take_partition(*reply, *partition, answer);
}

void Fetcher::take_partition(const Reply<FetchResponse>& reply, Partition& partition,
                             const FetchResponse::Partition& answer) {
  if (answer.error_code != 0)
    return partition_failed(partition, Error::kafka(answer.error_code));
  partition.failures = 0;
  const ByteView records = answer.records.view().value_or(ByteView());
  record::BatchIterator walk(records);
  std::int64_t next = partition.position;
  while (walk.next()) next = walk.header().next_offset().value();
  if (walk.stop() == record::BatchIterator::Stop::kDamaged)
    return fail(Error::make(ClientCode::kCorrupt, "{}-{}: a batch after offset {} is damaged",
                            *partition.topic, partition.index, next));
  if (next <= partition.position) return;
  ConsumedRecords taken;
  taken.topic_ = partition.topic;
  taken.partition_ = partition.index;
  taken.high_watermark_ = answer.high_watermark;
  taken.from_ = partition.position;
  taken.until_ = partition.until;
  taken.next_offset_ = std::min(next, partition.until);
  taken.bytes_ = records.size();
  taken.max_uncompressed_ = options_.max_uncompressed_bytes;
  taken.check_crcs_ = options_.check_crcs;
  taken.frame_ = reply.frame;
  taken.batches_ = record::BatchIterator(records);
  buffered_ += taken.bytes_;
  ready_.push_back(std::move(taken));
  partition.position = next;
}

void Fetcher::partition_failed(Partition& partition, const Error& error) {
  ++partition.failures;
  partition.not_before = monotonic_now() + backoff_.next();
  if (error.is(ErrorCode::kOffsetOutOfRange) && partition.if_out_of_range) {
    partition.resetting = true;
    TopicPartition name(*partition.topic, partition.index);
    return spawn(client_->executor(),
                 reset(shared_from_this(), std::move(name), *partition.if_out_of_range));
  }
  stale_ = true;
  const bool unknown = error.is(ErrorCode::kUnknownTopicOrPartition) ||
                       error.is(ErrorCode::kUnknownTopicId);
  const bool gone = unknown && partition.failures >= kMostUnknownTopicFailures;
  if (gone && events_.topic_gone) return events_.topic_gone();
  if (error.retriable() && !gone) return;
  fail(error.with_context(
      fmt::format("{}-{} at offset {}", *partition.topic, partition.index, partition.position)));
}

void Fetcher::contact(std::int32_t node_id, const Error& error) {
  Node& node = nodes_[node_id];
  if (node.lost == !error.ok()) return;
  node.lost = !error.ok();
  if (options_.on_contact && !closed_) options_.on_contact(node_id, error);
}

void Fetcher::fail(Error error) {
  if (failure_.ok()) failure_ = std::move(error);
  arrived_.notify_all();
}

MonotonicTime Fetcher::aged_at(const Partition& partition) const {
  const TopicMetadataPtr known = partition.done() ? nullptr
                                                  : client_->metadata().find(*partition.topic);
  return known ? known->learned + client_->options().metadata_max_age : MonotonicTime::max();
}

MonotonicTime Fetcher::next_event(MonotonicTime at) const {
  MonotonicTime next = MonotonicTime::max();
  const auto consider = [&](MonotonicTime t) {
    if (t > at) next = std::min(next, t);
  };
  for (const Partition& partition : partitions_) {
    consider(partition.not_before);
    consider(aged_at(partition));
  }
  for (const auto& [id, node] : nodes_) consider(node.not_before);
  consider(refresh_not_before_);
  return next;
}

std::optional<ConsumedRecords> Fetcher::try_next() {
  if (ready_.empty()) return std::nullopt;
  std::optional<ConsumedRecords> taken(std::move(ready_.front()));
  ready_.pop_front();
  buffered_ -= taken->size_bytes();
  wake_.notify_all();
  return taken;
}

asio::awaitable<Result<std::optional<ConsumedRecords>>> Fetcher::next(std::shared_ptr<Fetcher> self,
                                                                      Duration wait) {
  const MonotonicTime deadline = monotonic_now() + wait;
  for (;;) {
    std::optional<ConsumedRecords> taken = try_next();
    if (taken) co_return taken;
    if (!failure_.ok()) co_return failure_;
    if (closed_) co_return Error::make(ClientCode::kClosed, "the consumer was closed");
    if (finished() || monotonic_now() >= deadline) co_return std::optional<ConsumedRecords>();
    co_await arrived_.wait_until(deadline);
  }
}

bool Fetcher::finished() const {
  return ready_.empty() && others_.empty() &&
         std::all_of(partitions_.begin(), partitions_.end(),
                                       [](const Partition& p) { return p.done(); });
}

void Fetcher::close() {
  closed_ = true;
  wake_.notify_all();
  arrived_.notify_all();
}

}  // namespace leat
