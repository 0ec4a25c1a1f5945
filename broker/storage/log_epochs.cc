#include "broker/storage/checkpoint.h"
#include "broker/storage/log_format.h"
#include "broker/storage/log_impl.h"

namespace leat::storage {

// What was written is believed when it was read again: only then is it in its place.
StatusOr<std::unique_ptr<File>> LogImpl::write_epochs_beside(std::vector<EpochStart> epochs) {
  MutexLock lock(epoch_file_mutex_);
  if (epochs.empty() || epochs == epochs_in_file_) return std::unique_ptr<File>();
  const std::string path = fmt::format("{}/{}", *directory_, kEpochFile);
  const std::string text = format_epochs(epochs);
  if (const auto present = read_whole_file(fs_, path); present.ok() && as_text(*present) == text) {
    epochs_in_file_ = std::move(epochs);
    return std::unique_ptr<File>();
  }
  return write_beside(fs_, path, as_bytes(text));
}

}  // namespace leat::storage
