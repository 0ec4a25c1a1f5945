#include "broker/storage/log_format.h"
#include "broker/storage/log_impl.h"
#include "broker/storage/recovery.h"

namespace leat::storage {

StatusOr<std::unique_ptr<Log>> Log::open(FileSystem& fs, const Clock& clock, std::string directory,
                                         const LogOptions& options,
                                         const std::optional<LogRow>& row,
                                         const RecoveredBatch& on_batch, RecoveryReport* report) {
  auto shared = std::make_shared<const std::string>(std::move(directory));
  RecoveryReport unused;
  auto recovered = recover(fs, clock, shared, options, row, on_batch,
                           report != nullptr ? *report : unused);
  if (!recovered.ok()) return with_context(recovered.status(), *shared);
  return std::make_unique<LogImpl>(fs, clock, std::move(shared), options, *std::move(recovered));
}

}  // namespace leat::storage
