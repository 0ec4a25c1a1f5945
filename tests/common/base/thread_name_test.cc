#include "common/base/thread_name.h"

#include <string>
#include <thread>

#include "broker/topics/group/timer_thread.h"
#include "broker/worker_pool.h"
#include "common/base/clock.h"
#include "tests/support/catch.h"

using namespace leat;

namespace {

std::string name_of_this_thread() {
  char name[16] = {};
  ::pthread_getname_np(::pthread_self(), name, sizeof name);
  return name;
}

}  // namespace

TEST_CASE("a thread is called what it calls itself", "[unit]") {
  std::string name;
  std::thread([&] {
    name_this_thread("leat-just-fits");
    name = name_of_this_thread();
  }).join();
  CHECK(name == "leat-just-fits");
}

TEST_CASE("the broker's threads say what they do", "[unit]") {
  std::string worker, groups;
  ThreadPool pool(1);
  pool.submit([&] { worker = name_of_this_thread(); });
  pool.stop();
  topics::TimerThread timers(system_clock());
  timers.start();
  timers.post([&] { groups = name_of_this_thread(); });
  timers.stop();
  CHECK(worker == "leat-worker");
  CHECK(groups == "leat-groups");
}
