#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// One row per configuration key. A table of rows over a plain struct is the only place where a key
// is spelled: the struct's member initialisers are the defaults, and option_set.h does with the
// table whatever is done with keys (file, flags, describe, alter, documentation).
namespace leat::config {

// Kafka's numbers (DescribeConfigs, configType).
enum class Type : std::int8_t {
  kBool = 1,
  kString = 2,
  kInt = 3,
  kShort = 4,
  kLong = 5,
  kDouble = 6,
  kList = 7,
  kClass = 8,
  kPassword = 9,
};
std::string_view type_name(Type type);  // "LONG", as in Kafka's messages

// Kafka's numbers (DescribeConfigs, configSource); a smaller number wins.
enum class Source : std::int8_t {
  kTopic = 1,           // set on the topic
  kDynamicBroker = 2,   // altered while running, for this broker
  kDynamicDefault = 3,  // altered while running, for all brokers
  kStatic = 4,          // flag, environment or file
  kDefault = 5,
};

enum class Apply : std::uint8_t {
  kStatic,  // read at start only; "read only" to Kafka's tools
  kLive,    // may be altered while running
};

// A member that may be unset: described as null.
template <class T>
struct Maybe {
  std::optional<T> value;
  bool operator==(const Maybe&) const = default;
};

// The names of an enum used as a member: found by argument-dependent lookup, indexed by its values.
//   constexpr std::array<std::string_view, 2> enum_names(Durability) { return {"commit",
//   "relaxed"}; }
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) { enum_names(e); };

// What reading a text as some type gave: an error in Kafka's words ("Not a number of type LONG"),
// or the canonical text (trimmed, "+5" as "5", list elements once each).
struct Parsed {
  std::string error;
  std::string canonical;
  std::optional<double> number;  // of numeric types; longs also in `integer`
  std::optional<std::int64_t> integer;
};

// What is done with a member of some C++ type; one object per type, not per row.
struct TypeOps {
  Type type;
  Parsed (*read)(std::string_view text);
  void (*store)(void* member, std::string_view canonical);
  std::optional<std::string> (*print)(const void* member);
  void (*assign)(void* member, const void* from);
};
// kOps<T>, below: bool, int16, int32, int64, double, std::string, std::vector<std::string>,
// NamedEnum, and Maybe of these.

struct Range {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};
constexpr Range at_least(std::int64_t min) {
  return {.min = min};
}
constexpr Range between(std::int64_t min, std::int64_t max) {
  return {min, max};
}

// More than a range: the reason why a canonical text is refused, or "".
using Check = std::string (*)(std::string_view canonical);

inline constexpr std::size_t kNoMember = std::numeric_limits<std::size_t>::max();

struct Option {
  std::string_view key;
  std::string_view doc;  // one or two sentences, shown to users
  const TypeOps* ops = nullptr;
  std::size_t offset = kNoMember;  // without a member the value is always `fixed`
  std::string_view fixed = {};
  std::string_view unit = {};
  Apply apply = Apply::kStatic;
  Range range = {};
  Check check = nullptr;
  // Why the key changes nothing here. Such a row accepts its default and the texts in `also`
  // (separated by spaces; "*" = every valid value), and refuses the rest with this reason.
  std::string_view inert = {};
  std::string_view also = {};
  // Of a topic key: the broker keys that give its default, most telling first.
  std::array<std::string_view, 3> synonyms = {};
  bool sensitive = false;  // never shown or logged

  constexpr bool has_member() const { return offset != kNoMember; }
  bool read_only() const { return apply == Apply::kStatic; }
};

#define CONFIG_OPTION(Struct, member, name, text, ...)                                \
  ::leat::config::Option {                                                            \
    .key = name, .doc = text, .ops = &::leat::config::kOps<decltype(Struct::member)>, \
    .offset = offsetof(Struct, member) __VA_OPT__(, ) __VA_ARGS__                     \
  }
// A key of Kafka's that changes nothing here and needs no member.
#define CONFIG_INERT(when, CppType, name, value, reason, text, ...)                  \
  ::leat::config::Option {                                                           \
    .key = name, .doc = text, .ops = &::leat::config::kOps<CppType>, .fixed = value, \
    .apply = when, .inert = reason __VA_OPT__(, ) __VA_ARGS__                        \
  }

namespace internal {
struct Anything {
  template <class T>
  operator T()
      const;  // NOLINT(google-explicit-constructor): counts members by brace initialisation
};
template <class T, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), Anything{})...}; };
}
template <class T, std::size_t N = 1>
constexpr std::size_t member_count() {
  if constexpr (takes<T>(std::make_index_sequence<N>{})) {
    return member_count<T, N + 1>();
  } else {
    return N - 1;
  }
}
}  // namespace internal

// True when `rows` names every member of T once, in the struct's order: a forgotten, doubled or
// misplaced row does not compile.
template <class T>
constexpr bool covers(std::span<const Option> rows) {
  for (std::size_t i = 1; i < rows.size(); ++i) {
    if (rows[i].offset <= rows[i - 1].offset) return false;
  }
  return rows.size() == internal::member_count<T>();
}

}  // namespace leat::config

#include "common/config/type_ops.h"
