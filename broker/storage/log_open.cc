#include "broker/storage/log_format.h"
#include "broker/storage/log_impl.h"
#include "broker/storage/recovery.h"

namespace leat::storage {

StatusOr<std::unique_ptr<Log>> Log::open(FileSystem& fs, const Clock& clock, std::string directory,
                                         const LogOptions& options,
                                         const std::optional<LogRow>& row,
                                         const RecoveredBatch& on_batch, RecoveryReport* report) {
  auto shared = std::make_shared<const std::string>(std::move(directory));
  auto compaction = recover_compaction(fs, *shared, row);
  if (!compaction.ok()) return with_context(compaction.status(), *shared);
  LogOptions scan_options = options;
  // Also when the topic does not compact any more.
  if (compaction->exists) scan_options.may_have_gaps = true;
  RecoveryReport unused;
  auto recovered = recover(fs, clock, shared, scan_options, compaction->row, on_batch,
                           report != nullptr ? *report : unused);
  if (!recovered.ok()) return with_context(recovered.status(), *shared);
  recovered->compaction = std::move(compaction->record);
  return std::make_unique<LogImpl>(fs, clock, std::move(shared), options, *std::move(recovered));
}

}  // namespace leat::storage
