#include "tools/leat/log_resync.h"

#include "broker/storage/batch_scan.h"
#include "broker/storage/log_format.h"
#include "common/record/batch_format.h"

namespace leat::cli {
namespace {

constexpr std::uint64_t kCrcBudget = 1 << 30;

bool plausible(const storage::ScannedBatch& batch, std::uint64_t end, Offset base) {
  return batch.end_position() <= end && batch.base_offset >= base &&
         batch.last_offset - base <= storage::kMaxRelativeOffset;
}

}  // namespace

StatusOr<std::optional<std::uint64_t>> find_next_batch(LogWindow& window, std::uint64_t from,
                                                       std::uint64_t end, Offset base) {
  std::uint64_t budget = kCrcBudget;
  for (std::uint64_t at = from; at + record::kBatchHeaderSize <= end; ++at) {
    ASSIGN_OR_RETURN(const ByteView header, window.at(at, record::kBatchHeaderSize));
    const auto batch = storage::scan_batch(header, at);
    if (!batch || !plausible(*batch, end, base)) continue;
    if (batch->size > budget) break;
    budget -= batch->size;
    ASSIGN_OR_RETURN(const ByteView whole, window.at(at, static_cast<std::size_t>(batch->size)));
    if (whole.size() == batch->size && storage::crc_matches(whole)) return std::optional(at);
  }
  return std::optional<std::uint64_t>();
}

StatusOr<bool> only_zeros(LogWindow& window, std::uint64_t from, std::uint64_t end) {
  while (from < end) {
    const auto want = static_cast<std::size_t>(
        std::min<std::uint64_t>(end - from, std::uint64_t{LogWindow::kChunk}));
    ASSIGN_OR_RETURN(const ByteView bytes, window.at(from, want));
    if (bytes.empty()) break;
    for (const std::byte b : bytes)
      if (b != std::byte{0}) return false;
    from += bytes.size();
  }
  return true;
}

}  // namespace leat::cli
