#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leat {

// Borrowed bytes; the owner outlives the view.
using ByteView = std::span<const std::byte>;
using MutableByteView = std::span<std::byte>;

inline ByteView as_bytes(std::string_view s) {
  return {reinterpret_cast<const std::byte*>(s.data()), s.size()};
}
inline std::string_view as_text(ByteView b) {
  return {reinterpret_cast<const char*>(b.data()), b.size()};
}
inline std::string to_string(ByteView b) { return std::string(as_text(b)); }

// Growable bytes without the zero-fill of vector::resize.
using Bytes = std::vector<std::byte>;

inline void append(Bytes& out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }

// Ref-counted, immutable once shared: a copy is a reference to the same bytes. Thread-safe to copy
// and destroy from several threads.
class SharedBytes {
 public:
  SharedBytes() = default;
  explicit SharedBytes(Bytes bytes)
      : owner_(std::make_shared<const Bytes>(std::move(bytes))), view_(*owner_) {}
  // A part of the same bytes.
  SharedBytes slice(std::size_t from, std::size_t count) const {
    SharedBytes part = *this;
    part.view_ = view_.subspan(from, count);
    return part;
  }
  ByteView view() const { return view_; }
  std::size_t size() const { return view_.size(); }

 private:
  std::shared_ptr<const Bytes> owner_;
  ByteView view_;
};

// Big-endian numbers, as everywhere in Kafka's formats. `at` has room for them.
template <class T>
T load_be(const std::byte* at) {
  T v;
  std::memcpy(&v, at, sizeof v);
  if constexpr (sizeof v == 2) return static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(v)));
  if constexpr (sizeof v == 4) return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(v)));
  if constexpr (sizeof v == 8) return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(v)));
  return v;
}

template <class T>
void store_be(std::byte* at, T value) {
  const T v = load_be<T>(reinterpret_cast<const std::byte*>(&value));
  std::memcpy(at, &v, sizeof v);
}

template <class T>
void append_be(Bytes& out, T value) {
  std::byte raw[sizeof(T)];
  store_be(raw, value);
  out.insert(out.end(), raw, raw + sizeof(T));
}

}  // namespace leat
