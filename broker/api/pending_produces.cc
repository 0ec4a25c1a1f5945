#include "broker/api/pending_produces.h"

#include <algorithm>
#include <optional>
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
  group_parts();
  for (const Group& group : groups_) wait_for_group(group);
  if (unanswered_ > 0) arm();
}

void PendingProduces::group_parts() {
  std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
    return std::tie(a.partition, a.request) < std::tie(b.partition, b.request);
  });
  for (std::size_t at = 0; at < parts_.size(); at = groups_.back().end) {
    std::size_t end = at + 1;
    while (end < parts_.size() && parts_[end].partition == parts_[at].partition) ++end;
    groups_.push_back({this, at, end});
  }
}

// What is stable by now, as a retry of what was written long ago, waits for no other.
void PendingProduces::wait_for_group(const Group& group) {
  topics::Partition& partition = *parts_[group.begin].partition;
  const Offset stable = partition.ends().high_watermark.offset;
  std::optional<Offset> last;
  for (std::size_t i = group.begin; i < group.end; ++i) {
    if (parts_[i].end <= stable)
      settle(parts_[i], ErrorCode::kNone);
    else
      last = std::max(last.value_or(parts_[i].end), parts_[i].end);
  }
  if (!last) return;
  // A pointer into this, which it keeps: two words, for which a task allocates nothing.
  Task done = [group = std::shared_ptr<const Group>(shared_from_this(), &group)] {
    group->owner->are_stable(*group);
  };
  if (!partition.wait_stable(*last, &executor_, done)) are_stable(group);
}

void PendingProduces::are_stable(const Group& group) {
  const Offset stable = parts_[group.begin].partition->ends().high_watermark.offset;
  for (std::size_t i = group.begin; i < group.end; ++i) {
    if (parts_[i].settled) continue;
    // Nothing but a deletion ends the wait of what is not stable.
    const bool is_stable = parts_[i].end <= stable;
    settle(parts_[i], is_stable ? ErrorCode::kNone : ErrorCode::kUnknownTopicOrPartition);
  }
  if (unanswered_ == 0 && timer_ != 0) executor_.cancel(std::exchange(timer_, 0));
}

// For the first that is over; one timer does for all, because few are ever over.
void PendingProduces::arm() {
  armed_for_ = MonotonicTime::max();
  for (const Pending& request : requests_)
    if (request.missing > 0) armed_for_ = std::min(armed_for_, request.deadline);
  timer_ = executor_.run_at(armed_for_, [self = shared_from_this()] { self->time_is_over(); });
}

void PendingProduces::time_is_over() {
  timer_ = 0;
  for (Part& part : parts_) {
    if (part.settled || requests_[part.request].deadline > armed_for_) continue;
    const bool is_stable = part.end <= part.partition->ends().high_watermark.offset;
    settle(part, is_stable ? ErrorCode::kNone : ErrorCode::kRequestTimedOut);
  }
  if (unanswered_ > 0) arm();
}

void PendingProduces::settle(Part& part, ErrorCode error) {
  part.settled = true;
  Pending& request = requests_[part.request];
  if (error != ErrorCode::kNone) {
    auto& topic = request.response.responses[part.topic_at];
    auto& result = topic.partition_responses[part.partition_at];
    result.error_code = wire_code(error);
    result.base_offset = -1;
  }
  if (--request.missing == 0) answer(request);
}

// Neither the connection nor the response is kept until the others are answered.
void PendingProduces::answer(Pending& request) {
  --unanswered_;
  Reply reply = std::move(request.reply);
  const ProduceResponse response = std::move(request.response);
  reply.send(response);
}

}  // namespace leat::api
