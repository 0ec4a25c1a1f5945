#include "broker/net/session_set.h"

#include <algorithm>
#include <vector>

namespace leat::net {

void SessionSet::add(std::shared_ptr<Session> session) {
  Session* key = session.get();
  sessions_.emplace(key, Entry{std::move(session)});
}

void SessionSet::remove(Session* session) {
  sessions_.erase(session);
}

void SessionSet::drain_all() {
  std::vector<std::shared_ptr<Session>> all;
  for (auto& [key, entry] : sessions_) all.push_back(entry.session);
  for (auto& session : all) session->drain();
}

void SessionSet::close_all() {
  std::vector<std::shared_ptr<Session>> all;
  for (auto& [key, entry] : sessions_) all.push_back(entry.session);
  for (auto& session : all) session->close("shutting down");
}

void SessionSet::start_sweeping() {
  const Duration shortest = std::min(timeouts_.idle, timeouts_.frame_progress);
  const Duration every = std::clamp<Duration>(shortest / 4, std::chrono::milliseconds(100),
                                              std::chrono::seconds(10));
  thread_.run_at(system_clock().monotonic() + every, [this] {
    sweep();
    start_sweeping();
  });
}

bool SessionSet::arrives_too_slowly(Entry& entry, MonotonicTime now) const {
  Session& session = *entry.session;
  const std::uint64_t arrived = session.bytes_since_sweep();
  if (!session.awaits_rest_of_frame()) {
    entry.partial_since = {};
    return false;
  }
  entry.arrived += arrived;
  const std::uint64_t enough =
      std::max<std::uint64_t>(kMinProgressBytes, session.frame_bytes() / kMinProgressPart);
  if (entry.partial_since == MonotonicTime{} || entry.arrived >= enough) {
    entry.partial_since = now;
    entry.arrived = 0;
    return false;
  }
  return now - entry.partial_since > timeouts_.frame_progress;
}

void SessionSet::sweep() {
  const MonotonicTime now = system_clock().monotonic();
  std::vector<std::pair<std::shared_ptr<Session>, std::string_view>> late;
  for (auto& [key, entry] : sessions_) {
    Session& session = *entry.session;
    if (session.is_idle() && now - session.last_activity() > timeouts_.idle) {
      late.emplace_back(entry.session, "idle for longer than connections.max.idle.ms");
    }
    if (arrives_too_slowly(entry, now)) {
      late.emplace_back(entry.session, "a frame arrives too slowly");
    }
  }
  for (auto& [session, why] : late) session->close(why);
}

}  // namespace leat::net
