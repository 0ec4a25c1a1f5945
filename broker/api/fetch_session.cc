#include "broker/api/fetch_session.h"

namespace leat::api {

void FetchSession::apply(const FetchRequest& request) {
  for (const auto& topic : request.forgotten_topics_data) {
    for (const std::int32_t partition : topic.partitions) {
      const auto found = places_.find(Key{topic.topic, topic.topic_id, partition});
      if (found == places_.end()) continue;
      order_.erase(found->second);
      places_.erase(found);
    }
  }
  for (const auto& topic : request.topics) {
    for (const auto& partition : topic.partitions) {
      FetchTarget target{topic.topic, topic.topic_id, partition};
      const auto [place, is_new] = places_.try_emplace(key_of(target));
      if (is_new) {
        place->second = order_.insert(order_.end(), std::move(target));
      } else {
        place->second->wanted = partition;
      }
    }
  }
}

std::vector<FetchTarget> FetchSession::targets() const { return {order_.begin(), order_.end()}; }

void FetchSession::answered(const FetchTarget& target, std::int64_t high_watermark,
                            std::int64_t log_start, bool got_data) {
  const auto found = places_.find(key_of(target));
  if (found == places_.end()) return;
  found->second->sent_high_watermark = high_watermark;
  found->second->sent_log_start = log_start;
  if (got_data) order_.splice(order_.end(), order_, found->second);
}

void FetchSessionCache::touch(Entry& entry, std::int32_t id) {
  entry.last_used = clock_.monotonic();
  by_use_.erase(entry.place);
  entry.place = by_use_.insert(by_use_.end(), id);
}

std::shared_ptr<LockedFetchSession> FetchSessionCache::create() {
  MutexLock lock(mutex_);
  if (slots_ == 0) return nullptr;
  if (sessions_.size() >= slots_) {
    const auto oldest = sessions_.find(by_use_.front());
    if (clock_.monotonic() - oldest->second.last_used < kEvictAfter) return nullptr;
    sessions_.erase(oldest);
    by_use_.pop_front();
  }
  std::int32_t id = 0;
  do {
    id = static_cast<std::int32_t>(random_.between(1, INT32_MAX));
  } while (sessions_.contains(id));
  auto session = std::make_shared<LockedFetchSession>(id);
  const auto place = by_use_.insert(by_use_.end(), id);
  sessions_.emplace(id, Entry{session, clock_.monotonic(), place});
  return session;
}

std::shared_ptr<LockedFetchSession> FetchSessionCache::find(std::int32_t id) {
  MutexLock lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return nullptr;
  touch(found->second, id);
  return found->second.session;
}

void FetchSessionCache::remove(std::int32_t id) {
  MutexLock lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  by_use_.erase(found->second.place);
  sessions_.erase(found);
}

std::size_t FetchSessionCache::size() const {
  MutexLock lock(mutex_);
  return sessions_.size();
}

}  // namespace leat::api
