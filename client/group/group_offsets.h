#pragma once

#include <string>
#include <vector>

#include "client/group/coordinator_link.h"
#include "client/topic_partition.h"
#include "common/protocol/messages/08_offset_commit.h"
#include "common/protocol/messages/09_offset_fetch.h"

namespace leat {

// Where a group stands in a partition.
class CommittedOffset {
 public:
  CommittedOffset() = default;
  CommittedOffset(TopicPartition p, std::int64_t o) : partition(std::move(p)), offset(o) {}

  TopicPartition partition;
  std::int64_t offset = -1;  // of the record to be read next; -1: nothing was committed
  std::int32_t leader_epoch = -1;
  std::string metadata;
};

// The topic or partition of an offset is not there any more.
inline bool is_gone(const Error& error) {
  return error.is(ErrorCode::kUnknownTopicOrPartition);
}

// Who commits. The default is nobody in particular, which a broker takes for a group without
// members only.
class Committer {
 public:
  std::string member_id;
  std::optional<std::string> instance_id;
  std::int32_t generation = -1;
};

// OffsetCommit. A retry keeps to the place it began with, and is refused when the member has lost
// it: in a later one the partitions may have been somebody else's in between. What may pass (a coordinator that moves or loads) is retried until `patience` ends. The
// worst error of the partitions, else ok: then everything is stable at the broker.
// UNKNOWN_TOPIC_OR_PARTITION is the least and not retried: all but `gone` were committed.
asio::awaitable<Error> commit_offsets(std::shared_ptr<Client> client, CoordinatorLink& link,
                                      std::string group, std::vector<CommittedOffset> offsets,
                                      Committer who, Duration patience,
                                      TopicPartitions* gone = nullptr);

// OffsetFetch: one answer for each partition, in their order. Only what is decided: an offset of a
// transaction that is still open is waited for (KIP-447). Retries as above.
asio::awaitable<Result<std::vector<CommittedOffset>>> fetch_offsets(
    std::shared_ptr<Client> client, CoordinatorLink& link, std::string group,
    TopicPartitions partitions, Duration patience);

}  // namespace leat
