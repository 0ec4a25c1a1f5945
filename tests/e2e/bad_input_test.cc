// Peers that send what they should not, too slowly, or do not read: the broker closes them and
// serves everyone else.
#include <fcntl.h>
#include <unistd.h>

#include "common/base/random.h"
#include "common/protocol/messages/18_api_versions.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/group_calls.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;
using std::chrono::milliseconds;

Bytes metadata_frame(WireClient& client) { return client.encode(MetadataRequest{}, 9); }

void check_serves(const BrokerFixture& broker) {
  auto client = broker.connect();
  CHECK(client.call(MetadataRequest{}, 9).brokers.size() == 1);
}

TEST_CASE("garbage on many connections hurts nobody else", "[e2e]") {
  BrokerFixture broker;
  Random random(20260101);
  for (int i = 0; i < 200; ++i) {
    auto client = broker.connect();
    Bytes garbage(1 + random.below(4000));
    for (auto& b : garbage) b = static_cast<std::byte>(random.below(256));
    // Half of them look like a frame of the right size.
    if (i % 2 == 0 && garbage.size() > 4) {
      store_be(garbage.data(), static_cast<std::int32_t>(garbage.size() - 4));
    }
    client.send_bytes(garbage);
  }
  check_serves(broker);
}

TEST_CASE("well-formed requests with a damaged byte close their connection at most", "[e2e]") {
  BrokerFixture broker;
  auto setup = broker.connect();
  const auto topic = create_topic(setup, unique_name("damaged"));
  Random random(7);
  const Bytes batch = make_batch({"a", "b", "c"}, sequenced(5, 0, 0));
  for (int i = 0; i < 300; ++i) {
    auto client = broker.connect();
    Bytes frame = i % 2 == 0 ? client.encode(produce_request(topic, batch, 11), 11)
                             : client.encode(create_request("made", 2), 7);
    frame[4 + random.below(frame.size() - 4)] = static_cast<std::byte>(random.below(256));
    client.send_bytes(frame);
    client.close_sending();
    while (client.read_frame()) {
    }
  }
  check_serves(broker);
}

TEST_CASE("a frame cut off anywhere before the connection ends is forgotten", "[e2e]") {
  BrokerFixture broker;
  auto probe = broker.connect();
  const Bytes frame = metadata_frame(probe);
  for (std::size_t n = 0; n < frame.size(); ++n) {
    auto client = broker.connect();
    client.send_bytes(ByteView(frame).first(n));
  }
  check_serves(broker);
}

TEST_CASE("a count of tagged fields that the frame cannot hold closes the connection", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  // Header version 2 of ApiVersions v3: the tag section of the header claims 2^28 fields.
  Bytes body;
  for (const int b : {0xff, 0xff, 0xff, 0x7f}) body.push_back(static_cast<std::byte>(b));
  client.send_bytes(raw_request(18, 3, 1, body));
  CHECK(client.is_closed());
  check_serves(broker);
}

TEST_CASE("a frame that stops arriving is closed after leat.frame.progress.timeout.ms", "[e2e]") {
  BrokerFixture broker({{"leat.frame.progress.timeout.ms", "300"}});
  if (broker.is_foreign()) return;
  auto slow = broker.connect();
  const Bytes frame = metadata_frame(slow);
  slow.send_bytes(ByteView(frame).first(frame.size() / 2));
  CHECK(slow.is_closed());
  auto large = broker.connect();
  Bytes beginning(300'000);
  store_be(beginning.data(), std::int32_t{50'000'000});
  large.send_bytes(beginning);
  CHECK(large.is_closed());
  check_serves(broker);
}

TEST_CASE("a connection without requests is closed after connections.max.idle.ms", "[e2e]") {
  BrokerFixture broker({{"connections.max.idle.ms", "300"}});
  if (broker.is_foreign()) return;
  auto idle = broker.connect();
  CHECK(idle.call(MetadataRequest{}, 9).brokers.size() == 1);
  CHECK(idle.is_closed());
}

TEST_CASE("a fetch that waits longer than connections.max.idle.ms is not idle", "[e2e]") {
  BrokerFixture broker({{"connections.max.idle.ms", "200"}});
  if (broker.is_foreign()) return;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("patient"));
  CHECK(only_partition(client.call(fetch_request(topic, 0, 12, 1500), 12)).error_code == 0);
}

TEST_CASE("pipelined requests are answered in their order, in one write or byte by byte", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("pipelined"));
  const Bytes batch = make_batch({"v"});
  Bytes requests;
  for (int i = 0; i < 25; ++i) {
    append(requests, client.encode(produce_request(topic, batch, 11), 11));
    append(requests, client.encode(fetch_request(topic, i, 12), 12));
  }
  const bool byte_by_byte = GENERATE(false, true);
  if (byte_by_byte) {
    for (const std::byte& b : requests) client.send_bytes(ByteView(&b, 1));
  } else {
    client.send_bytes(requests);
  }
  for (int i = 0; i < 25; ++i) {
    const auto produced = client.receive<ProduceResponse>(11);
    CHECK(produced.responses.at(0).partition_responses.at(0).base_offset == i);
    CHECK(only_partition(client.receive<FetchResponse>(12)).error_code == 0);
  }
}

TEST_CASE("more requests than leat.max.pipelined.requests in one write are all answered", "[e2e]") {
  const std::string most = GENERATE("1", "8");
  BrokerFixture broker({{"leat.max.pipelined.requests", most}});
  auto client = broker.connect();
  Bytes requests;
  for (int i = 0; i < 1000; ++i) append(requests, metadata_frame(client));
  client.send_bytes(requests);
  for (int i = 0; i < 1000; ++i) REQUIRE(client.receive<MetadataResponse>(9).brokers.size() == 1);
}

TEST_CASE("a connection at rest is served also when leat.max.queued.requests is used up", "[e2e]") {
  BrokerFixture broker({{"leat.max.queued.requests", "1"}});
  auto waiting = broker.connect();
  auto other = broker.connect();
  const auto topic = create_topic(waiting, unique_name("queued"));
  Bytes requests = waiting.encode(fetch_request(topic, 0, 12, 30'000), 12);
  append(requests, metadata_frame(waiting));
  waiting.send_bytes(requests);
  Bytes many;
  for (int i = 0; i < 100; ++i) append(many, metadata_frame(other));
  other.send_bytes(many);
  for (int i = 0; i < 100; ++i) REQUIRE(other.receive<MetadataResponse>(9).brokers.size() == 1);
  REQUIRE(produce(other, topic, make_batch({"x"})).error_code == 0);
  CHECK(only_partition(waiting.receive<FetchResponse>(12)).error_code == 0);
  CHECK(waiting.receive<MetadataResponse>(9).brokers.size() == 1);
}

TEST_CASE("a peer that leaves while its fetch waits is missed at once, however many wait", "[e2e]") {
  BrokerFixture broker({{"leat.max.queued.requests", "1"}, {"max.connections", "10"}});
  if (broker.is_foreign()) return;
  auto patient = broker.connect();
  const auto topic = create_topic(patient, unique_name("abandoned"));
  patient.send(fetch_request(topic, 0, 12, INT32_MAX), 12);
  const auto give_up = std::chrono::steady_clock::now() + WireClient::kPatience;
  // The broker may see a new connection before the end of an old one: ask again.
  const auto abandon_one = [&] {
    auto client = broker.connect();
    client.send(MetadataRequest{}, 9);
    if (!client.read_frame()) return false;
    client.send_bytes(client.encode(fetch_request(topic, 0, 12, INT32_MAX), 12));
    return true;
  };
  for (int abandoned = 0; abandoned < 50;) {
    REQUIRE(std::chrono::steady_clock::now() < give_up);
    if (abandon_one()) ++abandoned;
  }
}

TEST_CASE("what comes behind a fetch that waits is handled after it", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  auto other = broker.connect();
  const auto topic = create_topic(client, unique_name("behind"));
  Bytes requests = client.encode(fetch_request(topic, 0, 12, 30'000), 12);
  const Bytes batch = make_batch({"mine"});
  append(requests, client.encode(produce_request(topic, batch, 11), 11));
  // More than one read of it lies behind the fetch.
  const Bytes large = make_batch({std::string(100'000, 'x')});
  append(requests, client.encode(produce_request(topic, large, 11), 11));
  client.send_bytes(requests);
  REQUIRE(must_produce(other, topic, {"theirs"}) == 0);
  CHECK(values_in(only_partition(client.receive<FetchResponse>(12))).front() == "theirs");
  for (int i = 1; i <= 2; ++i) {
    const auto answer = client.receive<ProduceResponse>(11);
    CHECK(answer.responses.at(0).partition_responses.at(0).base_offset == i);
  }
}

TEST_CASE("a peer that never reads is not served on and on, and gets every answer once it reads",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("mute"), 200);
  MetadataRequest about;
  about.topics->push_back({{}, topic.name});
  // 64 MB of requests; bytes after the body are legal and fill the sockets' buffers sooner.
  Bytes body = *wire::encode_bytes(about, 1);
  body.resize(16'000);
  Bytes requests;
  std::vector<std::size_t> ends;
  for (std::int32_t i = 1; i <= 4000; ++i) {
    append(requests, raw_request(3, 1, client.answers() + i, body));
    ends.push_back(requests.size());
  }
  const std::size_t sent = client.send_what_fits(requests, milliseconds(1000));
  // What the sockets' buffers hold, not what the broker would.
  CHECK(sent < requests.size());
  check_serves(broker);
  const auto whole = std::count_if(ends.begin(), ends.end(), [&](auto end) { return end <= sent; });
  for (int i = 0; i < whole; ++i) {
    REQUIRE(client.receive<MetadataResponse>(1).topics.at(0).partitions.size() == 200);
  }
}

TEST_CASE("pipelined fetches of what is not in memory are answered in order and whole", "[e2e]") {
  BrokerFixture broker;
  if (broker.is_foreign()) return;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("cold"));
  const std::string value(200'000, 'x');
  for (int i = 0; i < 4; ++i) must_produce(client, topic, {value});
  const std::string log =
      broker.data_directory() + "/data/" + topic.name + "-0/00000000000000000000.log";
  const int fd = ::open(log.c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  ::fsync(fd);
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);  // a file system in memory keeps it
  ::close(fd);
  Bytes requests;
  for (int i = 0; i < 8; ++i) {
    append(requests, client.encode(fetch_request(topic, i % 4, 12), 12));
    append(requests, metadata_frame(client));
  }
  client.send_bytes(requests);
  for (int i = 0; i < 8; ++i) {
    const auto values = values_in(only_partition(client.receive<FetchResponse>(12)));
    CHECK(values.size() == static_cast<std::size_t>(4 - i % 4));
    for (const auto& got : values) REQUIRE((got == value));
    CHECK(client.receive<MetadataResponse>(9).brokers.size() == 1);
  }
}

TEST_CASE("200 connections at once are all served", "[e2e]") {
  BrokerFixture broker;
  std::vector<WireClient> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(broker.connect());
  for (auto& client : clients) client.send(MetadataRequest{}, 9);
  for (auto& client : clients) CHECK(client.receive<MetadataResponse>(9).brokers.size() == 1);
}

TEST_CASE("a batch of 5 MB goes in and out when the topic allows it", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto topic =
      create_topic(client, unique_name("large"), 1, {{"max.message.bytes", "6000000"}});
  Random random(1);
  std::string value(5'000'000, 'x');
  for (auto& c : value) c = static_cast<char>('a' + random.below(26));
  const Bytes batch = make_batch({value});
  CHECK(produce(client, topic, batch).base_offset == 0);
  CHECK(must_produce(client, topic, {"small"}) == 1);
  CHECK(produce(client, topic, batch).base_offset == 2);
  auto request = fetch_request(topic, 0, 12);
  const auto first = only_partition(client.call(request, 12));
  record::BatchIterator batches(*first.records.view());
  REQUIRE(batches.next());
  CHECK(batches.bytes().size() == batch.size());
  CHECK(std::equal(batch.begin() + record::kCrcAt, batch.end(),
                   batches.bytes().begin() + record::kCrcAt));
}

TEST_CASE("a batch that is checked on a worker keeps its place before the next one", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("in-order"));
  record::BuildOptions gzip;
  gzip.compression = record::Compression::kGzip;
  const Bytes big = make_batch(std::vector<std::string>(100, std::string(80'000, 'x')), gzip);
  REQUIRE(big.size() < 1'000'000);
  const Bytes small = make_batch({"small"});
  Bytes requests;
  for (int i = 0; i < 5; ++i) {
    append(requests, client.encode(produce_request(topic, big, 11), 11));
    append(requests, client.encode(produce_request(topic, small, 11), 11));
  }
  client.send_bytes(requests);
  for (int i = 0; i < 10; ++i) {
    const auto answer = client.receive<ProduceResponse>(11).responses.at(0).partition_responses.at(0);
    CHECK(answer.error_code == 0);
    CHECK(answer.base_offset == (i / 2) * 101 + (i % 2) * 100);
  }
}

TEST_CASE("half-sent large frames take the memory budget and nothing of the small requests",
          "[e2e]") {
  BrokerFixture broker({{"socket.request.max.bytes", "4000000"},
                        {"leat.memory.budget.bytes", "9000000"}});
  if (broker.is_foreign()) return;
  std::vector<WireClient> hoarders;
  Bytes beginning(300'000);
  store_be(beginning.data(), std::int32_t{3'900'000});
  for (int i = 0; i < 20; ++i) {
    hoarders.push_back(broker.connect());
    hoarders.back().send_what_fits(beginning, milliseconds(100));
  }
  check_serves(broker);
  hoarders.clear();
  auto client = broker.connect();
  const auto topic =
      create_topic(client, unique_name("after"), 1, {{"max.message.bytes", "3000000"}});
  CHECK(produce(client, topic, make_batch({std::string(2'000'000, 'x')})).error_code == 0);
}

TEST_CASE("a topic name longer than any topic's is unknown, and no fetch session remembers it",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  auto request = fetch_request({std::string(32'767, 'a'), {}}, 0, 12);
  request.topics[0].partitions.resize(1000, request.topics[0].partitions[0]);
  request.session_epoch = 0;
  const auto answer = client.call(request, 12);
  REQUIRE(answer.responses.at(0).partitions.size() == 1000);
  CHECK(answer.responses[0].partitions[999].error_code == 3);
  if (!broker.is_foreign()) CHECK(answer.session_id == 0);

  const auto topic = create_topic(client, unique_name("session"));
  auto good = fetch_request(topic, 0, 12);
  good.session_epoch = 0;
  request.session_id = client.call(good, 12).session_id;
  REQUIRE(request.session_id > 0);
  request.session_epoch = 1;
  if (!broker.is_foreign()) CHECK(client.call(request, 12).error_code == 70);
}

TEST_CASE("offsets of a topic whose name no topic can have are none", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const std::string group = unique_name("group");
  find_coordinator(client, group);
  CHECK(committed(client, group, std::string(250, 'a'), 0) == -1);
  CHECK(committed(client, group, std::string(32'767, 'a'), 0) == -1);
}

TEST_CASE("what one request can make of committed offsets is bounded", "[e2e]") {
  BrokerFixture broker;
  if (broker.is_foreign()) return;
  auto client = broker.connect();
  const auto topic = create_topic(client, unique_name("offsets"));
  const std::string group = unique_name("group");
  REQUIRE(commit(client, group, topic.name, 0, 7) == 0);
  OffsetFetchRequest request;
  OffsetFetchRequest::Group wanted;
  wanted.group_id = group;
  wanted.topics->push_back({topic.name, {}, std::vector<std::int32_t>(900'000, 0)});
  request.groups.push_back(wanted);
  CHECK(client.call(request, 8).groups.at(0).error_code == 42);
  wanted.topics->at(0).partition_indexes.resize(3);
  request.groups[0] = wanted;
  const auto answer = client.call(request, 8);
  CHECK(answer.groups.at(0).topics.at(0).partitions.at(2).committed_offset == 7);
}

TEST_CASE("a request that waits for memory is not one that arrives too slowly", "[e2e]") {
  BrokerFixture broker({{"socket.request.max.bytes", "4000000"},
                        {"leat.memory.budget.bytes", "4000004"},
                        {"leat.frame.progress.timeout.ms", "1000"}});
  if (broker.is_foreign()) return;
  auto honest = broker.connect();
  const auto topic =
      create_topic(honest, unique_name("waits"), 1, {{"max.message.bytes", "3000000"}});
  // Takes the whole budget, with progress enough.
  auto first = broker.connect();
  Bytes part(300'000);
  store_be(part.data(), std::int32_t{3'990'000});
  first.send_bytes(part);
  CHECK_FALSE(first.is_closed(milliseconds(100)));
  const Bytes batch = make_batch({std::string(600'000, 'x')});
  honest.send_what_fits(honest.encode(produce_request(topic, batch, 11), 11), milliseconds(100));
  std::fill(part.begin(), part.end(), std::byte{0});
  for (int i = 0; i < 11; ++i) {
    first.send_what_fits(part, milliseconds(50));
    REQUIRE_FALSE(honest.is_closed(milliseconds(200)));
  }
  first = broker.connect();
  CHECK(honest.receive<ProduceResponse>(11).responses.at(0).partition_responses.at(0).error_code ==
        0);
}

TEST_CASE("a large frame must arrive faster than a small one", "[e2e]") {
  BrokerFixture broker({{"leat.frame.progress.timeout.ms", "300"}});
  if (broker.is_foreign()) return;
  auto hoarder = broker.connect();
  Bytes part(4000);
  store_be(part.data(), std::int32_t{100'000'000});
  hoarder.send_bytes(part);
  const auto give_up = std::chrono::steady_clock::now() + WireClient::kPatience;
  while (!hoarder.is_closed(milliseconds(50))) {
    REQUIRE(std::chrono::steady_clock::now() < give_up);
    hoarder.send_what_fits(part, milliseconds(10));
  }
  check_serves(broker);
}

TEST_CASE("a connection above max.connections is closed at once", "[e2e]") {
  BrokerFixture broker({{"max.connections", "3"}});
  if (broker.is_foreign()) return;
  std::vector<WireClient> served;
  for (int i = 0; i < 3; ++i) {
    served.push_back(broker.connect());
    CHECK(served.back().call(MetadataRequest{}, 9).brokers.size() == 1);
  }
  auto extra = broker.connect();
  CHECK(extra.is_closed());
}

}  // namespace
}  // namespace leat
