#pragma once

#include "common/base/status.h"
#include "common/protocol/encoder.h"
#include "common/protocol/schema.h"

// Encoding and decoding: one interpreter for every message and version. A decoder is safe against
// any bytes: it refuses before it allocates, and what it allocates is bounded (see DecodeLimits).
namespace leat::wire {

// A count on the wire is a claim: a byte can become a large object. Kafka published two
// out-of-memory CVEs in 2026 (tagged fields, arrays) for checking counts against the bytes left and
// nothing else.
struct DecodeLimits {
  // All strings, bytes and array elements of one message, as C++ objects, take at most
  // bytes_per_byte * size of the body + bytes_free.
  static constexpr std::size_t kBytesPerByte = 8;
  static constexpr std::size_t kBytesFree = 64 * 1024;
  static constexpr std::size_t kMaxArray = 1'000'000;
  static constexpr std::size_t kMaxTaggedFields = 10'000;  // of one struct
  static constexpr std::size_t kMaxString = 32'767;        // as Kafka, in compact form too
};

// Decodes `body` (what follows the header) as version `v` into `*message`, whose type is the one
// `spec` describes; whatever it held is overwritten, and its memory is used again. Bytes after the
// message are accepted, as in Kafka. Views in `*message` (Records) point into `body`.
// corruption: the bytes are not such a message; unimplemented: no such version. `*message` is then
// unspecified but valid.
Status decode(const MessageSpec& spec, ByteView body, Version v, std::byte* message);

// Appends `message` in version `v`. invalid_argument: a null or a too long string where the version
// has no such thing, or a field that is set, not ignorable and not in `v`; `out` is then
// unspecified.
Status encode(const MessageSpec& spec, const std::byte* message, Version v, Encoder& out);

// Same values in every field.
bool equal(const TypeOps& type, const std::byte* a, const std::byte* b);
bool equal(const StructSpec& spec, const std::byte* a, const std::byte* b);

template <class M>
Status decode_into(ByteView body, Version v, M& message) {
  return decode(M::schema(), body, v, reinterpret_cast<std::byte*>(&message));
}

template <class M>
StatusOr<M> decode(ByteView body, Version v) {
  StatusOr<M> message{M{}};
  if (Status s = decode_into(body, v, *message); !s.ok()) return s;
  return message;
}

template <class M>
Status encode(const M& message, Version v, Encoder& out) {
  return encode(M::schema(), reinterpret_cast<const std::byte*>(&message), v, out);
}

// Contiguous bytes; a payload in the message is copied and must be in memory.
template <class M>
StatusOr<Bytes> encode_bytes(const M& message, Version v) {
  Encoder out;
  RETURN_IF_ERROR(encode(message, v, out));
  return out.take_bytes();
}

template <class M>
bool equal(const M& a, const M& b) {
  return equal(M::schema().body, reinterpret_cast<const std::byte*>(&a),
               reinterpret_cast<const std::byte*>(&b));
}

// Messages that carry their own version, in two bytes before them: what consumers put into a
// group's metadata (ConsumerProtocolSubscription), and keys and values of the internal topics.
template <class M>
StatusOr<Bytes> encode_versioned(const M& message, Version v) {
  Encoder out;
  out.int16(v);
  RETURN_IF_ERROR(encode(message, v, out));
  return out.take_bytes();
}

// Takes the version from the first two bytes. A version above what the table knows is read as the
// table's highest one, as Kafka's consumers do with `newer_is_compatible`; else unimplemented.
template <class M>
StatusOr<M> decode_versioned(ByteView bytes, bool newer_is_compatible = false) {
  if (bytes.size() < 2) return corruption("{} without a version", M::schema().name);
  Version v = load_be<Version>(bytes.data());
  if (newer_is_compatible && v > M::schema().valid.to) v = M::schema().valid.to;
  return decode<M>(bytes.subspan(2), v);
}

}  // namespace leat::wire
