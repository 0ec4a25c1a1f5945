#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "common/protocol/types.h"

// What a message looks like on the wire, as data: one table per struct, read by every loop over
// messages (encode, decode, dump, random_message, schema_diff). The struct itself holds names, C++
// types and defaults; the table adds Kafka's name, versions, nullability and tag.
//
//   namespace leat::wire {
//   WIRE_STRUCT(ProduceRequest::Topic,
//               WIRE_FIELD(name, "Name", .present = until(12), .ignorable = true),
//               WIRE_FIELD(topic_id, "TopicId", .present = since(13), .ignorable = true));
//   }
//
// A table that forgets, repeats or reorders a member does not compile. Rules of the format:
// Kafka's clients/src/main/resources/common/message/README.md, KIP-482 (flexible versions), KIP-893
// (nullable structs).
namespace leat::wire {

inline constexpr Version kMaxVersion = std::numeric_limits<Version>::max();
// `first_flexible` of a message that never becomes flexible.
inline constexpr Version kNeverFlexible = kMaxVersion;

// A closed range of versions; empty when from > to.
struct Versions {
  Version from = 0;
  Version to = kMaxVersion;

  constexpr bool contains(Version v) const { return from <= v && v <= to; }
  constexpr bool empty() const { return from > to; }
  constexpr bool operator==(const Versions&) const = default;
};
inline constexpr Versions kAlways{0, kMaxVersion};
inline constexpr Versions kNever{0, -1};
constexpr Versions since(Version v) {
  return {v, kMaxVersion};
}
constexpr Versions until(Version v) {
  return {0, v};
}
constexpr Versions between(Version from, Version to) {
  return {from, to};
}
constexpr Versions only(Version v) {
  return {v, v};
}

enum class Kind : std::uint8_t {
  kBool,
  kInt8,
  kInt16,
  kUint16,
  kInt32,
  kInt64,
  kFloat64,
  kUuid,
  kString,
  kBytes,
  kRecords,
  kStruct,
  kArray,
};

struct StructSpec;

struct Elements {
  const std::byte* first;
  std::size_t count;
};

// How to handle one C++ type without knowing it; one per type, not per field.
struct TypeOps {
  Kind kind;
  bool optional = false;  // a std::optional of the kind
  std::uint32_t size = 0;
  const TypeOps* element = nullptr;       // of a kArray
  const StructSpec* structure = nullptr;  // of a kStruct
  // Of an optional: the value or nullptr; make a value and return it; make it null.
  const std::byte* (*get)(const std::byte*) = nullptr;
  std::byte* (*engage)(std::byte*) = nullptr;
  void (*clear)(std::byte*) = nullptr;
  // Of a kArray, on the vector itself. resize keeps the first elements and returns where they are.
  Elements (*elements)(const std::byte*) = nullptr;
  std::byte* (*resize)(std::byte*, std::size_t) = nullptr;
};

struct FieldOptions {
  Versions present = kAlways;
  Versions nullable = kNever;
  std::int16_t tag = -1;  // not negative: a tagged field (KIP-482)
  // Encoding a version without the field drops its value silently; otherwise a value that is not
  // the default is refused.
  bool ignorable = false;
  bool sensitive = false;  // dump() masks it
};

struct FieldSpec {
  std::string_view name;  // Kafka's
  const TypeOps* type;
  std::uint32_t offset;
  FieldOptions options;
};

struct StructSpec {
  std::span<const FieldSpec> fields;
  const std::byte* (*defaults)();  // a default-constructed struct
  std::size_t tagged;              // how many fields carry a tag
};

enum class MessageType : std::uint8_t { kRequest, kResponse, kData };

using AnyMessage = std::unique_ptr<std::byte, void (*)(std::byte*)>;

struct MessageSpec {
  std::string_view name;  // Kafka's, e.g. "ProduceRequest"
  MessageType type;
  std::int16_t key;  // API key, or the type of a record; -1 where there is none
  Versions valid;    // what this table can encode and decode
  Version first_flexible;
  StructSpec body;
  AnyMessage (*make)();  // a default-constructed message

  constexpr bool flexible(Version v) const { return v >= first_flexible; }
};

// Specialised by WIRE_STRUCT.
template <class S>
struct Describe;

namespace detail {

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;
template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

template <class T>
const std::byte* get(const std::byte* at) {
  const auto& value = *reinterpret_cast<const std::optional<T>*>(at);
  return value ? reinterpret_cast<const std::byte*>(&*value) : nullptr;
}
template <class T>
std::byte* engage(std::byte* at) {
  auto& value = *reinterpret_cast<std::optional<T>*>(at);
  // Not emplace(): inside the message the compiler took the nested T for incomplete, and remembers.
  if (!value) value = T{};
  return reinterpret_cast<std::byte*>(&*value);
}
template <class T>
void clear(std::byte* at) {
  reinterpret_cast<std::optional<T>*>(at)->reset();
}
template <class T>
Elements elements(const std::byte* at) {
  const auto& values = *reinterpret_cast<const std::vector<T>*>(at);
  return {reinterpret_cast<const std::byte*>(values.data()), values.size()};
}
template <class T>
std::byte* resize(std::byte* at, std::size_t count) {
  auto& values = *reinterpret_cast<std::vector<T>*>(at);
  values.resize(count);
  return reinterpret_cast<std::byte*>(values.data());
}

template <class T>
consteval Kind scalar_kind() {
  if constexpr (std::is_same_v<T, bool>) return Kind::kBool;
  if constexpr (std::is_same_v<T, std::int8_t>) return Kind::kInt8;
  if constexpr (std::is_same_v<T, std::int16_t>) return Kind::kInt16;
  if constexpr (std::is_same_v<T, std::uint16_t>) return Kind::kUint16;
  if constexpr (std::is_same_v<T, std::int32_t>) return Kind::kInt32;
  if constexpr (std::is_same_v<T, std::int64_t>) return Kind::kInt64;
  if constexpr (std::is_same_v<T, double>) return Kind::kFloat64;
  if constexpr (std::is_same_v<T, Uuid>) return Kind::kUuid;
  if constexpr (std::is_same_v<T, std::string>) return Kind::kString;
  if constexpr (std::is_same_v<T, Bytes>) return Kind::kBytes;
  if constexpr (std::is_same_v<T, Records>) return Kind::kRecords;
  return Kind::kStruct;
}

template <class T>
consteval TypeOps make_ops();

}  // namespace detail

template <class T>
inline constexpr TypeOps kOps = detail::make_ops<T>();

namespace detail {

template <class T>
struct OptionalOps;
template <class T>
struct OptionalOps<std::optional<T>> {
  static consteval TypeOps make() {
    TypeOps ops = kOps<T>;
    ops.optional = true;
    ops.get = &get<T>;
    ops.engage = &engage<T>;
    ops.clear = &clear<T>;
    return ops;
  }
};

template <class T>
consteval TypeOps make_ops() {
  TypeOps ops{.kind = scalar_kind<T>()};
  if constexpr (kIsOptional<T>) {
    ops = OptionalOps<T>::make();
  } else if constexpr (kIsVector<T> && !std::is_same_v<T, Bytes>) {
    using E = typename T::value_type;
    ops.kind = Kind::kArray;
    ops.element = &kOps<E>;
    ops.elements = &elements<E>;
    ops.resize = &resize<E>;
  } else if constexpr (scalar_kind<T>() == Kind::kStruct) {
    ops.structure = &Describe<T>::kSpec;
  }
  ops.size = sizeof(T);
  return ops;
}

// Called only when a table is wrong; not constexpr, so that the table does not compile.
inline void wire_table_error(const char* /*why*/) {}

consteval FieldSpec make_field(std::string_view name, const TypeOps* type, std::size_t offset,
                               FieldOptions options) {
  const bool may_be_null = type->optional || type->kind == Kind::kRecords;
  if (!options.nullable.empty() && !may_be_null) wire_table_error("nullable needs std::optional");
  if (type->optional && options.nullable.empty()) wire_table_error("std::optional never null");
  return {name, type, static_cast<std::uint32_t>(offset), options};
}

// Converts to anything, in unevaluated code: S{Any, Any} compiles when S has two members.
struct AnyMember {
  template <class U>
  operator U() const;
};

template <class S, std::size_t... I>
consteval bool brace_initialisable(std::index_sequence<I...>) {
  return requires { S{(static_cast<void>(I), AnyMember{})...}; };
}

// The table lists each member of S once, in order.
template <class S, std::size_t N>
consteval bool covers(const FieldSpec (&fields)[N]) {
  for (std::size_t i = 1; i < N; ++i) {
    if (fields[i].offset <= fields[i - 1].offset) return false;
  }
  return brace_initialisable<S>(std::make_index_sequence<N>{}) &&
         !brace_initialisable<S>(std::make_index_sequence<N + 1>{});
}

consteval std::size_t count_tagged(std::span<const FieldSpec> fields) {
  std::size_t n = 0;
  for (const FieldSpec& f : fields) n += f.options.tag >= 0 ? 1 : 0;
  return n;
}

template <class S>
const std::byte* defaults() {
  static const S kDefault{};
  return reinterpret_cast<const std::byte*>(&kDefault);
}

template <class M>
AnyMessage make_message() {
  return {reinterpret_cast<std::byte*>(new M),
          [](std::byte* m) { delete reinterpret_cast<M*>(m); }};
}

}  // namespace detail

// The spec of message M, whose table must be in sight.
template <class M>
constexpr MessageSpec message(std::string_view name, MessageType type, Versions valid,
                              Version first_flexible) {
  return {name, type, M::kKey, valid, first_flexible, Describe<M>::kSpec, &detail::make_message<M>};
}

}  // namespace leat::wire

// One row of a table: the member, Kafka's name, and FieldOptions as designated initialisers.
#define WIRE_FIELD(member, kafka_name, ...)                                                 \
  ::leat::wire::detail::make_field(kafka_name, &::leat::wire::kOps<decltype(Self::member)>, \
                                   offsetof(Self, member),                                  \
                                   ::leat::wire::FieldOptions{__VA_ARGS__})

// The table of struct S; inside namespace leat::wire, after the tables of the structs in it.
#define WIRE_STRUCT(S, ...)                                           \
  template <>                                                         \
  struct Describe<S> {                                                \
    using Self = S;                                                   \
    static constexpr FieldSpec kFields[] = {__VA_ARGS__};             \
    static constexpr StructSpec kSpec{kFields, detail::defaults<S>,   \
                                      detail::count_tagged(kFields)}; \
  };                                                                  \
  static_assert(detail::covers<S>(Describe<S>::kFields), "table and struct " #S " disagree")
