#include "client/retry.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace std::chrono_literals;

TEST_CASE("waits double up to their limit, give or take a fifth", "[unit]") {
  Backoff backoff(100ms, 1s, 3);
  for (const Duration expected : {100ms, 200ms, 400ms, 800ms, 1000ms, 1000ms}) {
    const Duration wait = backoff.next();
    CHECK(wait >= expected * 80 / 100);
    CHECK(wait <= expected * 120 / 100);
  }
  CHECK(backoff.failures() == 6);
}

TEST_CASE("after a success the waits start again", "[unit]") {
  Backoff backoff(100ms, 1s, 3);
  backoff.next();
  backoff.next();
  backoff.reset();
  CHECK(backoff.next() <= 120ms);
}

TEST_CASE("a thousand failures do not overflow the wait", "[unit]") {
  Backoff backoff(1ms, 30s, 3);
  for (int i = 0; i < 1000; ++i) CHECK(backoff.next() <= 36s);
}

TEST_CASE("a caller may count the failures itself", "[unit]") {
  Backoff backoff(100ms, 1s, 3);
  CHECK(backoff.after(1) <= 120ms);
  CHECK(backoff.after(3) >= 320ms);
  CHECK(backoff.after(0) <= 120ms);
  CHECK(backoff.failures() == 0);
}
