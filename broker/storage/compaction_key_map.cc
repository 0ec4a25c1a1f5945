#include "broker/storage/compaction_key_map.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace leat::storage {
namespace {

struct SipState {
  std::uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void absorb(std::uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  std::uint64_t finish() {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

std::uint64_t load_little(const std::byte* at, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, size);
  return word;
}

std::size_t capacity_of(std::size_t slots, double load_factor) {
  const auto wanted = static_cast<std::size_t>(static_cast<double>(slots) * load_factor);
  // One slot stays free, so that every search ends.
  return std::clamp<std::size_t>(wanted, 1, slots - 1);
}

}  // namespace

std::array<std::uint64_t, 2> siphash128(ByteView data, const std::array<std::uint64_t, 2>& key) {
  SipState s{0x736f6d6570736575 ^ key[0], 0x646f72616e646f6d ^ key[1] ^ 0xee,
             0x6c7967656e657261 ^ key[0], 0x7465646279746573 ^ key[1]};
  const std::size_t whole = data.size() / 8 * 8;
  for (std::size_t i = 0; i < whole; i += 8) s.absorb(load_little(data.data() + i, 8));
  const std::size_t rest = data.size() - whole;
  const std::uint64_t tail = rest == 0 ? 0 : load_little(data.data() + whole, rest);
  s.absorb(tail | static_cast<std::uint64_t>(data.size()) << 56);
  s.v2 ^= 0xee;
  const std::uint64_t first = s.finish();
  s.v1 ^= 0xdd;
  return {first, s.finish()};
}

KeyOffsetMap::KeyOffsetMap(std::uint64_t bytes, double load_factor, const HashKey& hash_key)
    : hash_key_(hash_key),
      slots_(std::max<std::size_t>(2, static_cast<std::size_t>(bytes / kEntryBytes))),
      capacity_(capacity_of(slots_, load_factor)),
      entries_(static_cast<Entry*>(std::calloc(slots_, sizeof(Entry)))) {
  static_assert(sizeof(Entry) == kEntryBytes);
}

KeyOffsetMap::Entry& KeyOffsetMap::slot_of(ByteView key) const {
  const auto [high, low] = siphash128(key, hash_key_);
  __extension__ using Wide = unsigned __int128;
  auto i = static_cast<std::size_t>((static_cast<Wide>(high) * slots_) >> 64);
  while (true) {
    Entry& entry = entries_[i];
    if (entry.offset_plus_one == 0) {
      entry.high = high;
      entry.low = low;
      return entry;
    }
    if (entry.high == high && entry.low == low) return entry;
    if (++i == slots_) i = 0;
  }
}

bool KeyOffsetMap::put(ByteView key, Offset offset) {
  Entry& entry = slot_of(key);
  if (entry.offset_plus_one == 0) {
    if (size_ == capacity_) return false;
    ++size_;
  }
  entry.offset_plus_one = offset.value() + 1;
  return true;
}

std::optional<Offset> KeyOffsetMap::find(ByteView key) const {
  const Entry& entry = slot_of(key);
  if (entry.offset_plus_one == 0) return std::nullopt;
  return Offset{entry.offset_plus_one - 1};
}

}  // namespace leat::storage
