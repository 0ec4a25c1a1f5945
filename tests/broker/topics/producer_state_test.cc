#include "broker/topics/producer_state.h"

#include <limits>

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::topics;

namespace {

// A batch of `count` records of producer 9.
SequencedBatch batch(std::int32_t first, std::int32_t count, std::int64_t offset, int epoch = 0) {
  return {ProducerId{9},       ProducerEpoch{static_cast<std::int16_t>(epoch)},
          first,               first + count - 1,
          Offset{offset},      Offset{offset + count - 1},
          1000 + offset};
}

ProducerState with_batches(int n) {
  ProducerState state;
  for (int i = 0; i < n; ++i) state.remember(batch(i * 10, 10, i * 10));
  return state;
}

}  // namespace

TEST_CASE("a producer nobody knows may begin at any sequence", "[unit]") {
  CHECK(ProducerState().check(batch(77, 3, 0)).verdict == SequenceVerdict::kAppend);
}

TEST_CASE("the batch that follows is appended, a gap is out of order", "[unit]") {
  const auto state = with_batches(2);
  CHECK(state.check(batch(20, 5, 0)).verdict == SequenceVerdict::kAppend);
  CHECK(state.check(batch(21, 5, 0)).verdict == SequenceVerdict::kOutOfOrder);
}

TEST_CASE("a retry of any of the last five batches is answered with its original offset", "[unit]") {
  const auto state = with_batches(7);
  for (int i = 2; i < 7; ++i) {
    const auto check = state.check(batch(i * 10, 10, 999));
    CHECK(check.verdict == SequenceVerdict::kDuplicate);
    CHECK(check.original.base_offset == Offset{i * 10});
    CHECK(check.original.append_ms == 1000 + i * 10);
  }
}

TEST_CASE("a retry older than the window, or of part of a batch, is out of order", "[unit]") {
  const auto state = with_batches(7);
  CHECK(state.check(batch(10, 10, 0)).verdict == SequenceVerdict::kOutOfOrder);
  CHECK(state.check(batch(60, 5, 0)).verdict == SequenceVerdict::kOutOfOrder);
}

TEST_CASE("an older epoch is fenced and a newer one begins at sequence zero", "[unit]") {
  ProducerState state;
  state.remember(batch(0, 10, 0, 3));
  CHECK(state.check(batch(10, 1, 0, 2)).verdict == SequenceVerdict::kFenced);
  CHECK(state.check(batch(10, 1, 0, 4)).verdict == SequenceVerdict::kOutOfOrder);
  CHECK(state.check(batch(0, 1, 0, 4)).verdict == SequenceVerdict::kAppend);
}

TEST_CASE("sequences wrap after the largest number", "[unit]") {
  ProducerState state;
  SequencedBatch last = batch(0, 1, 0);
  last.first_sequence = last.last_sequence = std::numeric_limits<std::int32_t>::max();
  state.remember(last);
  CHECK(state.check(batch(0, 1, 1)).verdict == SequenceVerdict::kAppend);
}

TEST_CASE("batches whose append was taken back are forgotten", "[unit]") {
  auto state = with_batches(3);
  state.forget_from(Offset{20});
  CHECK(state.check(batch(20, 10, 0)).verdict == SequenceVerdict::kAppend);
  CHECK(state.check(batch(10, 10, 0)).verdict == SequenceVerdict::kDuplicate);
  state.forget_from(Offset{0});
  CHECK(state.size() == 0);
}

TEST_CASE("producer state survives its encoding with the whole window", "[unit]") {
  const auto state = with_batches(6);
  auto copy = ProducerState::decode(state.encode());
  REQUIRE(copy.ok());
  CHECK(copy->check(batch(10, 10, 0)).verdict == SequenceVerdict::kDuplicate);
  CHECK(copy->check(batch(60, 1, 0)).verdict == SequenceVerdict::kAppend);
  // Recovery replays batches that the state already holds.
  copy->remember(batch(50, 10, 50));
  CHECK(copy->encode() == state.encode());
}

TEST_CASE("a damaged producer state is refused at every cut", "[unit]") {
  const Bytes blob = with_batches(5).encode();
  for (std::size_t n = 1; n < blob.size(); ++n) {
    CHECK_FALSE(ProducerState::decode(ByteView(blob).first(n)).ok());
  }
}

TEST_CASE("a producer that has been silent too long is forgotten", "[unit]") {
  auto state = with_batches(1);
  CHECK(state.expire(1000) == 0);
  CHECK(state.expire(1001) == 1);
  CHECK(state.size() == 0);
}

TEST_CASE("of too many producers those that wrote last are kept", "[unit]") {
  ProducerState state;
  for (std::int64_t i = 0; i < 10; ++i) {
    state.remember({ProducerId{i}, ProducerEpoch{0}, 0, 0, Offset{100 - i}, Offset{100 - i}, 1});
  }
  state.keep_newest(3);
  CHECK(state.size() == 3);
  for (std::int64_t i = 0; i < 10; ++i) CHECK(state.last_batch(ProducerId{i}).has_value() == (i < 3));
}
