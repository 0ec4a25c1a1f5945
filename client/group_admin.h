#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/client.h"
#include "client/error.h"

namespace leat {

class GroupListing {
 public:
  std::string id;
  std::string protocol_type;  // "consumer"; "" of a group that only has offsets
  std::string state;          // "" where the broker does not say
  std::string type;           // "classic", ...; likewise
};

class AssignedPartitions {
 public:
  AssignedPartitions(std::string t, std::vector<std::int32_t> p)
      : topic(std::move(t)), partitions(std::move(p)) {}
  std::string topic;
  std::vector<std::int32_t> partitions;
};

class GroupMemberDescription {
 public:
  std::string id;
  std::optional<std::string> instance_id;
  std::string client_id;
  std::string host;
  // From here on only a Leat broker tells; "" and -1 where it is not known.
  std::string software_name;
  std::string software_version;
  std::int32_t session_timeout_ms = -1;
  std::int64_t since_heartbeat_ms = -1;
  // nullopt: not known, as between two generations.
  std::optional<std::vector<AssignedPartitions>> assignment;
};

class GroupRebalance {
 public:
  std::int64_t began_ms = 0;  // since 1970
  std::int64_t took_ms = -1;  // -1: it is running
  bool completed = false;     // false: running, or begun anew before it was over
  std::string reason;
  std::string member_id;  // who caused it; "": nobody
  std::int32_t generation = 0;
  std::int32_t members = 0;
};

class GroupDescription {
 public:
  std::string id;
  Error error;
  std::string state;
  std::string protocol_type;
  std::string protocol;          // "" in a group without a generation
  std::int32_t generation = -1;  // -1: the broker does not tell
  std::optional<std::string> leader_id;
  std::vector<GroupMemberDescription> members;
  std::vector<GroupRebalance> rebalances;  // of a Leat broker, since it started; oldest first
};

class GroupOffset {
 public:
  GroupOffset() = default;
  GroupOffset(std::string t, std::int32_t p, std::int64_t o)
      : topic(std::move(t)), partition(p), offset(o) {}
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = -1;
  std::string metadata;
  Error error;
};

// How far a group is behind in one partition; -1: not known.
class GroupPartitionLag {
 public:
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t committed = -1;  // -1: nothing
  std::int64_t log_start = -1;
  std::int64_t log_end = -1;
  std::int64_t lag = -1;             // records left to read
  std::int64_t lag_ms = -1;          // since the first of them was written; Leat brokers only
  std::optional<std::string> owner;  // the member it is assigned to
  Error error;
};

class GroupLagDescription {
 public:
  std::string id;
  std::string state;
  Error error;
  std::vector<GroupPartitionLag> partitions;  // by topic and partition
};

class GroupLagReport {
 public:
  bool has_times = true;  // false: the broker has no such API, lag_ms is -1 everywhere
  std::vector<GroupLagDescription> groups;
};

// Looking at and changing consumer groups from outside. Finds each group's coordinator and waits
// for it while it is loading, up to the client's request_timeout. Uses the client's executor.
class GroupAdmin {
 public:
  explicit GroupAdmin(std::shared_ptr<Client> client) : client_(std::move(client)) {}

  // Of every broker, by name.
  asio::awaitable<Result<std::vector<GroupListing>>> list();
  // One for each group, in order; GROUP_ID_NOT_FOUND for one that is not there.
  asio::awaitable<std::vector<GroupDescription>> describe(std::vector<std::string> groups);
  // nullopt: of all groups. Where the broker has no API for it, computed from commits and log ends.
  asio::awaitable<Result<GroupLagReport>> lag(std::optional<std::vector<std::string>> groups);

  // Everything the group has committed, by topic and partition; empty for one that is not there.
  asio::awaitable<Result<std::vector<GroupOffset>>> offsets(std::string group);
  // Commits for a group without members, in one request; each comes back with its own error.
  // UNKNOWN_MEMBER_ID: the group has members.
  asio::awaitable<Result<std::vector<GroupOffset>>> commit(std::string group,
                                                           std::vector<GroupOffset> offsets);
  // Groups without members, with their offsets; an Error for each, in order.
  asio::awaitable<std::vector<Error>> remove(std::vector<std::string> groups);

 private:
  std::shared_ptr<Client> client_;
};

}  // namespace leat
