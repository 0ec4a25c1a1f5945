#include "tools/leat/log_resync.h"

#include "broker/storage/batch_search.h"
#include "broker/storage/log_format.h"

namespace leat::cli {

StatusOr<std::optional<std::uint64_t>> find_next_batch(LogWindow& window, std::uint64_t from,
                                                       std::uint64_t end, Offset base) {
  storage::ByteWindow bytes(end, [&window](std::uint64_t at, MutableByteView into) -> Status {
    ASSIGN_OR_RETURN(const std::size_t n, window.file().read_at(at, into));
    return n == into.size() ? Status() : corruption("the file became shorter");
  });
  return storage::find_sound_batch(bytes, from, {base, base + storage::kMaxRelativeOffset + 1});
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
