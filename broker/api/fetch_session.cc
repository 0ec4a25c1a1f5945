#include "broker/api/fetch_session.h"

#include <algorithm>

#include "broker/topics/topic_catalog.h"

namespace leat::api {

SharedTopicName share_name(const std::string& name) {
  static const std::string none;
  // From v13 on every name is empty: no owner, so that threads do not share a reference count.
  if (name.empty()) return {std::shared_ptr<void>(), &none};
  return std::make_shared<const std::string>(name);
}

bool SessionPartitions::add_one() {
  if (count_.fetch_add(1) < kMax) return true;
  count_.fetch_sub(1);
  return false;
}

bool FetchSession::apply(const FetchRequest& request) {
  forget(request);
  return std::all_of(request.topics.begin(), request.topics.end(),
                     [this](const auto& topic) { return add(topic); });
}

void FetchSession::forget(const FetchRequest& request) {
  for (const auto& topic : request.forgotten_topics_data) {
    for (const std::int32_t partition : topic.partitions) {
      const auto found = places_.find(Key{topic.topic, topic.topic_id, partition});
      if (found == places_.end()) continue;
      const auto target = found->second;
      places_.erase(found);
      order_.erase(target);
      all_->give_back(1);
    }
  }
}

bool FetchSession::add(const FetchRequest::Topic& topic) {
  if (topic.topic.size() > topics::kMaxTopicName) return false;
  SharedTopicName name;
  for (const auto& partition : topic.partitions) {
    const auto known = places_.find(Key{topic.topic, topic.topic_id, partition.partition});
    if (known != places_.end()) {
      known->second->wanted = partition;
      continue;
    }
    if (places_.size() >= kMaxPartitions || !all_->add_one()) return false;
    if (!name) name = share_name(topic.topic);
    const auto place = order_.insert(order_.end(), {name, topic.topic_id, partition});
    places_.emplace(key_of(*place), place);
  }
  return true;
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
  if (sessions_.size() >= slots_ || (partitions_->full() && !sessions_.empty())) {
    const auto oldest = sessions_.find(by_use_.front());
    if (clock_.monotonic() - oldest->second.last_used < kEvictAfter) return nullptr;
    sessions_.erase(oldest);
    by_use_.pop_front();
  }
  std::int32_t id = 0;
  do {
    id = static_cast<std::int32_t>(random_.between(1, INT32_MAX));
  } while (sessions_.contains(id));
  auto session = std::make_shared<LockedFetchSession>(id, partitions_);
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
