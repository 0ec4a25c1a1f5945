#pragma once

#include <string>

#include "common/protocol/schema.h"

namespace leat::wire {

// The message for people and logs: `ProduceRequest v9 {TransactionalId: null, Acks: -1, …}`, with
// Kafka's names, the fields of version `v` only. Sensitive values are "****", records and bytes
// their size, long arrays cut after 100 elements.
std::string dump(const MessageSpec& spec, Version v, const std::byte* message);

template <class M>
std::string dump(const M& message, Version v) {
  return dump(M::schema(), v, reinterpret_cast<const std::byte*>(&message));
}

}  // namespace leat::wire
