#pragma once

#include <absl/container/flat_hash_map.h>

#include <memory>

#include "broker/net/session.h"

namespace leat::net {

// The connections of one thread; closes those that have been silent too long or send a frame too
// slowly. Only on that thread.
class SessionSet {
 public:
  struct Timeouts {
    Duration idle = std::chrono::minutes(10);           // connections.max.idle.ms
    Duration frame_progress = std::chrono::seconds(30);  // leat.frame.progress.timeout.ms
  };
  // A partial frame must grow by this much in each frame_progress, and by this part of itself: large
  // frames hold memory that others wait for.
  static constexpr std::uint64_t kMinProgressBytes = 1024;
  static constexpr std::uint64_t kMinProgressPart = 20;

  SessionSet(IoThread& thread, const Timeouts& timeouts)
      : thread_(thread), timeouts_(timeouts) {}

  void add(std::shared_ptr<Session> session);
  void remove(Session* session);
  // Lets every connection finish what it has and then close.
  void drain_all();
  void close_all();
  std::size_t size() const { return sessions_.size(); }
  void start_sweeping();

 private:
  struct Entry {
    std::shared_ptr<Session> session;
    MonotonicTime partial_since{};  // when the frame now incomplete was first seen so, or last had
                                    // made progress; 0: none
    std::uint64_t arrived = 0;      // bytes since then
  };
  bool arrives_too_slowly(Entry& entry, MonotonicTime now) const;
  void sweep();

  IoThread& thread_;
  const Timeouts timeouts_;
  absl::flat_hash_map<Session*, Entry> sessions_;
};

}  // namespace leat::net
