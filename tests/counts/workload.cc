#include "tests/counts/workload.h"

#include "bench/load/broker_link.h"
#include "bench/load/fetch_frame.h"
#include "bench/load/produce_frames.h"
#include "bench/load/topic.h"
#include "tests/support/catch.h"

namespace leat::counts {
namespace {

constexpr std::size_t kSmall = 200, kLarge = 64 << 10, kLargeFetch = 1 << 20;
constexpr std::int32_t kMaxWaitMs = 500;

bench::Settings settings_for(const Workload& workload, int port) {
  bench::Settings settings;
  settings.port = port;
  settings.topic = "counted";
  settings.topic_configs = {{"leat.durability", workload.durable ? "commit" : "relaxed"}};
  settings.acks = workload.durable ? -1 : 1;
  const bool large = workload.batch_bytes >= kLarge;
  settings.record_size = large ? 1000 : 100;
  settings.batch_bytes = large ? kLarge : kSmall;
  settings.records_per_batch = large ? 0 : 1;
  settings.fetch_bytes = workload.batch_bytes;
  return settings;
}

}  // namespace

const std::vector<Workload>& workloads() {
  // clang-format off
  static const std::vector<Workload> all = {
      // epoll_wait, recv, pwritev, send.
      {"produce 100 B, relaxed", false, false, kSmall, 1,
       {.system_calls = 4.5, .failed_calls = 1.5, .allocations = 8.9, .copied_bytes = 400,
        .thread_hops = 0.2}},
      // Also a second recv, for the first asks for little, and an entry of each index. A frame that
      // arrives in parts costs a wait, a recv that finds nothing and one copy of it.
      {"produce 64 KiB, relaxed", false, false, kLarge, 1,
       {.system_calls = 8.5, .failed_calls = 3.5, .allocations = 10.9, .copied_bytes = 70'000,
        .thread_hops = 0.2}},
      // They are appended by one write and answered by one.
      {"produce 32 x 100 B at once", false, false, kSmall, 32,
       {.system_calls = 0.4, .failed_calls = 0.2, .allocations = 8.9, .copied_bytes = 400,
        .thread_hops = 0.2}},
      // Also fdatasync on the flushing thread, and two hops: each is a futex or eventfd written,
      // waited for and read, and a mutex now and then.
      {"produce 100 B, synced", false, true, kSmall, 1,
       {.system_calls = 14.5, .failed_calls = 3.5, .allocations = 21.9, .copied_bytes = 400,
        .thread_hops = 2.2}},
      // epoll_wait, recv, pread, send.
      {"fetch 100 B", true, false, kSmall, 1,
       {.system_calls = 4.5, .failed_calls = 1.5, .allocations = 21.9, .copied_bytes = 300,
        .thread_hops = 0.2}},
      // Also sendfile; a socket that is full in between costs a wait and
      // another sendfile.
      {"fetch 1 MiB", true, false, kLargeFetch, 1,
       {.system_calls = 8.5, .failed_calls = 3.5, .allocations = 20.9, .copied_bytes = 300,
        .thread_hops = 0.2}},
  };
  // clang-format on
  return all;
}

struct Client::State {
  State(const Workload& w, int port)
      : workload(w),
        settings(settings_for(w, port)),
        link(settings),
        frames(settings, 1),
        fetch(settings, 0, kMaxWaitMs) {
    bench::prepare_topic(link, settings);
    if (workload.fetches) fill();
  }

  // A fetch finds more than it may take.
  void fill() {
    for (std::size_t sent = 0; sent < 2 * workload.batch_bytes; sent += frames.batch_size())
      produce();
  }

  void produce() {
    Bytes all;
    for (std::size_t i = 0; i < workload.at_once; ++i) append(all, frames.bytes());
    REQUIRE(link.send_all(all).ok());
    for (std::size_t i = 0; i < workload.at_once; ++i) {
      const auto answer = link.receive_frame();
      REQUIRE(answer.ok());
      REQUIRE(bench::read_produce_answer(*answer, settings.topic.size()).error == 0);
    }
  }

  void fetch_first() {
    REQUIRE(link.send_all(fetch.at(0)).ok());
    const auto answer = link.receive_frame();
    REQUIRE(answer.ok());
    REQUIRE(bench::read_fetch_answer(*answer).records > 0);
  }

  const Workload& workload;
  const bench::Settings settings;
  bench::BrokerLink link;
  const bench::ProduceFrames frames;
  bench::FetchFrame fetch;
};

Client::Client(const Workload& workload, int port) : state_(new State(workload, port)) {}
Client::~Client() {
  delete state_;
}

void Client::run(std::size_t requests) {
  for (std::size_t i = 0; i < requests; i += state_->workload.at_once) {
    if (state_->workload.fetches) {
      state_->fetch_first();
    } else {
      state_->produce();
    }
  }
}

}  // namespace leat::counts
