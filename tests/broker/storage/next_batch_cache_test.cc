#include "broker/storage/next_batch_cache.h"

#include "tests/support/catch.h"

using namespace leat;
using leat::storage::NextBatchCache;

TEST_CASE("the place behind a batch is known to whoever asks for the next offset", "[unit]") {
  NextBatchCache cache;
  const auto before = cache.look_up(Offset{10});
  CHECK_FALSE(before.position.has_value());
  cache.remember(Offset{10}, 700, before.cuts);
  CHECK(cache.look_up(Offset{10}).position == 700u);
  CHECK_FALSE(cache.look_up(Offset{9}).position.has_value());
  CHECK_FALSE(cache.look_up(Offset{11}).position.has_value());
  cache.remember(Offset{0}, 0, before.cuts);
  CHECK(cache.look_up(Offset{0}).position == 0u);
}

TEST_CASE("what was found before a cut is not remembered after it", "[unit]") {
  NextBatchCache cache;
  const auto before = cache.look_up(Offset{10});
  cache.remember(Offset{10}, 700, before.cuts);
  cache.forget();
  CHECK_FALSE(cache.look_up(Offset{10}).position.has_value());
  cache.remember(Offset{10}, 700, before.cuts);
  CHECK_FALSE(cache.look_up(Offset{10}).position.has_value());
  cache.remember(Offset{10}, 650, cache.look_up(Offset{10}).cuts);
  CHECK(cache.look_up(Offset{10}).position == 650u);
}

TEST_CASE("a few dozen readers of batches of one size keep their places, and memory is bounded",
          "[unit]") {
  NextBatchCache cache;
  for (int i = 0; i < 10'000; ++i)
    cache.remember(Offset{66 * i}, 65'000u * static_cast<unsigned>(i), 0);
  int known = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto position = cache.look_up(Offset{66 * i}).position;
    if (!position) continue;
    ++known;
    CHECK(*position == 65'000u * static_cast<unsigned>(i));
  }
  CHECK(known >= 32);
  CHECK(known <= 64);
}
