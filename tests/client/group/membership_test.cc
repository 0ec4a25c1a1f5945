#include "client/group/membership.h"

#include "client/group/group_protocol.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace std::chrono_literals;
using Step = Membership::Step;

namespace {

GroupMemberOptions options(std::vector<Assignor> assignors = {Assignor::kRange}) {
  GroupMemberOptions o("g", {"t"});
  o.assignors = std::move(assignors);
  return o;
}

// A member and a coordinator that answers as the test says. Time moves when the test says so.
struct Fixture {
  Membership member;
  MonotonicTime now{1h};

  explicit Fixture(GroupMemberOptions o = options()) : member(std::move(o), 100ms, 1s, 1) {}

  Step next() { return member.next(now); }
  void later(Duration time) { now += time; }

  static JoinGroupResponse place(std::int32_t generation, std::string leader = "m",
                                 std::string protocol = "range") {
    JoinGroupResponse answer;
    answer.generation_id = generation;
    answer.member_id = "m";
    answer.leader = std::move(leader);
    answer.protocol_name = std::move(protocol);
    return answer;
  }
  // What the leader is told besides, of one more member.
  static JoinGroupResponse leading(std::int32_t generation, const std::string& protocol = "range") {
    JoinGroupResponse answer = place(generation, "m", protocol);
    SubscribedMember self;
    self.topics = {"t"};
    for (const char* id : {"m", "n"}) {
      JoinGroupResponse::Member& member = answer.members.emplace_back();
      member.member_id = id;
      member.metadata = encode_subscription(self, *parse_assignor(protocol));
    }
    return answer;
  }
  static JoinGroupResponse refused(ErrorCode code, std::string member_id = {}) {
    JoinGroupResponse answer;
    answer.error_code = wire_code(code);
    answer.member_id = std::move(member_id);
    return answer;
  }
  static SyncGroupResponse assignment(const TopicPartitions& partitions) {
    SyncGroupResponse answer;
    answer.assignment = encode_assignment(partitions);
    return answer;
  }

  void find() {
    REQUIRE(next() == Step::kFindCoordinator);
    member.on_coordinator(Error(), now);
  }
  void join(std::int32_t generation, const std::string& protocol = "range") {
    REQUIRE(next() == Step::kJoin);
    (void)member.join_request();
    member.on_join(place(generation, "other", protocol), now);
  }
  void sync(const TopicPartitions& partitions) {
    REQUIRE(next() == Step::kSync);
    (void)member.sync_request();
    member.on_sync(assignment(partitions), now);
  }
  void assigned(const TopicPartitions& added) {
    REQUIRE(next() == Step::kAssign);
    CHECK(member.take_added() == added);
  }
  // A follower in a stable group that owns these.
  void settle(std::int32_t generation, const TopicPartitions& partitions,
              const std::string& protocol = "range") {
    find();
    join(generation, protocol);
    sync(partitions);
    assigned(partitions);
    REQUIRE(next() == Step::kWait);
  }
  void heartbeat(ErrorCode code) {
    const HeartbeatRequest request = member.heartbeat_request(now);
    member.on_heartbeat(request.generation_id, Error::kafka(wire_code(code)), now);
  }
};

const TopicPartitions kBoth{{"t", 0}, {"t", 1}};

}  // namespace

TEST_CASE("a member finds its coordinator, joins with the id it is given, syncs and is assigned",
          "[unit]") {
  Fixture f;
  f.find();
  REQUIRE(f.next() == Step::kJoin);
  const JoinGroupRequest first = f.member.join_request();
  CHECK(first.member_id.empty());
  CHECK(first.protocol_type == "consumer");
  CHECK(first.session_timeout_ms == 45'000);
  CHECK(first.rebalance_timeout_ms == 300'000);
  f.member.on_join(Fixture::refused(ErrorCode::kMemberIdRequired, "m"), f.now);
  REQUIRE(f.next() == Step::kJoin);  // at once (KIP-394)
  CHECK(f.member.join_request().member_id == "m");
  f.member.on_join(Fixture::place(1, "other"), f.now);
  f.sync(kBoth);
  f.assigned(kBoth);
  CHECK(f.next() == Step::kWait);
  CHECK(f.member.is_stable());
  CHECK(f.member.owned() == kBoth);
}

TEST_CASE("a leader looks topics up and assigns for all", "[unit]") {
  Fixture f;
  f.find();
  REQUIRE(f.next() == Step::kJoin);
  (void)f.member.join_request();
  f.member.on_join(Fixture::leading(1), f.now);
  REQUIRE(f.next() == Step::kDescribeTopics);
  CHECK(f.member.topics_wanted() == std::vector<std::string>{"t"});
  f.member.on_topics(TopicSizes{{"t", 3}}, f.now);
  REQUIRE(f.next() == Step::kSync);
  const SyncGroupRequest request = f.member.sync_request();
  REQUIRE(request.assignments.size() == 2);
  CHECK(*decode_assignment(request.assignments[0].assignment) == kBoth);
  CHECK(*decode_assignment(request.assignments[1].assignment) == TopicPartitions{{"t", 2}});
}

TEST_CASE("a leader joins again when a topic grew", "[unit]") {
  Fixture f;
  f.find();
  REQUIRE(f.next() == Step::kJoin);
  (void)f.member.join_request();
  f.member.on_join(Fixture::leading(1), f.now);
  REQUIRE(f.next() == Step::kDescribeTopics);
  f.member.on_topics(TopicSizes{{"t", 1}}, f.now);
  f.sync({{"t", 0}});
  f.assigned({{"t", 0}});
  REQUIRE(f.next() == Step::kWait);
  CHECK(f.member.wake_at() == f.now + f.member.options().topic_check_interval);
  f.later(5min);
  REQUIRE(f.next() == Step::kDescribeTopics);
  f.member.on_topics(TopicSizes{{"t", 1}}, f.now);
  REQUIRE(f.next() == Step::kWait);
  f.later(5min);
  REQUIRE(f.next() == Step::kDescribeTopics);
  f.member.on_topics(TopicSizes{{"t", 2}}, f.now);
  REQUIRE(f.next() == Step::kRevoke);
}

TEST_CASE("an eager member gives everything up before it joins again, still beating", "[unit]") {
  Fixture f;
  f.settle(1, kBoth);
  f.heartbeat(ErrorCode::kRebalanceInProgress);
  REQUIRE(f.next() == Step::kRevoke);
  CHECK(f.member.take_revoked() == kBoth);
  CHECK(f.member.generation() == 1);  // commits are taken until the group has the next one
  CHECK(f.member.heartbeat_due().has_value());
  f.heartbeat(ErrorCode::kRebalanceInProgress);
  REQUIRE(f.next() == Step::kJoin);
  CHECK(f.member.join_request().reason == "the group rebalances");
  CHECK_FALSE(f.member.heartbeat_due().has_value());
  f.member.on_join(Fixture::place(2, "other"), f.now);
  CHECK(f.member.heartbeat_due().has_value());
  f.sync({{"t", 0}});
  f.assigned({{"t", 0}});
}

TEST_CASE("a cooperative member keeps what stays its own, gives up the rest and joins again",
          "[unit]") {
  Fixture f(options({Assignor::kCooperativeSticky}));
  f.settle(1, kBoth, "cooperative-sticky");
  f.heartbeat(ErrorCode::kRebalanceInProgress);
  REQUIRE(f.next() == Step::kJoin);
  const auto told = decode_subscription("m", std::nullopt, f.member.join_request().protocols[0].metadata);
  CHECK(told->owned == kBoth);
  CHECK(told->generation == 1);
  f.member.on_join(Fixture::place(2, "other", "cooperative-sticky"), f.now);
  CHECK(f.member.owned() == kBoth);
  f.sync({{"t", 0}});
  REQUIRE(f.next() == Step::kRevoke);
  CHECK(f.member.take_revoked() == TopicPartitions{{"t", 1}});
  f.assigned({});
  REQUIRE(f.next() == Step::kJoin);  // so that its new owner gets it
}

TEST_CASE("a member that was taken for dead loses its partitions and starts anew", "[unit]") {
  Fixture f;
  f.settle(1, kBoth);
  f.heartbeat(ErrorCode::kUnknownMemberId);
  REQUIRE(f.next() == Step::kLose);
  CHECK(f.member.take_lost() == kBoth);
  CHECK(f.member.generation() == -1);
  REQUIRE(f.next() == Step::kJoin);
  CHECK(f.member.join_request().member_id.empty());
}

TEST_CASE("a member of an old generation keeps its id", "[unit]") {
  Fixture f;
  f.settle(1, kBoth);
  f.heartbeat(ErrorCode::kIllegalGeneration);
  REQUIRE(f.next() == Step::kLose);
  (void)f.member.take_lost();
  REQUIRE(f.next() == Step::kJoin);
  CHECK(f.member.join_request().member_id == "m");
}

TEST_CASE("answers to requests of an earlier generation change nothing", "[unit]") {
  Fixture f(options({Assignor::kCooperativeSticky}));
  f.settle(3, kBoth, "cooperative-sticky");
  f.member.on_heartbeat(2, Error::kafka(wire_code(ErrorCode::kUnknownMemberId)), f.now);
  f.member.on_commit_refused(2, Error::kafka(wire_code(ErrorCode::kIllegalGeneration)));
  f.member.on_sync(Fixture::assignment({}), f.now);
  CHECK(f.next() == Step::kWait);
  CHECK(f.member.owned() == kBoth);
}

TEST_CASE("what may pass is tried again, later each time; the coordinator is looked for anew where "
          "the answer says so",
          "[unit]") {
  Fixture f;
  f.find();
  for (const ErrorCode code : {ErrorCode::kCoordinatorLoadInProgress, ErrorCode::kNotCoordinator,
                               ErrorCode::kCoordinatorNotAvailable}) {
    REQUIRE(f.next() == Step::kJoin);
    (void)f.member.join_request();
    f.member.on_join(Fixture::refused(code), f.now);
    REQUIRE(f.next() == Step::kWait);
    CHECK(f.member.wake_at() > f.now);
    f.later(2s);
    if (code != ErrorCode::kCoordinatorLoadInProgress) f.find();
  }
  REQUIRE(f.next() == Step::kJoin);
  (void)f.member.join_request();
  f.member.on_join(Error::make(ClientCode::kDisconnected, "gone"), f.now);
  f.later(2s);
  f.find();
}

TEST_CASE("a restart of the coordinator costs a stable member nothing but a search", "[unit]") {
  Fixture f;
  f.settle(1, kBoth);
  f.member.on_heartbeat(1, Error::make(ClientCode::kDisconnected, "gone"), f.now);
  CHECK_FALSE(f.member.heartbeat_due().has_value());
  REQUIRE(f.next() == Step::kFindCoordinator);
  f.member.on_coordinator(Error::make(ClientCode::kConnectFailed, "not up"), f.now);
  REQUIRE(f.next() == Step::kWait);
  f.later(2s);
  f.find();
  f.heartbeat(ErrorCode::kCoordinatorLoadInProgress);
  f.later(1s);
  f.heartbeat(ErrorCode::kNone);
  CHECK(f.next() == Step::kWait);
  CHECK(f.member.owned() == kBoth);
  CHECK(f.member.generation() == 1);
}

TEST_CASE("a rebalance that overtakes a sync sends the member back to join at once", "[unit]") {
  Fixture f;
  f.find();
  f.join(1);
  REQUIRE(f.next() == Step::kSync);
  (void)f.member.sync_request();
  SyncGroupResponse answer;
  answer.error_code = wire_code(ErrorCode::kRebalanceInProgress);
  f.member.on_sync(answer, f.now);
  CHECK(f.next() == Step::kJoin);
}

TEST_CASE("fencing, and what no retry mends, is the end; partitions are lost, not revoked",
          "[unit]") {
  for (const ErrorCode code :
       {ErrorCode::kFencedInstanceId, ErrorCode::kGroupAuthorizationFailed}) {
    Fixture f;
    f.settle(1, kBoth);
    f.heartbeat(code);
    REQUIRE(f.next() == Step::kLose);
    (void)f.member.take_lost();
    CHECK(f.next() == Step::kStop);
    CHECK(f.member.failure().is(code));
  }
  for (const ErrorCode code :
       {ErrorCode::kInconsistentGroupProtocol, ErrorCode::kInvalidSessionTimeout,
        ErrorCode::kInvalidGroupId, ErrorCode::kGroupMaxSizeReached}) {
    Fixture f;
    f.find();
    REQUIRE(f.next() == Step::kJoin);
    (void)f.member.join_request();
    f.member.on_join(Fixture::refused(code), f.now);
    CHECK(f.next() == Step::kStop);
    CHECK(f.member.failure().is(code));
  }
}

TEST_CASE("a member that leaves gives everything up first; a static one does not say goodbye",
          "[unit]") {
  Fixture f;
  f.settle(1, kBoth);
  f.member.leave();
  REQUIRE(f.next() == Step::kRevoke);
  CHECK(f.member.take_revoked() == kBoth);
  CHECK(f.member.generation() == 1);
  REQUIRE(f.next() == Step::kLeave);
  CHECK(f.member.leave_request(2).member_id == "m");
  CHECK(f.member.leave_request(5).members.at(0).member_id == "m");
  f.member.on_left();
  CHECK(f.next() == Step::kStop);
  CHECK(f.member.failure().ok());

  GroupMemberOptions named = options();
  named.instance_id = "one";
  Fixture g(named);
  g.settle(1, kBoth);
  g.member.leave();
  REQUIRE(g.next() == Step::kRevoke);
  (void)g.member.take_revoked();
  CHECK(g.next() == Step::kStop);
}

TEST_CASE("leaving while a JoinGroup waits says goodbye for the id the member was given",
          "[unit]") {
  Fixture f;
  f.find();
  REQUIRE(f.next() == Step::kJoin);
  (void)f.member.join_request();
  f.member.on_join(Fixture::refused(ErrorCode::kMemberIdRequired, "m"), f.now);
  (void)f.member.join_request();
  f.member.leave();
  f.member.on_join(Error::make(ClientCode::kClosed, "closed"), f.now);
  REQUIRE(f.next() == Step::kLeave);
  CHECK(f.member.leave_request(5).members.at(0).member_id == "m");
}

TEST_CASE("what a member that leaves hangs up on does not end it before it said goodbye", "[unit]") {
  const Error hung_up = Error::make(ClientCode::kClosed, "closed");
  Fixture f;
  f.find();
  f.join(1);
  REQUIRE(f.next() == Step::kSync);
  (void)f.member.sync_request();
  f.member.leave();
  f.member.on_sync(hung_up, f.now);
  CHECK(f.next() == Step::kLeave);

  Fixture g;
  g.settle(1, kBoth);
  g.member.leave();
  g.member.on_heartbeat(1, hung_up, g.now);
  REQUIRE(g.next() == Step::kRevoke);
  (void)g.member.take_revoked();
  CHECK(g.next() == Step::kLeave);
}

TEST_CASE("a leader that rejoined as a static member may be told to keep the assignment (KIP-814)",
          "[unit]") {
  Fixture f;
  f.find();
  REQUIRE(f.next() == Step::kJoin);
  (void)f.member.join_request();
  JoinGroupResponse answer = Fixture::leading(4);
  answer.skip_assignment = true;
  f.member.on_join(answer, f.now);
  REQUIRE(f.next() == Step::kSync);
  CHECK(f.member.sync_request().assignments.empty());
}
