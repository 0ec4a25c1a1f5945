#pragma once
// The smallest protocol that can produce and fetch: fixed headers, little endian as the machine.
// Answers come in the order of the requests of a connection.

#include <isa-l/crc.h>

#include <cstdint>

namespace leat::bench {

enum class Kind : uint16_t { kProduce = 1, kFetch = 2 };

// kProduce: `size` bytes of payload follow. kFetch: a FetchBody follows, crc is not used.
struct RequestHeader {
  uint32_t size;
  Kind kind;
  uint16_t log;
  uint32_t crc;  // CRC-32C of the payload; the server verifies it
};
static_assert(sizeof(RequestHeader) == 12);

// The answer waits until the log holds anything beyond `position`.
struct FetchBody {
  uint64_t position;
  uint64_t max_bytes;
};

// kProduce: size is 0, position is where the frame was stored. kFetch: `size` bytes of the log,
// from position, follow. A log holds whole produce frames, header included, back to back.
struct Response {
  uint64_t size;
  uint64_t position;
  uint64_t end;  // of the log, as readers see it
};

inline uint32_t crc32c(const char* data, size_t size) {
  return crc32_iscsi(reinterpret_cast<unsigned char*>(const_cast<char*>(data)),
                     static_cast<int>(size), 0);
}

}  // namespace leat::bench
