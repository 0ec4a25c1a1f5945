#include <sys/epoll.h>

#include <array>

#include "bench/load/broker_link.h"
#include "bench/load/load.h"
#include "bench/load/load_client.h"
#include "bench/load/progress.h"
#include "bench/load/usage.h"
#include "bench/sockets.h"
#include "common/protocol/messages/18_api_versions.h"

namespace leat::bench {
namespace {

constexpr wire::Version kApiVersionsVersion = 3;
constexpr std::size_t kAnswerBytes = 64 << 10;

// One connection from connect() to the first answer.
struct Visit {
  Visit(Fd socket, Clock::time_point now)
      : fd(std::move(socket)), since(now), received(kAnswerBytes) {}

  Fd fd;
  Clock::time_point since;
  bool asked = false;
  ReceiveBuffer received;
};

class Storm {
 public:
  explicit Storm(const Settings& settings)
      : settings_(settings),
        epoll_(static_cast<int>(must(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"))),
        visits_(settings.connections) {
    const Fd known = dial(settings);
    must(known.get(), "connect");
    address_size_ = sizeof(address_);
    must(::getpeername(known.get(), address(), &address_size_), "getpeername");
    ApiVersionsRequest request;
    request.client_software_name = request.client_software_version = "leat-bench";
    const auto frame = wire::encode_request(request, kApiVersionsVersion, 1, "leat-bench");
    if (!frame.ok()) BrokerLink::fail(frame.status());
    question_ = flatten(*frame);
    result_.congestion_control = congestion_control(known.get());
  }

  LoadResult run() {
    auto now = Clock::now();
    measured_from_ = after(now, settings_.warmup);
    const auto end = after(measured_from_, settings_.seconds);
    for (std::size_t i = 0; i < visits_.size(); ++i) begin(i, now);
    while (now < end) {
      if (!meter_ && now >= measured_from_) meter_.emplace(settings_.broker_pid);
      progress_.show(now, result_.produced.records, meter_.has_value());
      wait(meter_ ? end : measured_from_);
      now = Clock::now();
    }
    if (!meter_) meter_.emplace(settings_.broker_pid);
    meter_->finish(result_);
    return std::move(result_);
  }

 private:
  sockaddr* address() { return reinterpret_cast<sockaddr*>(&address_); }

  void begin(std::size_t index, Clock::time_point now) {
    Fd fd(static_cast<int>(must(
        ::socket(address_.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket")));
    // Goes with a reset: its port would be taken for a minute otherwise, and ports end.
    const linger reset{1, 0};
    must(::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), "SO_LINGER");
    set_no_delay(fd.get());
    if (::connect(fd.get(), address(), address_size_) < 0 && errno != EINPROGRESS) {
      must(-1, "connect");
    }
    watch(EPOLL_CTL_ADD, fd.get(), index, EPOLLOUT);
    visits_[index].emplace(std::move(fd), now);
  }

  void watch(int operation, int fd, std::size_t index, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = index;
    must(::epoll_ctl(epoll_.get(), operation, fd, &event), "epoll_ctl");
  }

  void wait(Clock::time_point until) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
    std::array<epoll_event, 512> events;
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(),
                                   std::max(0, static_cast<int>(left.count()) + 1));
    for (int i = 0; i < count; ++i) go_on(events[static_cast<std::size_t>(i)].data.u64);
  }

  void go_on(std::size_t index) {
    Visit& visit = *visits_[index];
    if (!visit.asked) {
      const ssize_t sent = ::send(visit.fd.get(), question_.data(), question_.size(), MSG_NOSIGNAL);
      if (must(sent, "send") != static_cast<ssize_t>(question_.size())) must(-1, "send");
      visit.asked = true;
      watch(EPOLL_CTL_MOD, visit.fd.get(), index, EPOLLIN);
      return;
    }
    if (!visit.received.receive(visit.fd.get()) || !visit.received.next_frame()) return;
    const auto now = Clock::now();
    if (meter_) count(visit, now);
    begin(index, now);
  }

  void count(const Visit& visit, Clock::time_point now) {
    ++result_.produced.requests;
    result_.produced.answered(1, 0, micros_between(measured_from_, now) / 1e6, now - visit.since);
  }

  const Settings& settings_;
  Fd epoll_;
  sockaddr_storage address_{};
  socklen_t address_size_ = 0;
  Bytes question_;
  std::vector<std::optional<Visit>> visits_;
  Clock::time_point measured_from_;
  std::optional<UsageMeter> meter_;  // from the end of the warm-up on
  Progress progress_;
  LoadResult result_;
};

}  // namespace

LoadResult run_connections(const Settings& settings) {
  return Storm(settings).run();
}

}  // namespace leat::bench
