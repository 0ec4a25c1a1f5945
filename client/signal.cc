#include "client/signal.h"

#include <absl/cleanup/cleanup.h>

#include <asio/redirect_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

namespace leat {

asio::awaitable<void> Signal::wait_until(MonotonicTime deadline) {
  asio::steady_timer timer(executor_, deadline);
  const auto place = waiters_.insert(waiters_.end(), &timer);
  const absl::Cleanup leave = [this, place] { waiters_.erase(place); };
  asio::error_code ignored;  // operation_aborted is the notification
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

asio::awaitable<void> Signal::wait_since(std::uint64_t seen, MonotonicTime deadline) {
  if (count_ == seen) co_await wait_until(deadline);
}

void Signal::notify_all() {
  ++count_;
  for (asio::steady_timer* timer : waiters_) timer->cancel();
}

asio::awaitable<void> sleep_for(Duration time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  asio::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace leat
