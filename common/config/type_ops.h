#pragma once

// The definitions behind kOps; included by option.h only.
namespace leat::config {

// Without the white space around it.
std::string_view trim(std::string_view text);

namespace internal {

Parsed read_integer(std::string_view text, Type type, std::int64_t min, std::int64_t max);
Parsed read_double(std::string_view text);
Parsed read_bool(std::string_view text);
Parsed read_string(std::string_view text);
Parsed read_list(std::string_view text);
Parsed read_name(std::string_view text, std::span<const std::string_view> names);
std::string print_double(double value);  // as Java prints it: 0.5, 1.0, 1.0E10
std::string join(std::span<const std::string> parts, std::string_view separator);
std::vector<std::string> split_list(std::string_view text);

template <class T>
struct Traits;

template <class T, Type kType>
struct IntegerTraits {
  static constexpr Type type = kType;
  static Parsed read(std::string_view text) {
    return read_integer(text, kType, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
  }
  static T value(std::string_view canonical) { return static_cast<T>(*read(canonical).integer); }
  static std::optional<std::string> print(T v) { return std::to_string(v); }
};
template <>
struct Traits<std::int16_t> : IntegerTraits<std::int16_t, Type::kShort> {};
template <>
struct Traits<std::int32_t> : IntegerTraits<std::int32_t, Type::kInt> {};
template <>
struct Traits<std::int64_t> : IntegerTraits<std::int64_t, Type::kLong> {};

template <>
struct Traits<double> {
  static constexpr Type type = Type::kDouble;
  static Parsed read(std::string_view text) { return read_double(text); }
  static double value(std::string_view canonical) { return *read(canonical).number; }
  static std::optional<std::string> print(double v) { return print_double(v); }
};
template <>
struct Traits<bool> {
  static constexpr Type type = Type::kBool;
  static Parsed read(std::string_view text) { return read_bool(text); }
  static bool value(std::string_view canonical) { return canonical == "true"; }
  static std::optional<std::string> print(bool v) { return v ? "true" : "false"; }
};
template <>
struct Traits<std::string> {
  static constexpr Type type = Type::kString;
  static Parsed read(std::string_view text) { return read_string(text); }
  static std::string value(std::string_view canonical) { return std::string(canonical); }
  static std::optional<std::string> print(const std::string& v) { return v; }
};
template <>
struct Traits<std::vector<std::string>> {
  static constexpr Type type = Type::kList;
  static Parsed read(std::string_view text) { return read_list(text); }
  static std::vector<std::string> value(std::string_view canonical) {
    return split_list(canonical);
  }
  static std::optional<std::string> print(const std::vector<std::string>& v) {
    return join(v, ",");
  }
};
template <NamedEnum E>
struct Traits<E> {
  static constexpr Type type = Type::kString;
  static constexpr auto kNames = enum_names(E{});
  static Parsed read(std::string_view text) { return read_name(text, kNames); }
  static E value(std::string_view canonical) {
    std::size_t i = 0;
    while (i + 1 < kNames.size() && kNames[i] != canonical) ++i;
    return static_cast<E>(i);
  }
  static std::optional<std::string> print(E v) {
    return std::string(kNames[static_cast<std::size_t>(v)]);
  }
};
template <class T>
struct Traits<Maybe<T>> {
  static constexpr Type type = Traits<T>::type;
  static Parsed read(std::string_view text) { return Traits<T>::read(text); }
  static Maybe<T> value(std::string_view canonical) { return {Traits<T>::value(canonical)}; }
  static std::optional<std::string> print(const Maybe<T>& v) {
    return v.value ? Traits<T>::print(*v.value) : std::nullopt;
  }
};

}  // namespace internal

template <class T>
inline constexpr TypeOps kOps{
    .type = internal::Traits<T>::type,
    .read = &internal::Traits<T>::read,
    .store =
        [](void* member, std::string_view canonical) {
          *static_cast<T*>(member) = internal::Traits<T>::value(canonical);
        },
    .print =
        [](const void* member) {
          return internal::Traits<T>::print(*static_cast<const T*>(member));
        },
    .assign = [](void* member,
                 const void* from) { *static_cast<T*>(member) = *static_cast<const T*>(from); },
};

}  // namespace leat::config
