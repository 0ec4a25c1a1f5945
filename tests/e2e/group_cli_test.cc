#include <nlohmann/json.hpp>

#include "common/protocol/errors.h"
#include "common/protocol/messages/20000_describe_group_lag.h"
#include "tests/e2e/cli_test.h"
#include "tests/support/catch.h"
#include "tests/support/group_calls.h"

using namespace leat;
using namespace leat::e2e;
using namespace leat::test;

namespace {

using Json = nlohmann::json;

WireClient connect(const Daemon& daemon) {
  const std::string address = daemon.address();
  return WireClient("127.0.0.1",
                    static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
}

std::string numbered_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

void make_topic(Daemon& daemon, const std::string& name, int partitions, int records) {
  REQUIRE(daemon.leat({"topic", "create", name, "-p", std::to_string(partitions)}).code == 0);
  for (int p = 0; p < partitions && records > 0; ++p) {
    const Finished produced =
        daemon.leat({"produce", name, "-p", std::to_string(p)}, numbered_lines(records));
    REQUIRE(produced.code == 0);
  }
}

Json only_lag(Daemon& daemon, const std::string& group) {
  const Finished shown = daemon.leat({"group", "lag", group, "-o", "json"});
  INFO(shown.err);
  REQUIRE(shown.code == 0);
  return Json::parse(shown.out).at(0).at("partitions").at(0);
}

// One member that owns every partition of "t".
WireMember stable_member(const Daemon& daemon, const std::string& group) {
  WireMember member(connect(daemon), group, "t");
  member.send_join();
  member.await_join();
  member.send_sync({{member.id(), {0, 1}}});
  member.await_sync();
  return member;
}

}  // namespace

TEST_CASE("lag is what is left to read, never negative, without an age where that is gone",
          "[e2e]") {
  Daemon daemon;
  make_topic(daemon, "t", 1, 10);
  WireClient client = connect(daemon);
  REQUIRE(commit(client, "g", "t", 0, 4) == 0);
  Json lag = only_lag(daemon, "g");
  CHECK(lag["committed"] == 4);
  CHECK(lag["end"] == 10);
  CHECK(lag["lag"] == 6);
  CHECK(lag["lag_ms"].is_number());
  CHECK(lag["lag_ms"] >= 0);
  CHECK(lag["member"].is_null());

  REQUIRE(commit(client, "g", "t", 0, 10) == 0);
  lag = only_lag(daemon, "g");
  CHECK(lag["lag"] == 0);
  CHECK(lag["lag_ms"] == 0);

  REQUIRE(commit(client, "g", "t", 0, 50) == 0);
  lag = only_lag(daemon, "g");
  CHECK(lag["lag"] == 0);
  CHECK(lag["lag_ms"] == 0);

  REQUIRE(commit(client, "g", "t", 0, 4) == 0);
  REQUIRE(daemon.leat({"topic", "trim", "t", "-p", "0", "--before-offset", "7", "-y"}).code == 0);
  lag = only_lag(daemon, "g");
  CHECK(lag["lag"] == 3);
  CHECK(lag["lag_ms"].is_null());
  CHECK_THAT(daemon.leat({"group", "lag", "g"}).err, ContainsSubstring("gone unread"));
}

TEST_CASE("pages of lag together are all of it, whatever their size", "[e2e]") {
  Daemon daemon;
  make_topic(daemon, "t", 3, 2);
  make_topic(daemon, "u", 2, 1);
  WireClient client = connect(daemon);
  for (const std::string group : {"a", "b", "c"}) {
    for (int p = 0; p < 3; ++p) REQUIRE(commit(client, group, "t", p, p) == 0);
    for (int p = 0; p < 2; ++p) REQUIRE(commit(client, group, "u", p, 0) == 0);
  }
  const WireMember owner = stable_member(daemon, "d");  // has committed nothing
  using Groups = std::optional<std::vector<std::string>>;
  const auto everything = [&](std::int32_t limit, const Groups& groups = std::nullopt) {
    DescribeGroupLagRequest request;
    request.groups = groups;
    request.partition_limit = limit;
    std::vector<std::string> rows;
    for (;;) {
      const DescribeGroupLagResponse page = client.call(request, 0);
      REQUIRE(page.error_code == 0);
      std::size_t in_page = 0;
      for (const auto& group : page.groups) {
        for (const auto& p : group.partitions) {
          ++in_page;
          rows.push_back(fmt::format("{}/{}/{}: {} of {}, {}", group.group_id, p.topic_name,
                                     p.partition_index, p.committed_offset, p.log_end_offset,
                                     p.lag));
        }
      }
      REQUIRE(in_page <= static_cast<std::size_t>(limit));
      if (!page.next_cursor) return rows;
      request.cursor =
          DescribeGroupLagRequest::Cursor{page.next_cursor->group_id, page.next_cursor->topic_name,
                                          page.next_cursor->partition_index};
    }
  };
  const std::vector<std::string> whole = everything(500);
  REQUIRE(whole.size() == 17);
  CHECK(whole.front() == "a/t/0: 0 of 2, 2");
  CHECK(whole[14] == "c/u/1: 0 of 1, 1");
  CHECK_THAT(whole.back(), ContainsSubstring("d/t/1: -1 of 2"));
  for (const std::int32_t limit : {1, 2, 3, 4, 7}) {
    CHECK(everything(limit) == whole);
    CHECK(everything(limit, Groups({"d", "b", "a", "b", "c"})) == whole);
  }
}

TEST_CASE("the metadata of a commit is as long as Kafka counts it, in UTF-16 units", "[e2e]") {
  Daemon daemon;
  make_topic(daemon, "t", 1, 1);
  WireClient client = connect(daemon);
  REQUIRE(commit(client, "g", "t", 0, 0) == 0);
  const auto error_of = [&](const std::string& topic, std::string_view character, int times) {
    OffsetCommitRequest request;
    request.group_id = "g";
    auto& partition =
        request.topics.emplace_back(OffsetCommitRequest::Topic{topic, {}, {}}).partitions.emplace_back();
    std::string metadata;
    for (int i = 0; i < times; ++i) metadata += character;
    partition.committed_metadata = metadata;
    return client.call(request, 8).topics.at(0).partitions.at(0).error_code;
  };
  constexpr std::string_view kTwoBytes = "\xC3\xA4", kThreeBytes = "\xE2\x82\xAC",
                             kTwoUnits = "\xF0\x9F\x98\x80";
  const auto too_large = wire_code(ErrorCode::kOffsetMetadataTooLarge);
  for (const std::string_view one_unit : {std::string_view("x"), kTwoBytes, kThreeBytes}) {
    CHECK(error_of("t", one_unit, 4096) == 0);
    CHECK(error_of("t", one_unit, 4097) == too_large);
  }
  CHECK(error_of("t", kTwoUnits, 2048) == 0);
  CHECK(error_of("t", kTwoUnits, 2049) == too_large);
  CHECK(error_of("nothere", "x", 4097) == wire_code(ErrorCode::kUnknownTopicOrPartition));
}

TEST_CASE("leat group shows members and rebalances, and leaves a live group alone", "[e2e]") {
  Daemon daemon;
  make_topic(daemon, "t", 2, 5);
  WireMember member = stable_member(daemon, "g");
  REQUIRE(member.commit(0, 2) == 0);

  const Json members = Json::parse(daemon.leat({"group", "members", "g", "-o", "json"}).out);
  REQUIRE(members.size() == 1);
  CHECK(members[0]["member"] == member.id());
  CHECK(members[0]["client"] == "wire-client");
  CHECK(members[0]["host"] == "/127.0.0.1");
  CHECK(members[0]["since_heartbeat_ms"] >= 0);
  CHECK(members[0]["assignment"][0]["partitions"] == std::vector<int>{0, 1});

  const Json group = Json::parse(daemon.leat({"group", "describe", "g", "-o", "json"}).out);
  CHECK(group["state"] == "Stable");
  CHECK(group["generation"] == 1);
  CHECK(group["lag"] == 3);
  CHECK(group["partitions"][1]["committed"].is_null());
  CHECK(group["partitions"][1]["lag"].is_null());
  CHECK(group["partitions"][1]["member"] == member.id());
  REQUIRE(group["rebalances"].size() == 1);
  CHECK(group["rebalances"][0]["member"] == member.id());
  CHECK(group["rebalances"][0]["completed"] == true);
  CHECK(group["rebalances"][0]["took_ms"] >= 0);
  CHECK_THAT(group["rebalances"][0]["reason"].get<std::string>(),
             ContainsSubstring("a new member joined"));
  CHECK_THAT(daemon.leat({"group", "describe", "g"}).out,
             ContainsSubstring("g: Stable, 1 member") && ContainsSubstring("WHY"));

  for (const bool execute : {false, true}) {
    std::vector<std::string> args{"group", "reset", "g", "--to", "beginning"};
    if (execute) args.push_back("--execute");
    const Finished refused = daemon.leat(args);
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, ContainsSubstring("active members"));
  }
  CHECK(daemon.leat({"group", "delete", "g", "-y"}).code == 1);
  WireClient client = connect(daemon);
  CHECK(committed(client, "g", "t", 0) == 2);
  CHECK(member.heartbeat() == 0);

  member.leave();
  const Json left = Json::parse(daemon.leat({"group", "describe", "g", "-o", "json"}).out);
  CHECK(left["state"] == "Empty");
  CHECK_THAT(left["rebalances"][1]["reason"].get<std::string>(), ContainsSubstring("left"));
  CHECK(daemon.leat({"group", "reset", "g", "--to", "beginning", "--execute"}).code == 0);
  CHECK(committed(client, "g", "t", 0) == 0);
}

TEST_CASE("leat group reset shows what it would do, and does it when told to", "[e2e]") {
  Daemon daemon;
  make_topic(daemon, "t", 2, 10);
  make_topic(daemon, "u", 1, 4);
  WireClient client = connect(daemon);
  REQUIRE(commit(client, "g", "t", 0, 8) == 0);
  REQUIRE(commit(client, "g", "u", 0, 1) == 0);
  const auto reset = [&](std::vector<std::string> args, const std::string& input = {}) {
    args.insert(args.begin(), {"group", "reset", "g", "-o", "json"});
    const Finished done = daemon.leat(args, input);
    INFO(done.err);
    REQUIRE(done.code == 0);
    return Json::parse(done.out);
  };

  Json rows = reset({"--to", "beginning"});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]["from"] == 8);
  CHECK(rows[0]["to"] == 0);
  CHECK(rows[0]["read_again"] == 8);
  CHECK(rows[0]["executed"] == false);
  CHECK(committed(client, "g", "t", 0) == 8);

  rows = reset({"--to", "-3", "--topic", "t:0,1", "--execute"});
  REQUIRE(rows.size() == 2);
  CHECK(rows[1]["from"].is_null());
  CHECK(committed(client, "g", "t", 0) == 7);
  CHECK(committed(client, "g", "t", 1) == 7);
  CHECK(committed(client, "g", "u", 0) == 1);

  reset({"--to", "end", "--topic", "u", "--execute"});
  CHECK(committed(client, "g", "u", 0) == 4);
  reset({"--to", "@-1h", "--topic", "u", "--execute"});
  CHECK(committed(client, "g", "u", 0) == 0);
  reset({"--to", "99", "--topic", "t", "--execute"});
  CHECK(committed(client, "g", "t", 0) == 10);
  reset({"--file", "-", "--execute"}, "\"t\",0,3\nu,0,2\n");
  CHECK(committed(client, "g", "t", 0) == 3);
  CHECK(committed(client, "g", "u", 0) == 2);
  rows = reset({"--file", "-", "--topic", "t:1", "--execute"}, "t,0,9\nt,1,2\nu,0,0\n");
  REQUIRE(rows.size() == 1);
  CHECK(committed(client, "g", "t", 0) == 3);
  CHECK(committed(client, "g", "t", 1) == 2);
  CHECK(committed(client, "g", "u", 0) == 2);
  // A group can be given offsets before it has ever been used.
  CHECK(daemon.leat({"group", "reset", "new", "--to", "5", "--topic", "t", "--execute"}).code == 0);
  CHECK(committed(client, "new", "t", 1) == 5);

  const Finished unnamed =
      daemon.leat({"group", "reset", "g", "--file", "-", "--topic", "zzz"}, "t,0,1\n");
  CHECK(unnamed.code == 2);
  CHECK_THAT(unnamed.err, ContainsSubstring("no line of - names what --topic selects"));
  CHECK(daemon.leat({"group", "reset", "g"}).code == 2);
  const Finished directory = daemon.leat({"group", "reset", "g", "--file", "/tmp"});
  CHECK(directory.code == 2);
  CHECK_THAT(directory.err, ContainsSubstring("'/tmp' is a directory"));
  CHECK(daemon.leat({"group", "reset", "g", "--file", "/no/such/file"}).code == 2);
  CHECK_THAT(daemon.leat({"group", "reset", "g", "--to", "99", "--topic", "t:0"}).err,
             ContainsSubstring("t-0: there is no offset 99, 10 is the end"));
  CHECK(daemon.leat({"group", "reset", "g", "--to", "yesterday"}).code == 2);
  const Finished nobody = daemon.leat({"group", "reset", "nobody", "--to", "end"});
  CHECK(nobody.code == 2);
  CHECK_THAT(nobody.err, ContainsSubstring("there is no group 'nobody'"));
  CHECK(daemon.leat({"group", "reset", "g", "--to", "end", "--topic", "nothing"}).code == 1);
  CHECK(daemon.leat({"group", "reset", "g", "--to", "end", "--topic", "t:7"}).code != 0);
}

TEST_CASE("groups are listed, summed up and deleted", "[e2e]") {
  Daemon daemon;
  make_topic(daemon, "t", 1, 10);
  CHECK(daemon.leat({"group", "list"}).code == 0);
  WireClient client = connect(daemon);
  REQUIRE(commit(client, "one", "t", 0, 4) == 0);
  REQUIRE(commit(client, "two", "t", 0, 9) == 0);
  CHECK_THAT(daemon.leat({"group", "list"}).out,
             ContainsSubstring("one") && ContainsSubstring("Empty"));
  CHECK(Json::parse(daemon.leat({"group", "list", "tw", "-o", "json"}).out).size() == 1);
  CHECK(Json::parse(daemon.leat({"group", "list", "--state", "stable", "-o", "json"}).out).empty());
  CHECK(daemon.leat({"group", "list", "--state", "foo"}).code == 2);
  const Json sums = Json::parse(daemon.leat({"group", "lag", "-o", "json"}).out);
  REQUIRE(sums.size() == 2);
  CHECK(sums[0]["lag"] == 6);
  CHECK(sums[1]["lag"] == 1);

  const Finished partly = daemon.leat({"group", "delete", "one", "nobody", "-y"});
  CHECK(partly.code == 4);
  CHECK_THAT(partly.err, ContainsSubstring("GROUP_ID_NOT_FOUND"));
  CHECK(committed(client, "one", "t", 0) == -1);
  CHECK(daemon.leat({"group", "describe", "one"}).code == 1);
  CHECK(daemon.leat({"group", "members", "two"}).code == 0);
}
