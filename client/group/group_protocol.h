#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/error.h"
#include "client/group/assignor.h"
#include "common/base/bytes.h"

// The bytes that consumers put into JoinGroup and SyncGroup and that the broker passes on unread:
// Kafka's ConsumerProtocolSubscription and ConsumerProtocolAssignment, version 3.
namespace leat {

inline constexpr std::string_view kConsumerProtocolType = "consumer";

// What `member` wants and has, as it is sent for `assignor`. Its id and instance id are not part
// of it.
Bytes encode_subscription(const SubscribedMember& member, Assignor assignor);
// kBadAnswer: these bytes are none. Any version from 0 on; a newer one is read as the newest known.
Result<SubscribedMember> decode_subscription(std::string id, std::optional<std::string> instance_id,
                                             ByteView bytes);

Bytes encode_assignment(const TopicPartitions& partitions);
// Sorted. No bytes at all are no partitions: the leader left this member out.
Result<TopicPartitions> decode_assignment(ByteView bytes);

}  // namespace leat
