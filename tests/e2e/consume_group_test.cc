#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <climits>
#include <csignal>
#include <map>
#include <set>

#include "client/group/group_consumer.h"
#include "client/group/group_offsets.h"
#include "client/spawn.h"
#include "tests/e2e/cli_test.h"
#include "tests/support/catch.h"

// leat consume --group. Members are processes; a record is a line of kLine bytes with its number,
// so that output can be counted by its size.
namespace leat::e2e {
namespace {

constexpr std::size_t kLine = 7;
constexpr int kPartitions = 4;

// Produces numbered records, one to each partition a round.
class Numbers {
 public:
  explicit Numbers(Daemon& daemon, std::string topic = "t")
      : daemon_(daemon), topic_(std::move(topic)) {
    REQUIRE(daemon.leat({"topic", "create", topic_, "-p", std::to_string(kPartitions)}).code == 0);
  }
  void produce_round() {
    for (int p = 0; p < kPartitions; ++p) {
      const std::string line = fmt::format("{:06}\n", count_++);
      REQUIRE(daemon_.leat({"produce", topic_, "-p", std::to_string(p)}, line).code == 0);
    }
  }
  std::size_t bytes() const { return kLine * static_cast<std::size_t>(count_); }
  // Every record once, in any order.
  void require_all(const std::string& out) const {
    REQUIRE(out.size() == bytes());
    std::set<std::string> lines;
    for (std::size_t at = 0; at < out.size(); at += kLine) lines.insert(out.substr(at, kLine));
    CHECK(lines.size() == static_cast<std::size_t>(count_));
  }

 private:
  Daemon& daemon_;
  std::string topic_;
  int count_ = 0;
};

asio::awaitable<void> fetch(asio::io_context& io, std::string address, std::string group,
                            std::int64_t& sum) {
  ClientOptions options;
  options.bootstrap = *parse_endpoints(address);
  const auto client = Client::make(io.get_executor(), options);
  CoordinatorLink link(client, group);
  TopicPartitions partitions;
  for (int p = 0; p < kPartitions; ++p) partitions.emplace_back("t", p);
  const auto offsets =
      co_await fetch_offsets(client, link, group, std::move(partitions), std::chrono::seconds(10));
  REQUIRE(offsets.ok());
  for (const CommittedOffset& offset : *offsets) sum += std::max<std::int64_t>(offset.offset, 0);
  client->close();
}

// Records that the group has behind it, over all partitions.
std::int64_t committed(const Daemon& daemon, const std::string& group) {
  asio::io_context io;
  std::int64_t sum = 0;
  spawn(io.get_executor(), fetch(io, daemon.address(), group, sum));
  io.run();
  return sum;
}

std::vector<std::string> member(std::vector<std::string> more = {}) {
  std::vector<std::string> args{"consume", "t", "--group", "g"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

// Takes this many records, and declares them done.
asio::awaitable<void> expect(GroupConsumer& consumer, int count) {
  while (count > 0) {
    auto records = co_await consumer.next(std::chrono::seconds(30));
    INFO(records.error().describe());
    REQUIRE((records.ok() && records->has_value()));
    RecordView record;
    while ((*records)->next(record)) --count;
    consumer.done(**records);
  }
  CHECK(count == 0);
}

// Two members of group "g" in this process, which differ in their member options at most.
class TwoMembers {
 public:
  explicit TwoMembers(const Daemon& daemon) : options("g", {"t"}) {
    client_options.bootstrap = *parse_endpoints(daemon.address());
    options.member.heartbeat_interval = std::chrono::milliseconds(20);
    options.start = StartAt::beginning();
  }
  using Test = std::function<asio::awaitable<void>(std::shared_ptr<Client>, GroupConsumer&,
                                                   GroupConsumer&)>;
  void run(Test test) {
    bool ended = false;
    const auto body = [&]() -> asio::awaitable<void> {
      // Members do not share what they know of the topic, as processes do not.
      const auto one = Client::make(io_.get_executor(), client_options);
      const auto other = Client::make(io_.get_executor(), client_options);
      {
        GroupConsumer a(one, options);
        while (a.member()->state().owned().empty()) co_await a.member()->changed().wait();
        GroupConsumer b(other, options);
        while (b.member()->state().owned().empty()) co_await b.member()->changed().wait();
        while (a.member()->state().owned().empty()) co_await a.member()->changed().wait();
        co_await test(one, a, b);
      }
      one->close();
      other->close();
      ended = true;
    };
    spawn(io_.get_executor(), body());
    io_.run_for(std::chrono::seconds(60));
    REQUIRE(ended);
  }
  ClientOptions client_options;
  GroupConsumerOptions options;

 private:
  asio::io_context io_;
};

}  // namespace

TEST_CASE("two members that read up to the end read everything, though one is done before the other",
          "[e2e]") {
  constexpr int kRecords = 60;
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "2"}).code == 0);
  for (int i = 0; i < kRecords; ++i)
    REQUIRE(daemon.leat({"produce", "t", "-p", "0"}, "x\n").code == 0);
  REQUIRE(daemon.leat({"produce", "t", "-p", "1"}, "x\n").code == 0);
  TwoMembers members(daemon);
  members.options.bounded = true;
  members.options.plan = [](std::vector<CommittedOffset> committed)
      -> asio::awaitable<Result<std::vector<Assignment>>> {
    std::vector<Assignment> assignments;
    for (const CommittedOffset& offset : committed)
      assignments.emplace_back(offset.partition.topic, offset.partition.partition,
                               StartAt::offset(std::max<std::int64_t>(offset.offset, 0)),
                               offset.partition.partition == 0 ? kRecords : 1);
    co_return assignments;
  };
  // One batch in an answer, and one answer in hand.
  members.options.fetch.max_partition_bytes = 1;
  members.options.fetch.buffer_bytes = 1;
  int read = 0;
  members.run([&](std::shared_ptr<Client>, GroupConsumer& a,
                  GroupConsumer& b) -> asio::awaitable<void> {
    const bool first_has_more = a.member()->state().owned().front().partition == 0;
    for (GroupConsumer* consumer : {first_has_more ? &b : &a, first_has_more ? &a : &b}) {
      while (!consumer->finished()) {
        auto records = co_await consumer->next(std::chrono::seconds(30));
        INFO(records.error().describe());
        REQUIRE(records.ok());
        if (!*records) continue;
        RecordView record;
        while ((*records)->next(record)) ++read;
        consumer->done(**records);
      }
      const Error error = co_await consumer->close();
      CHECK(error.ok());
    }
  });
  CHECK(read == kRecords + 1);
  CHECK(committed(daemon, "g") == kRecords + 1);
}

TEST_CASE("when a topic grows, members that do not lead the group read new partitions too", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "2"}).code == 0);
  TwoMembers members(daemon);
  members.options.member.topic_check_interval = std::chrono::milliseconds(20);
  members.run([&](std::shared_ptr<Client>, GroupConsumer& a,
                  GroupConsumer& b) -> asio::awaitable<void> {
    REQUIRE(daemon.leat({"topic", "add-partitions", "t", "-n", "6"}).code == 0);
    for (int p = 0; p < 6; ++p)
      REQUIRE(daemon.leat({"produce", "t", "-p", std::to_string(p)}, "x\n").code == 0);
    std::map<GroupConsumer*, std::set<std::int32_t>> read;
    for (const Patience patience; read[&a].size() + read[&b].size() < 6;) {
      REQUIRE(patience.left());
      for (GroupConsumer* consumer : {&a, &b}) {
        auto records = co_await consumer->next(std::chrono::milliseconds(10));
        INFO(records.error().describe());
        REQUIRE(records.ok());
        if (!*records) continue;
        read[consumer].insert((*records)->partition());
        consumer->done(**records);
      }
    }
    for (GroupConsumer* consumer : {&a, &b}) CHECK(*read[consumer].rbegin() >= 2);
  });
}

TEST_CASE("two members share a topic, and when one is interrupted the other takes over at once, no "
          "record lost or repeated",
          "[e2e]") {
  const std::string assignor = GENERATE("range", "cooperative-sticky");
  Daemon daemon;
  Numbers numbers(daemon);
  Program a(daemon.directory(), "a", daemon.command(member({"--assignor", assignor})));
  numbers.produce_round();
  CHECK(a.wait_for_output(kLine).size() >= kLine);
  Program b(daemon.directory(), "b", daemon.command(member({"--assignor", assignor})));
  for (const Patience patience; b.wait_for_output(0).empty();) {
    REQUIRE(patience.left());
    numbers.produce_round();
  }
  a.signal(SIGINT);
  const Finished left = a.wait();
  CHECK(left.code == 130);
  CHECK(left.err.empty());
  numbers.produce_round();
  // The session time-out is longer than this waits.
  b.wait_for_output(numbers.bytes() - left.out.size());
  b.signal(SIGTERM);
  const Finished last = b.wait();
  CHECK(last.code == 130);
  numbers.require_all(left.out + last.out);
  CHECK(committed(daemon, "g") * static_cast<std::int64_t>(kLine) ==
        static_cast<std::int64_t>(numbers.bytes()));
}

TEST_CASE("a member that was killed resumes where it committed", "[e2e]") {
  Daemon daemon;
  Numbers numbers(daemon);
  numbers.produce_round();
  const auto args = member({"--instance", "one"});
  std::string before;
  {
    Program killed(daemon.directory(), "killed", daemon.command(args));
    before = killed.wait_for_output(numbers.bytes());
    for (const Patience patience; committed(daemon, "g") < kPartitions;) REQUIRE(patience.left());
    killed.signal(SIGKILL);
    killed.wait();
  }
  numbers.produce_round();
  Program back(daemon.directory(), "back", daemon.command(args));
  back.wait_for_output(numbers.bytes() - before.size());
  back.signal(SIGINT);
  numbers.require_all(before + back.wait().out);
}

TEST_CASE("a crashed member's partitions go to the others after the session time-out", "[e2e]") {
  Daemon daemon;
  Numbers numbers(daemon);
  const auto args = member({"--session-timeout", "6s"});
  Program stays(daemon.directory(), "stays", daemon.command(args));
  Program crashes(daemon.directory(), "crashes", daemon.command(args));
  for (const Patience patience;
       crashes.wait_for_output(0).empty() || stays.wait_for_output(0).empty();) {
    REQUIRE(patience.left());
    numbers.produce_round();
  }
  crashes.signal(SIGKILL);
  const std::string before = crashes.wait().out;
  numbers.produce_round();
  std::set<std::string> seen;
  // What it printed and had not committed comes again: at least once.
  const Patience patience;
  for (std::size_t bytes = 0; seen.size() * kLine < numbers.bytes();) {
    REQUIRE(patience.left());
    const std::string out = stays.wait_for_output(bytes) + before;
    for (std::size_t at = 0; at < out.size(); at += kLine) seen.insert(out.substr(at, kLine));
    REQUIRE(out.size() - before.size() >= bytes);
    bytes = out.size() - before.size() + 1;
  }
}

TEST_CASE("--count commits exactly what was printed, --exit-at-end the rest, and leaves nothing "
          "waiting",
          "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  REQUIRE(daemon.leat({"produce", "t"}, "1\n2\n3\n4\n5\n").code == 0);
  CHECK(daemon.leat(member({"-n", "2"})).out == "1\n2\n");
  CHECK(daemon.leat(member({"-n", "1"})).out == "3\n");
  const Finished rest = daemon.leat(member({"-e"}));
  CHECK(rest.code == 0);
  CHECK(rest.out == "4\n5\n");
  const Finished nothing = daemon.leat(member({"-e"}));
  CHECK(nothing.code == 0);
  CHECK(nothing.out.empty());
  CHECK(daemon.leat({"consume", "t", "-g", "other", "--from", "-1", "-e"}).out == "5\n");
}

TEST_CASE("a member whose reader goes leaves the group, and ends as by SIGPIPE", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  // More than a pipe holds, so that the member is still writing when the reader goes.
  std::string lines;
  for (int i = 0; i < 40'000; ++i) lines += fmt::format("{:06}\n", i);
  REQUIRE(daemon.leat({"produce", "t"}, lines).code == 0);
  const std::string pipe = R"({ "$@"; echo $? >&2; } | head -n 1)";
  std::vector<std::string> argv{"/bin/sh", "-c", pipe, "sh"};
  for (std::string& arg : daemon.command(member())) argv.push_back(std::move(arg));
  Program first(daemon.directory(), "first", std::move(argv));
  const Finished finished = first.wait();
  CHECK(finished.out == "000000\n");
  CHECK(finished.err == "141\n");
  CHECK_THAT(daemon.leat({"group", "describe", "g", "-o", "json"}).out,
             ContainsSubstring("\"state\": \"Empty\""));
}

TEST_CASE("a member nobody reads from still answers to signals and leaves the group", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  std::string lines;
  for (int i = 0; i < 40'000; ++i) lines += fmt::format("{:06}\n", i);
  REQUIRE(daemon.leat({"produce", "t"}, lines).code == 0);
  const bool in_group = GENERATE(true, false);
  const std::string fifo = daemon.directory() + "/fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const int reader = ::open(fifo.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(reader >= 0);
  std::vector<std::string> argv{"/bin/sh", "-c", "exec \"$@\" >" + fifo, "sh"};
  const auto args = in_group ? member() : std::vector<std::string>{"consume", "t"};
  for (std::string& arg : daemon.command(args)) argv.push_back(std::move(arg));
  Program stuck(daemon.directory(), "stuck", std::move(argv));
  const int full = ::fcntl(reader, F_GETPIPE_SZ) - PIPE_BUF;
  for (const Patience patience;;) {
    int waiting = 0;
    REQUIRE(::ioctl(reader, FIONREAD, &waiting) == 0);
    if (waiting >= full) break;
    REQUIRE(patience.left());
  }
  const auto state = [&] { return daemon.leat({"group", "describe", "g", "-o", "json"}).out; };
  if (in_group) CHECK_THAT(state(), ContainsSubstring("\"state\": \"Stable\""));
  stuck.signal(SIGTERM);
  CHECK(stuck.wait().code == 130);
  if (in_group) CHECK_THAT(state(), ContainsSubstring("\"state\": \"Empty\""));
  ::close(reader);
}

TEST_CASE("a group whose committed offset was deleted goes on with what is left", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  REQUIRE(daemon.leat({"produce", "t"}, "0\n1\n2\n3\n4\n5\n").code == 0);
  CHECK(daemon.leat(member({"-n", "2"})).out == "0\n1\n");
  REQUIRE(daemon.leat({"topic", "trim", "t", "-p", "0", "--before-offset", "4", "-y"}).code == 0);
  CHECK(daemon.leat(member({"-e"})).out == "4\n5\n");
}

TEST_CASE("a member lives through kill -9 of the broker and commits afterwards", "[e2e]") {
  Daemon daemon;
  Numbers numbers(daemon);
  Program consumer(daemon.directory(), "consumer", daemon.command(member()));
  numbers.produce_round();
  CHECK(consumer.wait_for_output(numbers.bytes()).size() == numbers.bytes());
  daemon.kill_and_restart();
  numbers.produce_round();
  consumer.wait_for_output(numbers.bytes());
  consumer.signal(SIGINT);
  const Finished finished = consumer.wait();
  CHECK(finished.err.find("error") == std::string::npos);
  numbers.require_all(finished.out);
  CHECK(committed(daemon, "g") * static_cast<std::int64_t>(kLine) ==
        static_cast<std::int64_t>(numbers.bytes()));
}

TEST_CASE("what a group refuses has a name", "[e2e]") {
  Daemon daemon;
  Numbers numbers(daemon);
  CHECK(daemon.leat(member({"-p", "0"})).code == 2);
  CHECK(daemon.leat(member({"--assignor", "sticky"})).code == 2);
  CHECK(daemon.leat({"consume", "nothere", "-g", "g"}).code == 1);
  const Finished session = daemon.leat(member({"--session-timeout", "1ms"}));
  CHECK(session.code == 1);
  CHECK_THAT(session.err, ContainsSubstring("INVALID_SESSION_TIMEOUT"));

  Program first(daemon.directory(), "first", daemon.command(member({"--instance", "one"})));
  numbers.produce_round();
  first.wait_for_output(numbers.bytes());
  const Finished other = daemon.leat(member({"--assignor", "roundrobin"}));
  CHECK(other.code == 1);
  CHECK_THAT(other.err, ContainsSubstring("INCONSISTENT_GROUP_PROTOCOL"));
  Program second(daemon.directory(), "second", daemon.command(member({"--instance", "one"})));
  const Finished fenced = first.wait();
  CHECK(fenced.code == 1);
  CHECK_THAT(fenced.err, ContainsSubstring("FENCED_INSTANCE_ID"));
}

TEST_CASE("a group gets the partitions that its topic gets later, outlives the topic's deletion and "
          "reads it when it is there again",
          "[e2e]") {
  Daemon daemon;
  Numbers numbers(daemon);
  numbers.produce_round();
  asio::io_context io;
  bool ended = false;
  const auto test = [&]() -> asio::awaitable<void> {
    ClientOptions client_options;
    client_options.bootstrap = *parse_endpoints(daemon.address());
    const auto client = Client::make(io.get_executor(), client_options);
    GroupConsumerOptions options("g", {"t"});
    options.member.topic_check_interval = std::chrono::milliseconds(20);
    options.start = StartAt::beginning();
    GroupConsumer consumer(client, options);
    co_await expect(consumer, kPartitions);
    REQUIRE(daemon.leat({"topic", "add-partitions", "t", "-n", "6"}).code == 0);
    REQUIRE(daemon.leat({"produce", "t", "-p", "5"}, "grown\n").code == 0);
    co_await expect(consumer, 1);
    REQUIRE(daemon.leat({"topic", "delete", "t", "-y"}).code == 0);
    for (const Patience patience; !consumer.member()->state().owned().empty();) {
      REQUIRE(patience.left());
      const auto none = co_await consumer.next(std::chrono::milliseconds(10));
      REQUIRE((none.ok() && !none->has_value()));
    }
    REQUIRE(daemon.leat({"topic", "create", "t", "-p", "4"}).code == 0);
    REQUIRE(daemon.leat({"produce", "t"}, "again\n").code == 0);
    co_await expect(consumer, 1);
    const Error error = co_await consumer.close();
    CHECK(error.ok());
    client->close();
    ended = true;
  };
  spawn(io.get_executor(), test());
  io.run_for(std::chrono::seconds(60));
  REQUIRE(ended);
  CHECK(committed(daemon, "g") == 1);
}

}  // namespace leat::e2e
