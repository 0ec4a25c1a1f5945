#pragma once

#include <absl/hash/hash.h>
#include <fmt/format.h>

#include <compare>
#include <type_traits>

namespace leat {

// An integer of its own type, so that an offset cannot be passed where a position is expected.
// Conversion is explicit both ways: `Offset{5}`, `offset.value()`. Adding a plain number keeps the
// type; the difference of two is a plain number.
template <class Tag, class Rep>
class StrongInt {
 public:
  using rep = Rep;

  constexpr StrongInt() = default;
  constexpr explicit StrongInt(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }

  constexpr auto operator<=>(const StrongInt&) const = default;

  constexpr StrongInt& operator++() {
    ++value_;
    return *this;
  }
  constexpr StrongInt& operator+=(Rep n) {
    value_ = static_cast<Rep>(value_ + n);
    return *this;
  }
  friend constexpr StrongInt operator+(StrongInt a, Rep n) {
    return StrongInt(static_cast<Rep>(a.value_ + n));
  }
  friend constexpr StrongInt operator-(StrongInt a, Rep n) {
    return StrongInt(static_cast<Rep>(a.value_ - n));
  }
  friend constexpr Rep operator-(StrongInt a, StrongInt b) {
    return static_cast<Rep>(a.value_ - b.value_);
  }

  template <class H>
  friend H AbslHashValue(H h, StrongInt v) {
    return H::combine(std::move(h), v.value_);
  }

 private:
  Rep value_ = 0;
};

template <class T>
inline constexpr bool kIsStrongInt = false;
template <class Tag, class Rep>
inline constexpr bool kIsStrongInt<StrongInt<Tag, Rep>> = true;

}  // namespace leat

template <class Tag, class Rep>
struct fmt::formatter<leat::StrongInt<Tag, Rep>> : fmt::formatter<Rep> {
  template <class Context>
  auto format(leat::StrongInt<Tag, Rep> v, Context& ctx) const {
    return fmt::formatter<Rep>::format(v.value(), ctx);
  }
};
