#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>

#include "common/base/payload.h"

namespace leat::net {

// Replies leave a connection in the order of its requests, whatever order they finish in. One
// thread. An empty payload is a request that gets no answer (acks=0).
class ReplyQueue {
 public:
  // Unanswered requests of all connections, without parked ones; outlives them.
  using Total = std::atomic<std::int64_t>;

  explicit ReplyQueue(Total& total) : total_(total) {}
  ~ReplyQueue() { abandon(); }
  ReplyQueue(const ReplyQueue&) = delete;
  ReplyQueue& operator=(const ReplyQueue&) = delete;

  // A place for the next request's reply.
  std::uint64_t open_slot() {
    slots_.emplace_back();
    total_.fetch_add(1, kRelaxed);
    return first_ + slots_.size() - 1;
  }
  void fill(std::uint64_t slot, Payload reply) { slots_[slot - first_] = std::move(reply); }
  // The replies that may leave now, in order; they are gone from the queue.
  Payload take_ready() {
    Payload ready;
    while (!slots_.empty() && slots_.front()) {
      ready.append(std::move(*slots_.front()));
      slots_.pop_front();
      total_.fetch_sub(1, kRelaxed);
      ++first_;
    }
    return ready;
  }
  // A parked request keeps its place but is not counted among the unanswered ones of all.
  void park() {
    ++parked_;
    total_.fetch_sub(1, kRelaxed);
  }
  void unpark() {
    --parked_;
    total_.fetch_add(1, kRelaxed);
  }
  // Nobody is there to be answered any more.
  void abandon() {
    total_.fetch_sub(static_cast<std::int64_t>(slots_.size() - parked_), kRelaxed);
    slots_.clear();
    parked_ = 0;
  }
  std::size_t parked() const { return parked_; }
  // Requests begun and not answered, and answers waiting for an earlier one.
  std::size_t waiting() const { return slots_.size(); }
  std::int64_t waiting_everywhere() const { return total_.load(kRelaxed); }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;

  Total& total_;
  std::deque<std::optional<Payload>> slots_;
  std::uint64_t first_ = 0;
  std::size_t parked_ = 0;
};

}  // namespace leat::net
