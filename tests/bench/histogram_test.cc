#include "bench/histogram.h"

#include <cmath>

#include "tests/support/catch.h"

namespace leat::bench {
namespace {

TEST_CASE("A percentile is within a thousandth of the value at its rank", "[unit]") {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 1'000'000; ++value) histogram.add(value * 1000);
  for (const double fraction : {0.5, 0.9, 0.99, 0.999, 0.9999}) {
    const double expected = fraction * 1e9;
    const auto found = histogram.percentile(fraction);
    REQUIRE(found.has_value());
    CHECK(std::abs(static_cast<double>(*found) - expected) <= expected / 1000);
  }
  CHECK(histogram.max() == 1'000'000'000);
  CHECK(histogram.total() == 1'000'000);
}

TEST_CASE("Small values are counted exactly", "[unit]") {
  Histogram histogram;
  for (std::uint64_t value = 0; value < 2048; ++value) histogram.add(value);
  CHECK(histogram.percentile(0.5) == 1024U);
}

TEST_CASE("A percentile with fewer than ten samples above it is not stated", "[unit]") {
  Histogram histogram;
  for (int i = 0; i < 999; ++i) histogram.add(7);
  CHECK(histogram.percentile(0.5).has_value());
  CHECK(histogram.percentile(0.99).has_value());
  CHECK_FALSE(histogram.percentile(0.999).has_value());
  CHECK_FALSE(Histogram().percentile(0.5).has_value());
}

TEST_CASE("The largest number has a bucket", "[unit]") {
  Histogram histogram;
  for (int i = 0; i < 100; ++i) histogram.add(~std::uint64_t{0});
  CHECK(histogram.max() == ~std::uint64_t{0});
  CHECK(histogram.percentile(0.5).has_value());
}

}  // namespace
}  // namespace leat::bench
