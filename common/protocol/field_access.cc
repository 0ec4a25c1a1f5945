#include "common/protocol/field_access.h"

#include <algorithm>
#include <cstring>

#include "common/protocol/codec.h"

namespace leat::wire {
namespace {

// File ranges are equal only to themselves; everything else is compared by content.
bool equal_records(const Records& a, const Records& b) {
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  if (a.size() != b.size()) return false;
  Encoder left, right;
  const auto write = [](const Records& from, Encoder& to) {
    if (from.payload() != nullptr) {
      to.splice(*from.payload());
    } else {
      to.raw(*from.view());
    }
  };
  write(a, left);
  write(b, right);
  return left.take_bytes() == right.take_bytes();
}

bool equal_arrays(const TypeOps& type, const std::byte* a, const std::byte* b) {
  const Elements left = type.elements(a);
  const Elements right = type.elements(b);
  if (left.count != right.count) return false;
  for (std::size_t i = 0; i < left.count; ++i) {
    const std::size_t at = i * type.element->size;
    if (!equal(*type.element, left.first + at, right.first + at)) return false;
  }
  return true;
}

void copy_default(const TypeOps& type, std::byte* to, const std::byte* from) {
  if (type.optional) {
    from = type.get(from);
    if (from == nullptr) return type.clear(to);
    to = type.engage(to);
  }
  switch (type.kind) {
    case Kind::kString:
      as<std::string>(to) = as<std::string>(from);
      return;
    case Kind::kBytes:
      as<Bytes>(to) = as<Bytes>(from);
      return;
    case Kind::kRecords:
      as<Records>(to) = Records();
      return;
    case Kind::kArray:
      type.resize(to, 0);
      return;
    case Kind::kStruct:
      for (const FieldSpec& field : type.structure->fields) {
        copy_default(*field.type, to + field.offset, from + field.offset);
      }
      return;
    default:
      std::copy_n(from, type.size, to);
  }
}

}  // namespace

bool equal(const TypeOps& type, const std::byte* a, const std::byte* b) {
  if (type.optional) {
    a = type.get(a);
    b = type.get(b);
    if (a == nullptr || b == nullptr) return a == b;
  }
  switch (type.kind) {
    case Kind::kString:
      return as<std::string>(a) == as<std::string>(b);
    case Kind::kBytes:
      return as<Bytes>(a) == as<Bytes>(b);
    case Kind::kRecords:
      return equal_records(as<Records>(a), as<Records>(b));
    case Kind::kArray:
      return equal_arrays(type, a, b);
    case Kind::kStruct:
      return equal(*type.structure, a, b);
    default:  // numbers; doubles by their bits, as they travel
      return std::memcmp(a, b, type.size) == 0;
  }
}

bool equal(const StructSpec& spec, const std::byte* a, const std::byte* b) {
  for (const FieldSpec& field : spec.fields) {
    if (!equal(*field.type, a + field.offset, b + field.offset)) return false;
  }
  return true;
}

bool is_default(const StructSpec& spec, const FieldSpec& field, const std::byte* in) {
  return equal(*field.type, in + field.offset, spec.defaults() + field.offset);
}

void set_default(const StructSpec& spec, const FieldSpec& field, std::byte* in) {
  copy_default(*field.type, in + field.offset, spec.defaults() + field.offset);
}

}  // namespace leat::wire
