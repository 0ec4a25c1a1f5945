#include "broker/net/connection_count.h"

#include "tests/support/catch.h"

using leat::net::ConnectionCount;

namespace {

asio::ip::address address(const char* text) { return asio::ip::make_address(text); }

}  // namespace

TEST_CASE("a connection beyond max.connections is refused until another ends", "[unit]") {
  ConnectionCount count;
  const ConnectionCount::Limits limits{2, 100};
  auto first = count.take(address("10.0.0.1"), limits);
  auto second = count.take(address("127.0.0.1"), limits);
  CHECK(first.reached.empty());
  CHECK(second.reached.empty());
  CHECK(count.take(address("10.0.0.2"), limits).reached == "max.connections");
  CHECK(count.open() == 2);
  first.slot.give_back();
  CHECK(count.take(address("10.0.0.2"), limits).reached.empty());
}

TEST_CASE("max.connections.per.ip counts each address for itself and exempts loopback", "[unit]") {
  ConnectionCount count;
  const ConnectionCount::Limits limits{100, 1};
  const auto first = count.take(address("10.0.0.1"), limits);
  CHECK(count.take(address("10.0.0.1"), limits).reached == "max.connections.per.ip");
  CHECK(count.take(address("::ffff:10.0.0.1"), limits).reached == "max.connections.per.ip");
  CHECK(count.take(address("10.0.0.2"), limits).reached.empty());
  const auto local = count.take(address("127.0.0.1"), limits);
  const auto local_again = count.take(address("::1"), limits);
  CHECK(local.reached.empty());
  CHECK(local_again.reached.empty());
  CHECK(count.take(address("127.0.0.1"), limits).reached.empty());
}

TEST_CASE("a moved slot gives its place back once", "[unit]") {
  ConnectionCount count;
  {
    auto taken = count.take(address("10.0.0.1"), {1, 1});
    ConnectionCount::Slot moved = std::move(taken.slot);
    taken.slot.give_back();
    CHECK(count.open() == 1);
  }
  CHECK(count.open() == 0);
}
