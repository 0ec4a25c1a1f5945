#pragma once

#include "common/protocol/schema.h"

// How the loops over tables reach the members of a struct they know only as bytes.
namespace leat::wire {

template <class T>
const T& as(const std::byte* at) {
  return *reinterpret_cast<const T*>(at);
}
template <class T>
T& as(std::byte* at) {
  return *reinterpret_cast<T*>(at);
}

// The value of `field` in the struct at `in` is the one a default-constructed struct has.
bool is_default(const StructSpec& spec, const FieldSpec& field, const std::byte* in);

// Makes it so. The default of every array in Kafka's schemas is empty or null.
void set_default(const StructSpec& spec, const FieldSpec& field, std::byte* in);

}  // namespace leat::wire
