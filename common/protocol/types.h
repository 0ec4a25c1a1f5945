#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/ids.h"
#include "common/base/payload.h"

// The vocabulary of the message structs: what a field may be made of. A field is a bool, an
// int8/16/32/64, a uint16, a double, a std::string, a Uuid, Bytes, Records, another struct, or a
// vector of these; std::optional around it where the wire allows null.
namespace leat::wire {

// The version of an API, as in every request header. Never negative on a served API.
using Version = std::int16_t;

struct MessageSpec;

// Record batches inside a message; the codec never looks into them. Null by default.
class Records {
 public:
  Records() = default;
  // Borrowed: the bytes outlive the Records. Decoding makes this, a view into the frame; encoding
  // copies it.
  Records(ByteView view) : value_(view) {}
  // Owned: encoding splices it into the reply without copying.
  Records(Payload payload) : value_(std::move(payload)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  std::uint64_t size() const;
  // The borrowed bytes; nullopt when null or when it holds a payload.
  std::optional<ByteView> view() const;
  // The payload, or nullptr.
  const Payload* payload() const { return std::get_if<Payload>(&value_); }

 private:
  std::variant<std::monostate, ByteView, Payload> value_;
};

inline std::uint64_t Records::size() const {
  if (const auto* view = std::get_if<ByteView>(&value_)) return view->size();
  return payload() ? payload()->size() : 0;
}

inline std::optional<ByteView> Records::view() const {
  const auto* view = std::get_if<ByteView>(&value_);
  return view ? std::optional(*view) : std::nullopt;
}

}  // namespace leat::wire
