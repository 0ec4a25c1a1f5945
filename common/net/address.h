#pragma once

#include <asio/ip/address.hpp>

namespace leat::net {

// An IPv4 peer of a listener that serves both families counts as what it is.
inline asio::ip::address unmapped(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

// Whether what is sent to `peer` from `local` stays on this machine.
inline bool is_same_machine(const asio::ip::address& peer, const asio::ip::address& local) {
  return unmapped(peer).is_loopback() || peer == local;
}

}  // namespace leat::net
