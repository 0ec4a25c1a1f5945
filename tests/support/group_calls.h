#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/protocol/messages/08_offset_commit.h"
#include "common/protocol/messages/09_offset_fetch.h"
#include "common/protocol/messages/11_join_group.h"
#include "common/protocol/messages/12_heartbeat.h"
#include "common/protocol/messages/13_leave_group.h"
#include "common/protocol/messages/14_sync_group.h"
#include "tests/support/wire_client.h"

// A consumer group's requests as a client of the classic protocol makes them.
namespace leat::test {

// Creates __consumer_offsets if need be.
void find_coordinator(WireClient& client, const std::string& group);

// One member on a connection of its own.
class WireMember {
 public:
  // Gets itself a member id (KIP-394).
  WireMember(WireClient client, std::string group, std::string topic,
             std::int32_t session_timeout_ms = 30'000);

  // Joining in two steps, so that several members can: the answer waits for all.
  void send_join();
  void await_join();
  bool leads() const { return joined_.leader == id_; }
  const JoinGroupResponse& joined() const { return joined_; }
  // The leader brings the assignments: member id and the partitions of the topic.
  using Assignments = std::vector<std::pair<std::string, std::vector<std::int32_t>>>;
  void send_sync(const Assignments& assignments = {});
  Bytes await_sync();  // its assignment

  // Kafka's error code; asks again while the coordinator is being loaded.
  std::int16_t heartbeat();
  std::int16_t commit(std::int32_t partition, std::int64_t offset);
  void leave();
  // The same member on another connection.
  void reconnect(WireClient client) { client_ = std::move(client); }

  const std::string& id() const { return id_; }
  std::int32_t generation() const { return joined_.generation_id; }

 private:
  JoinGroupRequest join_request() const;

  WireClient client_;
  std::string group_;
  std::string topic_;
  std::int32_t session_timeout_ms_;
  std::string id_;
  JoinGroupResponse joined_;
};

// As somebody outside the group; the error code.
std::int16_t commit(WireClient& client, const std::string& group, const std::string& topic,
                    std::int32_t partition, std::int64_t offset);
// -1: nothing committed.
std::int64_t committed(WireClient& client, const std::string& group, const std::string& topic,
                       std::int32_t partition);

}  // namespace leat::test
