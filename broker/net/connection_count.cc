#include "broker/net/connection_count.h"

#include "common/net/address.h"

namespace leat::net {

ConnectionCount::Taken ConnectionCount::take(const asio::ip::address& from, const Limits& limits) {
  const asio::ip::address address = unmapped(from);
  MutexLock lock(mutex_);
  if (total_ >= limits.total) return {{}, "max.connections"};
  const auto found = by_address_.find(address);
  const std::int64_t same = found == by_address_.end() ? 0 : found->second;
  if (same >= limits.per_ip && !address.is_loopback()) return {{}, "max.connections.per.ip"};
  ++total_;
  ++by_address_[address];
  return {Slot(*this, address), {}};
}

void ConnectionCount::Slot::give_back() {
  ConnectionCount* count = std::exchange(count_, nullptr);
  if (count == nullptr) return;
  MutexLock lock(count->mutex_);
  --count->total_;
  const auto found = count->by_address_.find(address_);
  if (--found->second == 0) count->by_address_.erase(found);
}

std::int64_t ConnectionCount::open() const {
  MutexLock lock(mutex_);
  return total_;
}

}  // namespace leat::net
