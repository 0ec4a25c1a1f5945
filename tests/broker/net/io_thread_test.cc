#include "broker/net/io_thread.h"

#include <array>
#include <functional>
#include <future>
#include <thread>

#include "tests/support/catch.h"

using namespace leat;
using leat::net::IoThread;

namespace {

// Everything posted before has run.
void wait_for(IoThread& thread) {
  std::promise<void> done;
  thread.post([&] { done.set_value(); });
  done.get_future().wait();
}

}  // namespace

TEST_CASE("what is posted to an event loop runs in order, on its thread", "[unit]") {
  IoThread thread;
  thread.start();
  std::vector<int> ran;
  for (int i = 0; i < 1000; ++i) {
    thread.post([&, i] { ran.push_back(thread.is_current() ? i : -1); });
  }
  wait_for(thread);
  REQUIRE(ran.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(ran[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("what a task posts runs after what was posted before it", "[unit]") {
  IoThread thread;
  std::vector<int> ran;
  thread.post([&] {
    ran.push_back(1);
    thread.post([&] { ran.push_back(3); });
  });
  thread.post([&] { ran.push_back(2); });
  thread.start();
  wait_for(thread);
  wait_for(thread);
  CHECK(ran == std::vector<int>{1, 2, 3});
}

TEST_CASE("a task that posts itself again and again keeps no timer from running", "[unit]") {
  IoThread thread;
  bool rang = false;
  std::promise<void> done;
  std::function<void()> again = [&] {
    if (rang) return done.set_value();
    thread.post([&] { again(); });
  };
  thread.post([&] {
    thread.run_at(system_clock().monotonic() + std::chrono::milliseconds(1), [&] { rang = true; });
    again();
  });
  thread.start();
  CHECK(done.get_future().wait_for(std::chrono::seconds(20)) == std::future_status::ready);
}

TEST_CASE("what two threads and the loop itself post runs in the order of each", "[unit]") {
  IoThread thread;
  thread.start();
  std::vector<std::pair<int, int>> ran;
  const auto post = [&](int who, int i) {
    thread.post([&, who, i] {
      ran.emplace_back(who, i);
      if (who == 0) thread.post([&, i] { ran.emplace_back(2, i); });
    });
  };
  std::thread other([&] {
    for (int i = 0; i < 5000; ++i) post(1, i);
  });
  for (int i = 0; i < 5000; ++i) post(0, i);
  other.join();
  wait_for(thread);
  wait_for(thread);
  REQUIRE(ran.size() == 15'000);
  std::array<int, 3> next{};
  for (const auto& [who, i] : ran) CHECK(i == next.at(static_cast<std::size_t>(who))++);
}

TEST_CASE("what an event loop never ran is dropped with it, also what dropping posts", "[unit]") {
  struct PostsWhenDropped {
    explicit PostsWhenDropped(IoThread& to) : thread(to) {}
    ~PostsWhenDropped() {
      thread.post([] { FAIL("ran after the end"); });
    }
    IoThread& thread;
  };
  const auto alive = std::make_shared<int>();
  {
    IoThread thread;
    thread.post([alive, posts = std::make_shared<PostsWhenDropped>(thread)] { FAIL("ran"); });
    thread.run_at(MonotonicTime::max(), [alive] { FAIL("ran"); });
  }
  CHECK(alive.use_count() == 1);
}

TEST_CASE("timers run at their time in any order of setting, unless cancelled", "[unit]") {
  IoThread thread;
  std::vector<int> ran;
  std::promise<void> done;
  thread.post([&] {
    const MonotonicTime now = system_clock().monotonic();
    thread.run_at(now + std::chrono::milliseconds(3), [&] { done.set_value(); });
    thread.run_at(now + std::chrono::milliseconds(2), [&] { ran.push_back(2); });
    const auto never = thread.run_at(now + std::chrono::milliseconds(1), [&] { ran.push_back(0); });
    thread.run_at(now, [&] { ran.push_back(1); });
    thread.cancel(never);
  });
  thread.start();
  done.get_future().wait();
  CHECK(ran == std::vector<int>{1, 2});
}
