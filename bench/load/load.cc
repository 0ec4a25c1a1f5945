#include "bench/load/load.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/prctl.h>

#include <array>

#include "bench/load/load_client.h"
#include "bench/load/produce_frames.h"
#include "bench/load/progress.h"
#include "bench/load/topic.h"
#include "bench/load/usage.h"
#include "bench/process_usage.h"
#include "bench/sockets.h"
#include "common/protocol/errors.h"

namespace leat::bench {
namespace {

constexpr std::size_t kProducerBuffer = 16 << 10;
constexpr std::int32_t kTailWaitMs = 500;

class Load {
 public:
  explicit Load(const Settings& settings)
      : settings_(settings),
        link_(settings),
        frames_(settings, std::max<std::size_t>(settings.in_flight, 64)),
        epoll_(static_cast<int>(must(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"))) {
    open_idle_connections();
    const bool consume = settings.command == Command::kConsume;
    const std::size_t producers = consume ? 0 : settings.connections;
    const std::size_t consumers = consume                               ? settings.connections
                                  : settings.command == Command::kMixed ? settings.consumers
                                                                        : 0;
    for (std::size_t i = 0; i < producers; ++i) add_producer(i);
    for (std::size_t i = 0; i < consumers; ++i) add_consumer(i, consumers);
    producers_ = producers;
    result_.congestion_control = congestion_control(clients_.front()->fd.get());
  }

  LoadResult run() {
    start_ = Clock::now();
    measured_from_ = after(start_, settings_.warmup);
    const auto end = after(measured_from_, settings_.seconds);
    begin_closed_loops();
    auto now = start_;
    while (now < end && moved_bytes_ < settings_.max_bytes) {
      if (!meter_ && now >= measured_from_) begin_measuring(now);
      progress_.show(now, result_.produced.records + result_.consumed.records, meter_.has_value());
      if (settings_.rate > 0) issue_due(now);
      if (settings_.acks == 0) take_sent_for_answered(now);
      wait(end);
      now = Clock::now();
    }
    if (!meter_) BrokerLink::fail(absl::ResourceExhaustedError("--max-bytes ended the warm-up"));
    meter_->finish(result_);
    result_.ended_early = now < end;
    return std::move(result_);
  }

 private:
  // Each says hello, so that the broker has what it keeps per session.
  void open_idle_connections() {
    if (settings_.idle_connections == 0) return;
    const int pid = settings_.broker_pid;
    const double before = pid > 0 ? resident_mib(pid) : 0;
    for (std::size_t i = 0; i < settings_.idle_connections; ++i) {
      BrokerLink link(settings_);
      list_offset(link, settings_, 0, kLatest);
      idle_.push_back(link.release());
    }
    if (pid <= 0) return;
    result_.rss_per_idle_connection =
        (resident_mib(pid) - before) * (1 << 20) / static_cast<double>(idle_.size());
  }

  void add_producer(std::size_t index) {
    auto client = std::make_unique<LoadClient>(connect(), kProducerBuffer);
    const std::size_t own = index % static_cast<std::size_t>(settings_.partitions);
    client->ring_at = own * frames_.frame_size();
    client->ring_begin = settings_.sticky ? client->ring_at : 0;
    client->ring_end =
        settings_.sticky ? client->ring_at + frames_.frame_size() : frames_.bytes().size();
    client->answer = own;
    watch(std::move(client));
  }

  void add_consumer(std::size_t index, std::size_t count) {
    auto client = std::make_unique<LoadClient>(connect(), settings_.fetch_bytes + (64 << 10));
    const int partition = static_cast<int>(index % static_cast<std::size_t>(settings_.partitions));
    Cursors& cursors = client->cursors;
    cursors.tail = settings_.command == Command::kMixed;
    cursors.start = list_offset(link_, settings_, partition, kEarliest);
    cursors.end = list_offset(link_, settings_, partition, kLatest);
    if (!cursors.tail && cursors.end == cursors.start) {
      BrokerLink::fail(absl::NotFoundError("nothing to consume: produce first"));
    }
    const std::size_t in_flight = cursors.tail ? 1 : settings_.in_flight;
    const auto parts = static_cast<std::int64_t>(count * in_flight);
    for (std::size_t k = 0; k < in_flight; ++k) {
      const auto part = static_cast<std::int64_t>(index * in_flight + k);
      const std::int64_t spread = cursors.start + (cursors.end - cursors.start) / parts * part;
      cursors.next.push_back(cursors.tail ? cursors.end : spread);
    }
    client->producer = false;
    client->fetch.emplace(settings_, partition, cursors.tail ? kTailWaitMs : 0);
    watch(std::move(client));
  }

  Fd connect() {
    Fd fd = dial(settings_);
    must(fd.get(), "connect");
    must(::fcntl(fd.get(), F_SETFL, O_NONBLOCK), "fcntl");
    return fd;
  }

  void watch(std::unique_ptr<LoadClient> client) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = client.get();
    must(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client->fd.get(), &event), "epoll_ctl");
    clients_.push_back(std::move(client));
  }

  void begin_closed_loops() {
    for (const auto& client : clients_) {
      if (!client->producer) {
        issue(*client, client->cursors.next.size(), start_);
      } else if (settings_.rate == 0) {
        issue(*client, settings_.in_flight, start_);
      }
    }
  }

  void issue(LoadClient& client, std::size_t count, Clock::time_point since) {
    for (std::size_t i = 0; i < count; ++i) {
      client.sent.push_back(since);
      if (client.producer) {
        client.send_left += frames_.frame_size();
        moved_bytes_ += frames_.batch_size();
      } else {
        Cursors& cursors = client.cursors;
        append(client.out, client.fetch->at(cursors.next[cursors.asking]));
        cursors.asking = (cursors.asking + 1) % cursors.next.size();
      }
    }
    client.in_flight += count;
    if (!client.waits_for_room) send(client);
  }

  // Open loop: requests are due at fixed times, whatever the broker does; what cannot be sent
  // because too much is in flight waits, and its waiting counts.
  void issue_due(Clock::time_point now) {
    for (auto due = due_time(); producers_ > 0 && due <= now; due = due_time()) {
      LoadClient& client = *clients_[issued_++ % producers_];
      if (client.in_flight < settings_.in_flight) {
        issue(client, 1, due);
      } else {
        client.due.push_back(due);
      }
    }
  }
  Clock::time_point due_time() const {
    const double records = static_cast<double>(issued_ * frames_.records_per_batch());
    return after(start_, records / settings_.rate);
  }

  void send(LoadClient& client) {
    const bool all = client.producer ? send_frames(client) : send_fetches(client);
    if (all == !client.waits_for_room) return;
    client.waits_for_room = !all;
    epoll_event event{};
    event.events = all ? EPOLLIN : EPOLLIN | EPOLLOUT;
    event.data.ptr = &client;
    must(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, client.fd.get(), &event), "epoll_ctl");
  }

  bool send_frames(LoadClient& client) {
    while (client.send_left > 0) {
      const std::size_t piece = std::min(client.send_left, client.ring_end - client.ring_at);
      const ssize_t n =
          ::send(client.fd.get(), &frames_.bytes()[client.ring_at], piece, MSG_NOSIGNAL);
      if (n < 0 && errno == EAGAIN) return false;
      client.send_left -= static_cast<std::size_t>(must(n, "send"));
      client.ring_at += static_cast<std::size_t>(n);
      if (client.ring_at == client.ring_end) client.ring_at = client.ring_begin;
    }
    return true;
  }

  bool send_fetches(LoadClient& client) {
    if (client.out.empty()) return true;
    const ssize_t n = ::send(client.fd.get(), client.out.data(), client.out.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return false;
    client.out.erase(client.out.begin(), client.out.begin() + must(n, "send"));
    return client.out.empty();
  }

  void wait(Clock::time_point end) {
    auto until = meter_ ? end : std::min(end, measured_from_);
    if (settings_.rate > 0) until = std::min(until, due_time());
    auto left =
        std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(until - Clock::now()));
    if (sent_without_waiting_) left = std::chrono::nanoseconds(0);
    const timespec timeout{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    std::array<epoll_event, 512> events;
    const int count = ::epoll_pwait2(epoll_.get(), events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      LoadClient& client = *static_cast<LoadClient*>(event.data.ptr);
      if ((event.events & EPOLLOUT) != 0) send(client);
      if ((event.events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) receive(client);
    }
  }

  void receive(LoadClient& client) {
    if (!client.received.receive(client.fd.get())) return;
    const auto now = Clock::now();
    std::size_t answers = 0;
    while (const auto frame = client.received.next_frame()) {
      if (client.producer) {
        take_produced(client, *frame, now);
      } else {
        take_fetched(client, *frame, now);
      }
      ++answers;
    }
    go_on(client, answers, now);
  }

  void go_on(LoadClient& client, std::size_t answers, Clock::time_point now) {
    if (answers == 0) return;
    if (!client.producer || settings_.rate == 0) return issue(client, answers, now);
    while (client.in_flight < settings_.in_flight && !client.due.empty()) {
      const auto due = client.due.front();
      client.due.pop_front();
      issue(client, 1, due);
    }
  }

  void take_produced(LoadClient& client, ByteView frame, Clock::time_point now) {
    const ProduceAnswer answer = read_produce_answer(frame, settings_.topic.size());
    if (answer.error != 0) {
      BrokerLink::fail(absl::InternalError(
          fmt::format("produce: {}", name(static_cast<ErrorCode>(answer.error)))));
    }
    if (answer.correlation_id != static_cast<std::int32_t>(client.answer)) {
      BrokerLink::fail(absl::DataLossError("answers out of order"));
    }
    count_produced(client, now);
  }

  void count_produced(LoadClient& client, Clock::time_point now) {
    if (!settings_.sticky) client.answer = (client.answer + 1) % frames_.count();
    count(client, result_.produced, frames_.records_per_batch(), frames_.batch_size(), now);
  }

  // With acks=0 nothing comes back: what the socket took counts.
  void take_sent_for_answered(Clock::time_point now) {
    sent_without_waiting_ = false;
    for (std::size_t i = 0; i < producers_; ++i) {
      LoadClient& client = *clients_[i];
      if (client.waits_for_room || client.in_flight == 0) continue;
      sent_without_waiting_ = true;
      const std::size_t answers = client.in_flight;
      for (std::size_t k = 0; k < answers; ++k) count_produced(client, now);
      go_on(client, answers, now);
    }
  }

  void take_fetched(LoadClient& client, ByteView frame, Clock::time_point now) {
    const FetchAnswer answer = read_fetch_answer(frame);
    Cursors& cursors = client.cursors;
    std::int64_t& cursor = cursors.next[cursors.answering];
    cursors.answering = (cursors.answering + 1) % cursors.next.size();
    if (answer.next_offset >= 0) cursor = answer.next_offset;
    if (!cursors.tail && (answer.next_offset < 0 || cursor >= cursors.end)) cursor = cursors.start;
    count(client, result_.consumed, answer.records, answer.bytes, now);
  }

  void count(LoadClient& client, Tally& tally, std::uint64_t records, std::uint64_t bytes,
             Clock::time_point now) {
    const auto since = client.sent.front();
    client.sent.pop_front();
    --client.in_flight;
    if (!meter_) return;
    ++tally.requests;
    tally.answered(records, bytes, micros_between(measured_from_, now) / 1e6, now - since);
  }

  void begin_measuring(Clock::time_point now) {
    measured_from_ = now;
    meter_.emplace(settings_.broker_pid);
  }

  const Settings& settings_;
  BrokerLink link_;
  const ProduceFrames frames_;
  Fd epoll_;
  std::vector<Fd> idle_;
  std::vector<std::unique_ptr<LoadClient>> clients_;  // producers first
  std::size_t producers_ = 0;
  Clock::time_point start_, measured_from_;
  std::optional<UsageMeter> meter_;  // from the end of the warm-up on
  std::uint64_t issued_ = 0, moved_bytes_ = 0;
  bool sent_without_waiting_ = false;  // acks=0: there is more to send at once
  Progress progress_;
  LoadResult result_;
};

}  // namespace

LoadResult run_load(const Settings& settings) {
  ::prctl(PR_SET_TIMERSLACK, 1);
  return Load(settings).run();
}

}  // namespace leat::bench
