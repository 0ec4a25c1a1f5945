#include "broker/topics/producer_ids.h"

#include <charconv>

namespace leat::topics {
namespace {
constexpr std::string_view kKey = "producer-ids/next";
}

StatusOr<ProducerId> ProducerIds::next() {
  MutexLock lock(mutex_);
  if (next_ == end_) {
    std::int64_t first = 0;
    meta::MetaCompare unchanged{std::string(kKey), 0};
    if (const auto entry = store_.get(kKey)) {
      unchanged.revision = entry->revision;
      const char* end = entry->value.data() + entry->value.size();
      if (std::from_chars(entry->value.data(), end, first).ptr != end) {
        return corruption("the metadata log holds no number at {}", kKey);
      }
    }
    auto stored = store_.txn(std::span(&unchanged, 1),
                             {{std::string(kKey), std::to_string(first + kBlock)}});
    if (!stored.ok()) return stored.status();
    next_ = first;
    end_ = first + kBlock;
  }
  return ProducerId{next_++};
}

}  // namespace leat::topics
