#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>

#include "common/base/bytes.h"
#include "common/base/ids.h"

namespace leat::storage {

// Key -> offset of its last record, in a fixed amount of memory: open addressing over 128-bit hashes.
// Keys themselves are not kept: two keys are taken for one with a probability of n^2 / 2^129, and the
// hash (SipHash-2-4) has a secret key, so nobody can make such a pair. One thread at a time.
class KeyOffsetMap {
 public:
  using HashKey = std::array<std::uint64_t, 2>;
  static constexpr std::size_t kEntryBytes = 24;

  // At most `bytes` of memory, filled up to `load_factor`; room for at least one key. Pages that no
  // key touches cost nothing. Without memory for it has_memory() is false, and nothing else may be called.
  KeyOffsetMap(std::uint64_t bytes, double load_factor, const HashKey& hash_key);

  bool has_memory() const { return entries_ != nullptr; }
  // Remembers `offset` for `key`; offsets rise from call to call. False when the key is new and there
  // is no room for it.
  bool put(ByteView key, Offset offset);
  std::optional<Offset> find(ByteView key) const;

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }

 private:
  struct Entry {
    std::uint64_t high;
    std::uint64_t low;
    std::int64_t offset_plus_one;  // 0: free
  };
  struct Free {
    void operator()(Entry* entries) const { std::free(entries); }
  };

  // The entry of that hash, or the free one where it belongs.
  Entry& slot_of(ByteView key) const;

  const HashKey hash_key_;
  const std::size_t slots_;
  const std::size_t capacity_;
  std::size_t size_ = 0;
  std::unique_ptr<Entry[], Free> entries_;
};

// SipHash-2-4 with 128 bits of output (Aumasson, Bernstein 2012).
std::array<std::uint64_t, 2> siphash128(ByteView data, const std::array<std::uint64_t, 2>& key);

}  // namespace leat::storage
