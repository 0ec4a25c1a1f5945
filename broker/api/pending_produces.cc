#include "broker/api/pending_produces.h"

#include <algorithm>
#include <tuple>

namespace leat::api {

void PendingProduces::add(Reply reply, ProduceResponse response, Duration timeout) {
  requests_.push_back({std::move(reply), std::move(response), begin_ + timeout});
  ++unanswered_;
}

void PendingProduces::wait_for(std::shared_ptr<topics::Partition> partition, Offset end,
                               std::size_t topic_at, std::size_t partition_at) {
  ++requests_.back().missing;
  parts_.push_back({std::move(partition), end, requests_.size() - 1, topic_at, partition_at});
}

void PendingProduces::start() {
  std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
    return std::tie(a.partition, a.request) < std::tie(b.partition, b.request);
  });
  for (std::size_t at = 0; at < parts_.size();) {
    std::size_t end = at + 1;
    while (end < parts_.size() && parts_[end].partition == parts_[at].partition) ++end;
    wait_for_stable(at, end);
    at = end;
  }
  if (unanswered_ > 0) arm();
}

// Parts of one partition: the last of them is stable when all are.
void PendingProduces::wait_for_stable(std::size_t begin, std::size_t end) {
  Offset last = parts_[begin].end;
  for (std::size_t i = begin; i < end; ++i) last = std::max(last, parts_[i].end);
  Task done = [self = shared_from_this(), begin, end] { self->are_stable(begin, end); };
  if (!parts_[begin].partition->wait_stable(last, &executor_, done)) are_stable(begin, end);
}

void PendingProduces::are_stable(std::size_t begin, std::size_t end) {
  // Or the partition was deleted while they waited: what was not synced by then never was.
  const ErrorCode gone = parts_[begin].partition->availability();
  for (std::size_t i = begin; i < end; ++i) {
    Part& part = parts_[i];
    part.stable = true;
    Pending& request = requests_[part.request];
    if (request.answered) continue;
    if (gone != ErrorCode::kNone) refuse(part, gone);
    if (--request.missing == 0) answer(request);
  }
  if (unanswered_ == 0 && timer_ != 0) executor_.cancel(std::exchange(timer_, 0));
}

// For the first that is over; one timer does for all, because few are ever over.
void PendingProduces::arm() {
  armed_for_ = MonotonicTime::max();
  for (const Pending& request : requests_)
    if (!request.answered) armed_for_ = std::min(armed_for_, request.deadline);
  timer_ = executor_.run_at(armed_for_, [self = shared_from_this()] { self->time_is_over(); });
}

void PendingProduces::time_is_over() {
  timer_ = 0;
  const auto is_over = [this](const Pending& request) {
    return !request.answered && request.deadline <= armed_for_;
  };
  for (const Part& part : parts_)
    if (!part.stable && is_over(requests_[part.request])) refuse(part, ErrorCode::kRequestTimedOut);
  for (Pending& request : requests_)
    if (is_over(request)) answer(request);
  if (unanswered_ > 0) arm();
}

void PendingProduces::refuse(const Part& part, ErrorCode error) {
  auto& response = requests_[part.request].response;
  auto& result = response.responses[part.topic_at].partition_responses[part.partition_at];
  result.error_code = wire_code(error);
  result.base_offset = -1;
}

// Neither the connection nor the response is kept until the others are answered.
void PendingProduces::answer(Pending& request) {
  request.answered = true;
  --unanswered_;
  Reply reply = std::move(request.reply);
  const ProduceResponse response = std::move(request.response);
  reply.send(response);
}

}  // namespace leat::api
