#include "common/protocol/messages/20001_describe_group_members.h"
#include "tests/e2e/cli_test.h"
#include "tests/support/catch.h"
#include "tests/support/group_calls.h"

using namespace leat;
using namespace leat::e2e;
using namespace leat::test;

namespace {

WireClient connect(const Daemon& daemon) {
  const std::string address = daemon.address();
  return WireClient("127.0.0.1",
                    static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
}

DescribeGroupMembersResponse::Group describe(WireClient& client, const std::string& group) {
  DescribeGroupMembersRequest request;
  request.groups.push_back(group);
  return client.call(request, 0).groups.at(0);
}

}  // namespace

TEST_CASE("a stable group keeps its generation over kill -9 of the broker", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "4"}).code == 0);
  WireMember a(connect(daemon), "g", "t");
  WireMember b(connect(daemon), "g", "t");
  a.send_join();
  b.send_join();
  a.await_join();
  b.await_join();
  REQUIRE(a.generation() == b.generation());
  WireMember& leader = a.leads() ? a : b;
  WireMember& follower = a.leads() ? b : a;
  follower.send_sync();
  leader.send_sync({{a.id(), {0, 1}}, {b.id(), {2, 3}}});
  const Bytes given = a.await_sync();
  b.await_sync();
  CHECK(a.commit(0, 17) == 0);
  WireClient before = connect(daemon);
  const auto known = describe(before, "g");
  CHECK(known.rebalances.size() == 1);

  for (int kill = 0; kill < 3; ++kill) {
    daemon.kill_and_restart();
    a.reconnect(connect(daemon));
    b.reconnect(connect(daemon));
    CHECK(a.heartbeat() == 0);
    CHECK(b.heartbeat() == 0);
    WireClient client = connect(daemon);
    const auto group = describe(client, "g");
    CHECK(group.group_state == "Stable");
    CHECK(group.generation == a.generation());
    CHECK(group.leader_id == known.leader_id);
    CHECK(group.rebalances.empty());
    REQUIRE(group.members.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(group.members[i].member_id == known.members[i].member_id);
      REQUIRE(group.members[i].assignment);
      CHECK(group.members[i].assignment->at(0).partitions ==
            known.members[i].assignment->at(0).partitions);
    }
    CHECK(committed(client, "g", "t", 0) == 17 + kill);
    CHECK(a.commit(0, 18 + kill) == 0);
    // The assignment can be asked for again, too: SyncGroup of a stable group.
    a.send_sync();
    CHECK(a.await_sync() == given);
  }
}
