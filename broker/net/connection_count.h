#pragma once

#include <asio/ip/address.hpp>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "common/base/mutex.h"

namespace leat::net {

// How many connections are open, in all and from each address. Thread-safe.
class ConnectionCount {
 public:
  struct Limits {
    std::int64_t total = 0;   // max.connections
    std::int64_t per_ip = 0;  // max.connections.per.ip; loopback is exempt
  };

  // One open connection; gives its place back when it ends. Outlived by the count.
  class Slot {
   public:
    Slot() = default;
    Slot(ConnectionCount& count, asio::ip::address address) : count_(&count), address_(address) {}
    Slot(Slot&& other) noexcept
        : count_(std::exchange(other.count_, nullptr)), address_(other.address_) {}
    Slot& operator=(Slot&& other) noexcept {
      give_back();
      count_ = std::exchange(other.count_, nullptr);
      address_ = other.address_;
      return *this;
    }
    ~Slot() { give_back(); }
    void give_back();

   private:
    ConnectionCount* count_ = nullptr;
    asio::ip::address address_;
  };

  struct Taken {
    Slot slot;
    std::string_view reached;  // the limit that refuses the connection; empty: it may stay
  };
  Taken take(const asio::ip::address& address, const Limits& limits);
  std::int64_t open() const;

 private:
  mutable Mutex mutex_;
  std::int64_t total_ LEAT_GUARDED_BY(mutex_) = 0;
  std::map<asio::ip::address, std::int64_t> by_address_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::net
