#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
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
  Records(ByteView view) : state_(State::kBorrowed), view_(view) {}
  // Owned: encoding splices it into the reply without copying.
  Records(Payload payload) : state_(State::kOwned), payload_(std::move(payload)) {}

  bool is_null() const { return state_ == State::kNull; }
  std::uint64_t size() const { return payload() != nullptr ? payload_.size() : view_.size(); }
  // The borrowed bytes; nullopt when null or when it holds a payload.
  std::optional<ByteView> view() const {
    return state_ == State::kBorrowed ? std::optional(view_) : std::nullopt;
  }
  // The payload, or nullptr.
  const Payload* payload() const { return state_ == State::kOwned ? &payload_ : nullptr; }

  // As assigning Records(view), without moving a payload about.
  void borrow(ByteView view) {
    if (state_ == State::kOwned) payload_ = Payload();
    state_ = State::kBorrowed;
    view_ = view;
  }

 private:
  enum class State : std::uint8_t { kNull, kBorrowed, kOwned };

  State state_ = State::kNull;
  ByteView view_;
  Payload payload_;
};

}  // namespace leat::wire
