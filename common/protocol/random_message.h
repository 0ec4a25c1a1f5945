#pragma once

#include "common/base/random.h"
#include "common/protocol/schema.h"

namespace leat::wire {

// Fills `*message` (of the type of `spec`, freshly made) with values that version `v` can carry:
// what the version lacks keeps its default. Small arrays, short valid UTF-8 strings, numbers that
// favour the extremes. For tests and fuzzing.
void random_message(const MessageSpec& spec, Version v, Random& random, std::byte* message);

template <class M>
M random_message(Version v, Random& random) {
  M message;
  random_message(M::schema(), v, random, reinterpret_cast<std::byte*>(&message));
  return message;
}

}  // namespace leat::wire
