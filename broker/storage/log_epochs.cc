#include "broker/storage/checkpoint.h"
#include "broker/storage/log_format.h"
#include "broker/storage/log_impl.h"

namespace leat::storage {

Status LogImpl::write_epoch_file(const std::vector<EpochStart>& epochs) {
  const std::string text = format_epochs(epochs);
  return replace_file(fs_, *directory_ + "/" + std::string(kEpochFile), as_bytes(text));
}

}  // namespace leat::storage
