#include "broker/api/fetch_job.h"

namespace leat::api {

bool FetchJob::open_partitions() {
  auto self = shared_from_this();
  auto remaining = std::make_shared<std::size_t>(0);
  std::vector<std::shared_ptr<topics::Partition>> closed;
  for (const auto& item : items) {
    if (item.partition && !item.partition->is_open() &&
        item.partition->availability() == ErrorCode::kNone) {
      closed.push_back(item.partition);
    }
  }
  if (closed.empty()) return true;
  *remaining = closed.size();
  // What comes behind is handled after it, as behind one that waits for records.
  const auto hold = std::make_shared<Hold>(reply_.connection());
  for (const auto& partition : closed) {
    partition->when_open(&reply_.connection()->executor(), [self, remaining, hold] {
      if (--*remaining == 0) self->run();
    });
  }
  return false;
}

void FetchJob::run() {
  if (reply_.connection()->closed()) return;
  if (!open_partitions()) return;
  if (deadline_ == MonotonicTime{}) {
    deadline_ = services_.clock->monotonic() + std::chrono::milliseconds(max_wait_ms);
  }
  answer_or_wait(read_all(storage::Wait::kMustNot));
}

void FetchJob::answer_or_wait(Pass pass) {
  while (!pass.incomplete) {
    const bool enough =
        pass.any_error || pass.bytes >= static_cast<std::uint64_t>(std::max(min_bytes, 0));
    if (enough || last_pass_ || max_wait_ms <= 0) {
      return pass.cold ? read_disk(std::move(pass)) : send(std::move(pass));
    }
    if (wait_for_more(pass)) return;
    pass = read_all(storage::Wait::kMustNot);
  }
  read_disk(std::move(pass));
}

std::optional<ErrorCode> FetchJob::check_position(const FetchItem& item, const topics::Ends& ends,
                                                  FetchResponse::Partition& answer) const {
  const auto& wanted = item.target.wanted;
  const ErrorCode epoch = check_leader_epoch(wanted.current_leader_epoch, services_.leader_epoch);
  if (epoch != ErrorCode::kNone) return epoch;
  if (wanted.last_fetched_epoch >= 0) {
    const EpochEnd end = end_of_epoch(item.partition->log().epochs(), services_.leader_epoch,
                                      wanted.last_fetched_epoch, ends.end.offset);
    if (end.epoch < 0) return ErrorCode::kOffsetOutOfRange;
    if (end.epoch < wanted.last_fetched_epoch || end.end_offset < wanted.fetch_offset) {
      answer.diverging_epoch = {end.epoch, end.end_offset};
      return ErrorCode::kNone;
    }
  }
  if (Offset{wanted.fetch_offset} < ends.start ||
      Offset{wanted.fetch_offset} > ends.end.offset) {
    return ErrorCode::kOffsetOutOfRange;
  }
  return std::nullopt;
}

void FetchJob::read_one(const FetchItem& item, FetchLimits& limits, std::size_t at,
                        storage::Wait wait, Pass& pass) const {
  FetchResponse::Partition& answer = pass.answers[at];
  answer.partition_index = item.target.wanted.partition;
  answer.high_watermark = -1;
  if (!read_committed) answer.aborted_transactions.reset();
  const auto refuse = [&](ErrorCode code) {
    answer.error_code = wire_code(code);
    pass.any_error = true;
  };
  if (item.error != ErrorCode::kNone) return refuse(item.error);
  if (const ErrorCode state = item.partition->serving_error(); state != ErrorCode::kNone) {
    return refuse(state);
  }
  const topics::Ends ends = item.partition->ends();
  pass.seen[at] = ends.high_watermark.offset;
  const auto position = check_position(item, ends, answer);
  if (position && *position != ErrorCode::kNone) return refuse(*position);
  answer.high_watermark = ends.high_watermark.offset.value();
  answer.last_stable_offset = ends.last_stable.offset.value();
  answer.log_start_offset = ends.start.value();
  if (position) {
    pass.any_error = true;  // diverging epoch: answer at once
    return;
  }
  // Written and not stable yet: the position is right, there is nothing to read there so far.
  const Offset readable = (read_committed ? ends.last_stable : ends.high_watermark).offset;
  if (Offset{item.target.wanted.fetch_offset} > readable) return;
  const std::uint64_t most = limits.for_partition(item.target.wanted.partition_max_bytes);
  if (most == 0 && !limits.first_batch_whole()) return;
  auto read = item.partition->read(Offset{item.target.wanted.fetch_offset}, most,
                                   limits.first_batch_whole(), read_committed, wait);
  if (wait == storage::Wait::kMustNot && is_unavailable(read.status())) {
    pass.incomplete = true;
    return;
  }
  if (!read.ok()) {
    return refuse(is_corruption(read.status()) ? ErrorCode::kCorruptMessage
                  : read.status().code() == StatusCode::kOutOfRange
                      ? ErrorCode::kOffsetOutOfRange
                      : ErrorCode::kKafkaStorageError);
  }
  pass.cold |= read->cold;
  pass.bytes += read->data.size();
  limits.took(read->data.size());
  pass.data[at] = std::move(read->data);
}

FetchJob::Pass FetchJob::read_all(storage::Wait wait) const {
  Pass pass;
  pass.answers.resize(items.size());
  pass.data.resize(items.size());
  pass.seen.resize(items.size(), Offset{INT64_MAX});
  FetchLimits limits(max_bytes, services_.config->options()->fetch_max_bytes);
  for (std::size_t i = 0; i < items.size() && !pass.incomplete; ++i)
    read_one(items[i], limits, i, wait, pass);
  return pass;
}

// --- waiting ---

// False when something became readable since the pass: read again.
bool FetchJob::wait_for_more(const Pass& pass) {
  const std::int64_t missing = min_bytes - static_cast<std::int64_t>(pass.bytes);
  Executor* executor = &reply_.connection()->executor();
  waiter_ = std::make_shared<topics::FetchWaiter>(
      executor, missing, [self = shared_from_this()] { self->wake(); });
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].partition) continue;
    if (items[i].partition->add_fetch_waiter(pass.seen[i], waiter_)) continue;
    const bool mine = waiter_->claim();
    for (std::size_t j = 0; j < i; ++j) {
      if (items[j].partition) items[j].partition->remove_fetch_waiter(waiter_.get());
    }
    // Someone else claimed it: the wake-up is on its way and will read again.
    if (mine) waiter_.reset();
    return !mine;
  }
  timer_ = executor->run_at(deadline_, [self = shared_from_this()] {
    self->timer_ = 0;
    if (self->waiter_ && self->waiter_->claim()) self->wake();
  });
  reply_.park([weak = weak_from_this()] {
    const auto self = weak.lock();
    // Someone else claimed it: wake() is on its way.
    if (self && self->waiter_ && self->waiter_->claim()) self->stop_waiting();
  });
  return true;
}

void FetchJob::stop_waiting() {
  for (const auto& item : items) {
    if (item.partition) item.partition->remove_fetch_waiter(waiter_.get());
  }
  if (timer_ != 0) reply_.connection()->executor().cancel(std::exchange(timer_, 0));
  waiter_.reset();
}

void FetchJob::wake() {
  stop_waiting();
  reply_.unpark();
  last_pass_ = services_.clock->monotonic() >= deadline_;
  run();
}

// --- answering ---

void FetchJob::read_disk(Pass pass) {
  // One at a time for each connection: what a client asks for at once must not fill the memory, be
  // it the kernel's.
  services_.workers->submit([self = shared_from_this(), pass = std::move(pass),
                             hold = Hold(reply_.connection())]() mutable {
    if (pass.incomplete) pass = self->read_all(storage::Wait::kMay);
    if (pass.cold) read_through(pass);
    Executor& executor = self->reply_.connection()->executor();
    executor.post([self, pass = std::move(pass)]() mutable {
      if (!self->reply_.connection()->closed()) self->answer_or_wait(std::move(pass));
    });
    hold.release();
  });
}

void FetchJob::read_through(Pass& pass) {
  pass.cold = false;
  for (std::size_t i = 0; i < pass.data.size(); ++i) {
    const Status s = storage::read_through(pass.data[i]);
    if (s.ok()) continue;
    pass.any_error = true;
    pass.answers[i].error_code =
        wire_code(is_corruption(s) ? ErrorCode::kCorruptMessage : ErrorCode::kKafkaStorageError);
    pass.data[i] = Payload();
  }
}

bool FetchJob::is_news(const FetchItem& item, const FetchResponse::Partition& answer,
                       const Payload& data) const {
  return !data.empty() || answer.error_code != 0 || answer.diverging_epoch.epoch >= 0 ||
         item.target.sent_high_watermark != answer.high_watermark ||
         item.target.sent_log_start != answer.log_start_offset;
}

void FetchJob::send(Pass pass) {
  FetchResponse response;
  if (session) {
    MutexLock lock(session->mutex);
    response.session_id = session->session.id();
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const FetchItem& item = items[i];
    FetchResponse::Partition& answer = pass.answers[i];
    const bool got_data = !pass.data[i].empty();
    if (incremental && !is_news(item, answer, pass.data[i])) continue;
    if (session) {
      MutexLock lock(session->mutex);
      session->session.answered(item.target, answer.high_watermark, answer.log_start_offset,
                                got_data);
    }
    answer.records = got_data ? wire::Records(std::move(pass.data[i])) : wire::Records(ByteView());
    auto& topics = response.responses;
    if (topics.empty() || topics.back().topic != *item.target.topic ||
        topics.back().topic_id != item.target.topic_id) {
      topics.push_back({*item.target.topic, item.target.topic_id, {}});
    }
    topics.back().partitions.push_back(std::move(answer));
  }
  reply_.send(response);
}

}  // namespace leat::api
