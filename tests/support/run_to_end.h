#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <functional>

#include "client/spawn.h"
#include "tests/support/catch.h"
#include "tests/support/scripted_cluster.h"

namespace leat::test {

// Runs `body`, then stops the cluster, which ends what is left to do. A body that has not ended after
// a minute fails the test.
inline void run_to_end(asio::io_context& io, ScriptedCluster& cluster,
                       const std::function<asio::awaitable<void>()>& body) {
  bool ended = false;
  const auto run = [&]() -> asio::awaitable<void> {
    co_await body();
    cluster.stop();
    ended = true;
  };
  spawn(io.get_executor(), run());
  io.run_for(std::chrono::seconds(60));
  REQUIRE(ended);
}

}  // namespace leat::test
