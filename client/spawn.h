#pragma once

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "common/base/check.h"

namespace leat {

// Starts a coroutine nobody waits for. An exception that leaves it is a bug and ends the process:
// asio::detached would swallow it.
template <class Executor>
void spawn(const Executor& executor, asio::awaitable<void> work) {
  asio::co_spawn(executor, std::move(work), [](const std::exception_ptr& failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& e) {
      LEAT_CHECK(false, "an exception left a coroutine: {}", e.what());
    }
  });
}

}  // namespace leat
