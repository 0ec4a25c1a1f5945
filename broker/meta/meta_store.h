#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"

namespace leat::meta {

struct MetaEntry {
  std::string key;
  std::string value;
  std::int64_t revision = 0;  // of the transaction that last wrote it
};

// A transaction happens only if every comparison holds. revision 0: the key does not exist.
struct MetaCompare {
  std::string key;
  std::int64_t revision = 0;
};

// Puts a value, or deletes the key (nullopt).
struct MetaOp {
  std::string key;
  std::optional<std::string> value;
};

struct MetaEvent {
  MetaOp op;
  std::int64_t revision = 0;
};

// A small strictly serialisable key-value store for what the broker must remember of itself:
// topics, configs, producer-id blocks. Everything else is derived from it through the watch.
// Thread-safe; transactions block until they are stable, so they are made on workers.
class MetaStore {
 public:
  using Watch = std::function<void(std::span<const MetaEvent>)>;

  virtual ~MetaStore() = default;
  // Returns the new revision once every operation survives a power cut. failed_precondition when a
  // comparison does not hold (nothing happened), disk_full when there was no room (nothing
  // happened).
  virtual StatusOr<std::int64_t> txn(std::span<const MetaCompare> compares,
                                     std::vector<MetaOp> ops) = 0;
  // Entries whose key begins with `prefix`, ordered by key.
  virtual std::vector<MetaEntry> range(std::string_view prefix) const = 0;
  virtual std::optional<MetaEntry> get(std::string_view key) const = 0;
  // At most one watch: called for each transaction in order, before `txn` returns.
  virtual void watch(Watch watch) = 0;
  virtual std::int64_t revision() const = 0;
};

}  // namespace leat::meta
