#include "common/record/control_record.h"

#include "tests/common/record/support.h"

using namespace leat;
using namespace leat::record;

TEST_CASE("the end of a transaction is written as Kafka writes it", "[unit]") {
  CHECK(build_end_txn_batch({ControlType::kCommit, 17}, ProducerId{4711}, ProducerEpoch{3},
                            kGoldenTime) == golden("commit-marker"));
  CHECK(build_end_txn_batch({ControlType::kAbort, 17}, ProducerId{4711}, ProducerEpoch{3},
                            kGoldenTime) == golden("abort-marker"));
}

TEST_CASE("a marker reads back, and other records are none", "[unit]") {
  const Bytes batch = golden("commit-marker");
  auto reader = RecordReader::open(batch);
  RecordView r;
  REQUIRE(reader->next(r));
  CHECK(parse_end_txn_marker(r) == EndTxnMarker{ControlType::kCommit, 17});

  const RecordView marker = r;
  r.key = r.key->first(3);
  CHECK_FALSE(parse_end_txn_marker(r));
  r = marker;
  r.value = r.value->first(5);
  CHECK_FALSE(parse_end_txn_marker(r));
  r.value = std::nullopt;
  CHECK_FALSE(parse_end_txn_marker(r));
  r = marker;
  const Bytes leader_change = encode_control_key(static_cast<ControlType>(2));
  r.key = leader_change;
  CHECK(parse_control_type(*r.key) == 2);
  CHECK_FALSE(parse_end_txn_marker(r));
}
