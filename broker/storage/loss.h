#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/storage/broker_checkpoint.h"
#include "broker/storage/log.h"

// What is missing of a log that is shorter than its checkpoint row, and how its loss is accepted.
namespace leat::storage {

// failed_precondition: less is there than a sync had covered. The log stays offline.
template <class... Args>
Status durable_data_missing(fmt::format_string<Args...> format, Args&&... args) {
  return failed_precondition("durable data missing: {}",
                             fmt::format(format, std::forward<Args>(args)...));
}
bool is_durable_data_missing(const Status& status);

// A segment that the row names and that is not all there.
struct DamagedSegment {
  std::string file;                  // name in the partition's directory
  std::uint64_t recorded_bytes = 0;  // that were synced
  std::uint64_t found_bytes = 0;     // of whole batches from its beginning on
  bool is_missing = false;
  Offset lost_from;  // the offsets gone with it, to `lost_to` exclusive
  Offset lost_to;

  bool operator==(const DamagedSegment&) const = default;
};

struct LossReport {
  Offset recorded_end;               // the durable end that the row remembers
  std::uint64_t recorded_bytes = 0;  // below it
  Offset found_end;                  // after the last whole batch that is there
  std::uint64_t found_bytes = 0;     // of whole batches
  std::uint64_t lost_offsets = 0;    // that were given to records and have none any more
  Offset new_end;  // what the next record would get: never below recorded_end
  std::vector<DamagedSegment> damages;

  bool has_loss() const { return !damages.empty(); }
  bool operator==(const LossReport&) const = default;
};

// Looks, and leaves every byte and name as it is, but for what opening the log does anyway: it
// finishes an interrupted compaction, and where the page cache shows other bytes than the disk it
// writes the disk's again. Blocks: workers only; reads what is above the durable position and every
// segment that is too short.
StatusOr<LossReport> assess_loss(FileSystem& fs, std::string directory, const LogRow& row);

// Makes of the directory and of the row a log without what is lost: what is there stays readable,
// every lost range becomes a gap in the offsets, and the log goes on at `new_end` in a segment of its
// own. What lies behind the last whole batch of a file is kept as *.torn.
// - `commit` makes a row durable in the checkpoint. It is called up to twice; the loss is accepted
//   when the second call succeeded. Interrupted before that, the same loss is found again.
// - `on_batch` gets each batch above the row's durable position that stays.
// - A log that has no loss is left as it is.
// Errors: those of the disk, and of `commit`. Nobody else works on the directory meanwhile.
StatusOr<LossReport> accept_loss(FileSystem& fs, const Clock& clock, std::string directory,
                                 const LogRow& row, const RecoveredBatch& on_batch,
                                 const std::function<Status(const LogRow&)>& commit);

}  // namespace leat::storage
