#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/protocol/errors.h"
#include "common/record/batch_view.h"
#include "tests/e2e/cli_test.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

using namespace leat;
using namespace leat::e2e;
using namespace leat::test;

namespace {

using Json = nlohmann::json;

// A broker in this process and the leat program against it.
struct LossBroker {
  BrokerFixture broker;
  int runs = 0;

  Finished leat(std::vector<std::string> args) {
    const std::string broker_address = fmt::format("{}:{}", broker.host(), broker.port());
    args.insert(args.begin(), {LEAT_BINARY_DIR "/leat", "-b", broker_address});
    Program program(broker.data_directory(), fmt::format("leat-{}", runs++), std::move(args));
    return program.wait();
  }
  // As an operator sees it who pipes it on.
  Json loss(const std::string& topic) {
    const Finished shown = leat({"log", "accept-loss", topic, "0", "--dry-run", "-o", "json"});
    INFO(shown.err);
    REQUIRE(shown.code == 0);
    return Json::parse(shown.out);
  }
  std::filesystem::path file(const std::string& topic, std::int64_t base) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(broker.data_directory()))
      if (entry.path().filename() == fmt::format("{:020}.log", base) &&
          entry.path().parent_path().filename() == topic + "-0")
        return entry.path();
    FAIL("no segment " << base);
    return {};
  }
};

// What a consumer gets that begins at `offset`, up to the first record that is there.
std::vector<std::string> read_on(WireClient& client, const TestTopic& topic, std::int64_t offset) {
  while (true) {
    const auto answer = fetch(client, topic, offset);
    REQUIRE(answer.error_code == 0);
    auto values = values_in(answer);
    record::BatchIterator batches(answer.records.view().value_or(ByteView()));
    const std::int64_t before = offset;
    while (batches.next()) offset = batches.header().next_offset().value();
    if (!values.empty() || offset == before) return values;
  }
}

std::vector<std::string> lines(int from, int to) {
  std::vector<std::string> out;
  for (int i = from; i < to; ++i) out.push_back("line " + std::to_string(i));
  return out;
}

}  // namespace

TEST_CASE("an operator sees what is lost, accepts it, and the partition serves the rest", "[e2e]") {
  LossBroker t;
  if (t.broker.is_foreign()) return;
  const std::string name = "t";
  TestTopic topic;
  {
    WireClient client = t.broker.connect();
    topic = create_topic(client, name);
    for (int i = 0; i < 10; ++i) must_produce(client, topic, lines(10 * i, 10 * i + 10));
  }
  const auto log = t.file(name, 0);
  const auto size = std::filesystem::file_size(log);
  CHECK(t.leat({"log", "accept-loss", name, "0"}).code == 1);
  std::filesystem::resize_file(log, size - size / 4);
  t.broker.restart();

  WireClient client = t.broker.connect();
  CHECK(produce(client, topic, make_batch({"x"})).error_code ==
        wire_code(ErrorCode::kKafkaStorageError));
  CHECK(fetch(client, topic, 0).error_code == wire_code(ErrorCode::kKafkaStorageError));
  CHECK_THAT(t.leat({"topic", "describe", name}).out, ContainsSubstring("leat log accept-loss t 0"));

  const Json loss = t.loss(name);
  CHECK(loss["accepted"] == false);
  CHECK(loss["recorded_end"] == 100);
  CHECK(loss["recorded_bytes"] == size);
  CHECK(loss["found_end"] == 70);
  CHECK(loss["lost_offsets"] == 30);
  CHECK(loss["new_end"] == 100);
  REQUIRE(loss["segments"].size() == 1);
  CHECK(loss["segments"][0]["missing"] == false);
  CHECK(loss["segments"][0]["lost_from"] == 70);
  CHECK(loss["segments"][0]["lost_to"] == 100);
  // Nobody is asked who is no terminal, and another loss than the one seen is not accepted.
  const Finished shown = t.leat({"log", "accept-loss", name, "0"});
  CHECK(shown.code == 1);
  CHECK_THAT(shown.out, ContainsSubstring("30 offsets lost"));
  CHECK_THAT(shown.out, ContainsSubstring("LOST FROM  BEFORE") && ContainsSubstring("70     100"));
  CHECK_THAT(shown.err, ContainsSubstring("--lost 30 --yes"));
  CHECK(t.leat({"log", "accept-loss", name, "0", "--lost", "29", "--yes"}).code == 2);
  CHECK(produce(client, topic, make_batch({"x"})).error_code ==
        wire_code(ErrorCode::kKafkaStorageError));

  const Finished accepted =
      t.leat({"log", "accept-loss", name, "0", "--lost", "30", "--yes", "-o", "json"});
  INFO(accepted.err);
  REQUIRE(accepted.code == 0);
  CHECK(Json::parse(accepted.out)["accepted"] == true);
  for (int round = 0; round < 2; ++round) {
    WireClient reader = t.broker.connect();
    CHECK(values_in(only_partition(reader.call(fetch_request(topic, 0, 12), 12))) ==
          lines(0, 70));
    if (round == 0) {
      CHECK(list_offset(reader, topic, -1).offset == 100);
      CHECK(read_on(reader, topic, 80).empty());
      const Finished read = t.leat({"consume", name, "-e"});
      CHECK(read.code == 0);
      CHECK(std::count(read.out.begin(), read.out.end(), '\n') == 70);
      CHECK(must_produce(reader, topic, {"after"}) == 100);
    }
    CHECK(list_offset(reader, topic, -1).offset == 101);
    CHECK(read_on(reader, topic, 70) == std::vector<std::string>{"after"});
    CHECK(read_on(reader, topic, 99) == std::vector<std::string>{"after"});
    if (round == 0) t.broker.restart();
  }
  CHECK(t.leat({"log", "accept-loss", name, "0", "--yes"}).code == 1);
}

TEST_CASE("a partition whose folder is gone begins again, empty, where it had ended", "[e2e]") {
  LossBroker t;
  if (t.broker.is_foreign()) return;
  TestTopic topic;
  {
    WireClient client = t.broker.connect();
    topic = create_topic(client, "t");
    must_produce(client, topic, lines(0, 10));
  }
  t.broker.restart();
  std::filesystem::remove_all(t.file("t", 0).parent_path());
  t.broker.restart();
  const Json loss = t.loss("t");
  CHECK(loss["lost_offsets"] == 10);
  CHECK(loss["segments"][0]["missing"] == true);
  REQUIRE(t.leat({"log", "accept-loss", "t", "0", "-y"}).code == 0);
  WireClient client = t.broker.connect();
  CHECK(must_produce(client, topic, {"x"}) == 10);
  CHECK(read_on(client, topic, 3) == std::vector<std::string>{"x"});
}

TEST_CASE("accepting a loss names what is wrong", "[e2e]") {
  LossBroker t;
  if (t.broker.is_foreign()) return;
  const Finished unknown = t.leat({"log", "accept-loss", "nothing", "0"});
  CHECK(unknown.code == 1);
  CHECK_THAT(unknown.err, ContainsSubstring("no such partition"));
  WireClient client = t.broker.connect();
  create_topic(client, "t");
  const Finished online = t.leat({"log", "accept-loss", "t", "0", "--yes"});
  CHECK(online.code == 1);
  CHECK_THAT(online.err, ContainsSubstring("t-0: the partition is online: nothing is missing"));
  const Finished negative = t.leat({"log", "accept-loss", "t", "-1"});
  CHECK(negative.code == 2);
  CHECK_THAT(negative.err, ContainsSubstring("'-1' must be a whole number, 0 or more"));
}
