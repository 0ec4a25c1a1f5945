#include "broker/topics/refused_batches.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::topics;

namespace {

constexpr MonotonicTime kNow{std::chrono::seconds(1000)};

SequencedBatch batch(std::int32_t sequence, std::int64_t producer = 1, std::int16_t epoch = 0) {
  SequencedBatch one;
  one.producer = ProducerId{producer};
  one.epoch = ProducerEpoch{epoch};
  one.first_sequence = one.last_sequence = sequence;
  return one;
}

}  // namespace

TEST_CASE("what comes behind a refused batch waits for it, and it waits for nothing", "[unit]") {
  RefusedBatches refused;
  CHECK_FALSE(refused.has_one_before(batch(6), kNow));
  refused.add(batch(5), kNow);
  CHECK(refused.has_one_before(batch(6), kNow));
  CHECK(refused.has_one_before(batch(9), kNow));
  CHECK_FALSE(refused.has_one_before(batch(5), kNow));
  refused.forget(ProducerId{1}, kNow);
  CHECK_FALSE(refused.has_one_before(batch(6), kNow));
}

TEST_CASE("a refused batch concerns no other producer and no later epoch", "[unit]") {
  RefusedBatches refused;
  refused.add(batch(5), kNow);
  CHECK_FALSE(refused.has_one_before(batch(6, 2), kNow));
  CHECK_FALSE(refused.has_one_before(batch(0, 1, 1), kNow));
  refused.add(batch(0, 1, 1), kNow);
  CHECK(refused.has_one_before(batch(1, 1, 1), kNow));
  CHECK_FALSE(refused.has_one_before(batch(0, 1, 1), kNow));
}

TEST_CASE("of several refused batches the first is the one that must come first", "[unit]") {
  RefusedBatches refused;
  refused.add(batch(5), kNow);
  refused.add(batch(6), kNow);
  CHECK_FALSE(refused.has_one_before(batch(5), kNow));
  CHECK(refused.has_one_before(batch(6), kNow));
}

TEST_CASE("a refused batch that does not come again is given up", "[unit]") {
  RefusedBatches refused;
  refused.add(batch(5), kNow);
  const auto later = kNow + RefusedBatches::kRemembered;
  CHECK(refused.has_one_before(batch(6), later));
  CHECK_FALSE(refused.has_one_before(batch(6), later + std::chrono::milliseconds(1)));
  refused.add(batch(5), later);
  CHECK(refused.has_one_before(batch(6), later + std::chrono::milliseconds(1)));
}

TEST_CASE("producers whose batches were refused take bounded memory", "[unit]") {
  RefusedBatches refused;
  const auto most = static_cast<std::int64_t>(RefusedBatches::kMostProducers);
  for (std::int64_t producer = 0; producer <= most; ++producer)
    refused.add(batch(5, producer), kNow);
  CHECK(refused.has_one_before(batch(6, most - 1), kNow));
  CHECK_FALSE(refused.has_one_before(batch(6, most), kNow));
  const auto later = kNow + 2 * RefusedBatches::kRemembered;
  refused.add(batch(5, most), later);
  CHECK(refused.has_one_before(batch(6, most), later));
}

TEST_CASE("a refused batch that turns out to be there holds nobody up", "[unit]") {
  RefusedBatches refused;
  refused.add(batch(5), kNow);
  refused.forget_if(batch(4));
  CHECK(refused.has_one_before(batch(6), kNow));
  refused.forget_if(batch(5));
  CHECK(refused.empty());
}

TEST_CASE("once somebody gets through, those that gave up are forgotten", "[unit]") {
  RefusedBatches refused;
  refused.add(batch(5, 1), kNow);
  refused.add(batch(5, 2), kNow + RefusedBatches::kRemembered);
  refused.forget(ProducerId{3}, kNow + 2 * RefusedBatches::kRemembered);
  CHECK(refused.has_one_before(batch(6, 2), kNow + 2 * RefusedBatches::kRemembered));
  refused.forget(ProducerId{2}, kNow);
  CHECK(refused.empty());
}
