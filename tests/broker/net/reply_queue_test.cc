#include "broker/net/reply_queue.h"

#include "tests/support/catch.h"

namespace leat::net {
namespace {

Payload text(std::string_view value) {
  const ByteView bytes = as_bytes(value);
  Payload payload;
  payload.append(SharedBytes(Bytes(bytes.begin(), bytes.end())));
  return payload;
}

TEST_CASE("replies leave in the order of their requests", "[unit]") {
  ReplyQueue::Total total{0};
  ReplyQueue queue(total);
  const auto first = queue.open_slot();
  const auto second = queue.open_slot();
  queue.fill(second, text("late"));
  CHECK(queue.take_ready().empty());
  CHECK(queue.waiting() == 2);
  queue.fill(first, text("one"));
  CHECK(queue.take_ready().size() == 7);
  CHECK(total == 0);
}

TEST_CASE("a parked request keeps its place and is not counted among those of all", "[unit]") {
  ReplyQueue::Total total{0};
  ReplyQueue queue(total);
  const auto slot = queue.open_slot();
  CHECK(total == 1);
  queue.park();
  CHECK(total == 0);
  CHECK(queue.waiting() == 1);
  queue.unpark();
  CHECK(total == 1);
  queue.fill(slot, Payload());
  CHECK(queue.take_ready().empty());
  CHECK(total == 0);
}

TEST_CASE("a connection that ends gives back every place exactly once", "[unit]") {
  ReplyQueue::Total total{0};
  {
    ReplyQueue queue(total);
    for (int i = 0; i < 5; ++i) queue.open_slot();
    queue.park();
    queue.park();
    CHECK(total == 3);
    const bool before_it_is_gone = GENERATE(false, true);
    if (before_it_is_gone) queue.abandon();
  }
  CHECK(total == 0);
}

}  // namespace
}  // namespace leat::net
