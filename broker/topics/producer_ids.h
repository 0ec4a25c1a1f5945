#pragma once

#include "broker/meta/meta_store.h"
#include "common/base/ids.h"
#include "common/base/mutex.h"

namespace leat::topics {

// Hands out producer ids that no producer of this cluster ever had. Ids come in blocks, so that one
// durable write serves a thousand producers; a restart leaves the rest of a block unused.
class ProducerIds {
 public:
  static constexpr std::int64_t kBlock = 1000;

  explicit ProducerIds(meta::MetaStore& store) : store_(store) {}

  // Blocks on the disk when a new block is due: call it on a worker.
  StatusOr<ProducerId> next();

 private:
  meta::MetaStore& store_;
  Mutex mutex_;
  std::int64_t next_ LEAT_GUARDED_BY(mutex_) = 0;
  std::int64_t end_ LEAT_GUARDED_BY(mutex_) = 0;
};

}  // namespace leat::topics
