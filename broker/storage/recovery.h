#pragma once

#include <memory>
#include <optional>
#include <string>

#include "broker/storage/log.h"
#include "broker/storage/log_impl.h"

namespace leat::storage {

// Brings a partition's directory to the state that its checkpoint row and what lies above it allow,
// by recovery_table. The same code after every kind of stop; running it again, also after it was
// killed half-way, ends in the same bytes. Blocks: workers only.
StatusOr<RecoveredLog> recover(FileSystem& fs, const Clock& clock,
                               std::shared_ptr<const std::string> directory,
                               const LogOptions& options, const std::optional<LogRow>& row,
                               const RecoveredBatch& on_batch, RecoveryReport& report);

}  // namespace leat::storage
