#include "client/partitioner.h"

namespace leat {
namespace {

constexpr std::uint32_t kMultiplier = 0x5bd1e995;
constexpr std::uint32_t kSeed = 0x9747b28c;

std::uint32_t load_little_endian(const std::byte* at) {
  return __builtin_bswap32(load_be<std::uint32_t>(at));
}

}  // namespace

std::int32_t murmur2(ByteView data) {
  std::uint32_t h = kSeed ^ static_cast<std::uint32_t>(data.size());
  for (; data.size() >= 4; data = data.subspan(4)) {
    std::uint32_t k = load_little_endian(data.data());
    k *= kMultiplier;
    k ^= k >> 24;
    k *= kMultiplier;
    h *= kMultiplier;
    h ^= k;
  }
  for (std::size_t i = data.size(); i-- > 0;) {
    h ^= static_cast<std::uint32_t>(data[i]) << (8 * i);
    if (i == 0) h *= kMultiplier;
  }
  h ^= h >> 13;
  h *= kMultiplier;
  h ^= h >> 15;
  return static_cast<std::int32_t>(h);
}

std::int32_t partition_of_key(ByteView key, std::int32_t partitions) {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

std::int32_t StickyPartitioner::choose(std::size_t bytes, std::int32_t partitions) {
  if (current_ < 0 || current_ >= partitions || used_ >= batch_bytes_) {
    // Any partition but the current one, so that a full batch never waits behind itself.
    const auto count = static_cast<std::uint64_t>(partitions);
    if (current_ < 0 || current_ >= partitions || count == 1)
      current_ = static_cast<std::int32_t>(random_.below(count));
    else
      current_ = static_cast<std::int32_t>(
          (static_cast<std::uint64_t>(current_) + 1 + random_.below(count - 1)) % count);
    used_ = 0;
  }
  used_ += bytes;
  return current_;
}

}  // namespace leat
