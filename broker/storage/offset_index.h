#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "broker/storage/index_file.h"
#include "common/base/ids.h"

namespace leat::storage {

// An entry names a batch by its last offset and says where the batch begins, as Kafka's does.
struct OffsetPosition {
  Offset last_offset;
  std::uint64_t position = 0;
  bool operator==(const OffsetPosition&) const = default;
};

// Sparse, disposable: offset -> position of a batch at or before it. A reader checks what it finds
// against the batch there. Thread rules are IndexFile's.
class OffsetIndex {
 public:
  OffsetIndex(FileSystem& fs, Offset base) : base_(base), file_(fs, 8) {}

  // The entry with the greatest last offset <= `target`; nullopt when there is none.
  StatusOr<std::optional<OffsetPosition>> lookup(const std::string& path, Offset target,
                                                 Wait wait = Wait::kMay) const;
  // The entry with the greatest position < `position`.
  StatusOr<std::optional<OffsetPosition>> last_before(const std::string& path,
                                                      std::uint64_t position,
                                                      Wait wait = Wait::kMay) const;
  StatusOr<OffsetPosition> entry(const std::string& path, std::size_t i) const;
  void append(const OffsetPosition& entry);
  // Keeps the entries of batches that begin below `position`.
  Status truncate_to_position(const std::string& path, std::uint64_t position);
  // True when every entry rises in offset and position and lies below `size`.
  StatusOr<bool> sane(const std::string& path, std::uint64_t size) const;

  bool full(std::uint32_t max_index_bytes) const { return file_.entries() >= max_index_bytes / 8; }
  IndexFile& file() { return file_; }
  const IndexFile& file() const { return file_; }

 private:
  OffsetPosition decode(const std::byte* raw) const;

  const Offset base_;
  IndexFile file_;
};

}  // namespace leat::storage
