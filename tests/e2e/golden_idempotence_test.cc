// What Kafka answers to idempotent producers, and to transactions where there are none.
#include "common/protocol/messages/22_init_producer_id.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;

struct Ready {
  BrokerFixture broker;
  WireClient client = broker.connect();
  TestTopic topic = create_topic(client, unique_name("idempotent"));

  InitProducerIdResponse init(wire::Version version = 4) {
    InitProducerIdRequest request;
    request.transactional_id.reset();
    request.transaction_timeout_ms = INT32_MAX;
    return client.call(request, version);
  }
  ProduceResponse::Partition send(std::int64_t id, std::int16_t epoch, std::int32_t sequence,
                                  std::vector<std::string> values = {"v"}) {
    return produce(client, topic, make_batch(values, sequenced(id, epoch, sequence)));
  }
};

TEST_CASE("InitProducerId twice gives two consecutive ids of epoch 0, whatever the timeout",
          "[e2e]") {
  Ready t;
  for (wire::Version v = 0; v <= 5; ++v) {
    const auto first = t.init(v);
    const auto second = t.init(v);
    CHECK(first.error_code == 0);
    CHECK(first.producer_epoch == 0);
    CHECK(second.producer_id == first.producer_id + 1);
    CHECK(second.producer_epoch == 0);
  }
}

TEST_CASE("InitProducerId with an id of its own but no transactional id gives a new id", "[e2e]") {
  Ready t;
  InitProducerIdRequest request;
  request.transactional_id.reset();
  request.transaction_timeout_ms = 60000;
  request.producer_id = t.init().producer_id;
  request.producer_epoch = 3;
  const auto again = t.client.call(request, 4);
  CHECK(again.producer_id == request.producer_id + 1);
  CHECK(again.producer_epoch == 0);
}

TEST_CASE("a retry of one of the last five batches is answered with its first offset", "[e2e]") {
  Ready t;
  const auto id = t.init().producer_id;
  for (std::int32_t i = 0; i < 6; ++i) CHECK(t.send(id, 0, i).base_offset == i);
  for (std::int32_t i = 1; i < 6; ++i) {
    const auto again = t.send(id, 0, i);
    CHECK(again.error_code == 0);
    CHECK(again.base_offset == i);
    CHECK(again.log_append_time_ms > 0);
  }
  CHECK(t.send(id, 0, 0).error_code == 45);
  CHECK(list_offset(t.client, t.topic, -1).offset == 6);
}

TEST_CASE("the retry of a batch is answered the same after a restart", "[e2e]") {
  Ready t;
  if (t.broker.is_foreign()) return;
  const auto id = t.init().producer_id;
  for (std::int32_t i = 0; i < 5; ++i) CHECK(t.send(id, 0, i).base_offset == i);
  t.broker.restart();
  auto client = t.broker.connect();
  for (std::int32_t i = 0; i < 5; ++i) {
    const auto again = produce(client, t.topic, make_batch({"v"}, sequenced(id, 0, i)));
    CHECK(again.error_code == 0);
    CHECK(again.base_offset == i);
  }
}

TEST_CASE("a partial duplicate, a gap and a new epoch that does not begin at 0 are 45", "[e2e]") {
  Ready t;
  const auto id = t.init().producer_id;
  CHECK(t.send(id, 0, 0, {"a", "b", "c"}).error_code == 0);
  CHECK(t.send(id, 0, 1, {"b", "c"}).error_code == 45);
  CHECK(t.send(id, 0, 4).error_code == 45);
  CHECK(t.send(id, 1, 3).error_code == 45);
  CHECK(t.send(id, 1, 0).error_code == 0);
}

TEST_CASE("an older producer epoch is 47", "[e2e]") {
  Ready t;
  const auto id = t.init().producer_id;
  CHECK(t.send(id, 1, 0).error_code == 0);
  CHECK(t.send(id, 0, 0).error_code == 47);
}

TEST_CASE("an unknown producer may begin with any sequence", "[e2e]") {
  Ready t;
  const auto id = t.init().producer_id;
  CHECK(t.send(id, 0, 1000).error_code == 0);
  CHECK(t.send(id, 0, 1001).error_code == 0);
}

TEST_CASE("a transactional batch in a request without transactional id is 53", "[e2e]") {
  Ready t;
  auto options = sequenced(t.init().producer_id, 0, 0);
  options.transactional = true;
  CHECK(produce(t.client, t.topic, make_batch({"v"}, options)).error_code == 53);
}

TEST_CASE("an empty transactional id is 42", "[e2e]") {
  Ready t;
  InitProducerIdRequest request;
  request.transactional_id = "";
  CHECK(t.client.call(request, 4).error_code == 42);
}

TEST_CASE("a transactional id is refused with a code that producers take for final", "[e2e]") {
  Ready t;
  if (t.broker.is_foreign()) return;
  InitProducerIdRequest request;
  request.transactional_id = "tx";
  request.transaction_timeout_ms = 60000;
  CHECK(t.client.call(request, 4).error_code == 53);
}

}  // namespace
}  // namespace leat
