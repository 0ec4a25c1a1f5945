#pragma once

#include <map>
#include <memory>
#include <string>

#include "broker/meta/meta_store.h"
#include "broker/storage/log.h"
#include "common/base/mutex.h"

namespace leat::meta {

// MetaStore on our own storage engine: a transaction is one record batch of an internal log (key,
// value; no value deletes), folded into an ordered map at start. When the log has grown to several
// times what is alive, the whole map is written as one batch that begins with a record without a
// key ("forget everything before me") and what lies before it is deleted. A reader that meets both
// comes to the same map, so a crash between the two steps costs nothing.
class LogMetaStore final : public MetaStore {
 public:
  // `on_fatal` is called when a write or a sync fails; it must end the process. Errors: corruption
  // when what was durable is damaged; nothing is changed then.
  using Fatal = std::function<void(const Status&)>;
  static StatusOr<std::unique_ptr<LogMetaStore>> open(storage::FileSystem& files,
                                                      const Clock& clock, std::string directory,
                                                      Fatal on_fatal);

  StatusOr<std::int64_t> txn(std::span<const MetaCompare> compares,
                             std::vector<MetaOp> ops) override;
  std::vector<MetaEntry> range(std::string_view prefix) const override;
  std::optional<MetaEntry> get(std::string_view key) const override;
  void watch(Watch watch) override;
  std::int64_t revision() const override;

  // The fold is rewritten once the log is larger than this and four times what is alive.
  static constexpr std::uint64_t kCompactFrom = 1 << 20;

 private:
  struct Value {
    std::string value;
    std::int64_t revision = 0;
  };

  LogMetaStore(const Clock& clock, storage::FileSystem& files, Fatal on_fatal);
  Status replay(ByteView batch) LEAT_REQUIRES(mutex_);
  void apply(const MetaOp& op, std::int64_t revision) LEAT_REQUIRES(mutex_);
  Status append_durably(Bytes batch) LEAT_REQUIRES(mutex_);
  void maybe_compact() LEAT_REQUIRES(mutex_);

  const Clock& clock_;
  storage::FileSystem& files_;
  const Fatal on_fatal_;
  mutable Mutex mutex_;
  std::unique_ptr<storage::Log> log_ LEAT_GUARDED_BY(mutex_);
  std::map<std::string, Value, std::less<>> entries_ LEAT_GUARDED_BY(mutex_);
  std::uint64_t live_bytes_ LEAT_GUARDED_BY(mutex_) = 0;
  std::int64_t revision_ LEAT_GUARDED_BY(mutex_) = 0;
  Watch watch_ LEAT_GUARDED_BY(mutex_);
};

}  // namespace leat::meta
