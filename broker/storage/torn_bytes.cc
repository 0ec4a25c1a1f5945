#include "broker/storage/torn_bytes.h"

#include <algorithm>

#include "broker/storage/log_format.h"
#include "common/base/log.h"

namespace leat::storage {
namespace {

constexpr std::uint64_t kCopyChunk = 1 << 20;

StatusOr<std::uint64_t> torn_bytes_in(FileSystem& fs, const std::string& directory) {
  ASSIGN_OR_RETURN(const auto entries, fs.list(directory));
  std::uint64_t total = 0;
  for (const DirectoryEntry& entry : entries)
    if (entry.name.ends_with(kTornSuffix)) total += entry.size;
  return total;
}

Status copy(const File& log, std::uint64_t position, std::uint64_t end, File& torn) {
  if (torn.size() != 0) RETURN_IF_ERROR(torn.truncate(0));
  Bytes piece(std::min(kCopyChunk, end - position));
  while (position < end) {
    const auto want = static_cast<std::size_t>(std::min(kCopyChunk, end - position));
    ASSIGN_OR_RETURN(const std::size_t n, log.read_at(position, {piece.data(), want}));
    if (n == 0) return {};
    const ByteView part(piece.data(), n);
    RETURN_IF_ERROR(torn.append({&part, 1}));
    position += n;
  }
  return {};
}

StatusOr<bool> only_zeros(const File& log, std::uint64_t position, std::uint64_t end) {
  Bytes piece(std::min(kCopyChunk, end - position));
  while (position < end) {
    ASSIGN_OR_RETURN(const std::size_t n, log.read_at(position, piece));
    if (n == 0) break;
    for (std::size_t i = 0; i < n; ++i)
      if (piece[i] != std::byte{0}) return false;
    position += n;
  }
  return true;
}

}  // namespace

Status keep_torn_bytes(FileSystem& fs, const std::string& directory, Offset base, const File& log,
                       std::uint64_t position) {
  const std::uint64_t end = log.size();
  if (position >= end) return {};
  ASSIGN_OR_RETURN(const bool zeros, only_zeros(log, position, end));
  ASSIGN_OR_RETURN(const std::uint64_t kept, torn_bytes_in(fs, directory));
  if (zeros || kept + (end - position) > kMaxTornBytes) return {};
  const std::string path = fmt::format("{}/{}.{}{}", directory, segment_file_name(base, kLogSuffix),
                                       position, kTornSuffix);
  const auto torn = fs.open(path, OpenMode::kCreate);
  const Status copied = torn.ok() ? copy(log, position, end, **torn) : torn.status();
  if (!is_disk_full(copied)) return copied;
  LOG_WARN("no room to keep the torn bytes path={}", path);
  const Status removed = fs.remove(path);
  return removed.ok() || is_not_found(removed) ? Status() : removed;
}

}  // namespace leat::storage
