#include "bench/limit/load.h"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/uio.h>

#include <array>
#include <deque>
#include <memory>

#include "bench/process_usage.h"
#include "bench/sockets.h"

namespace leat::bench {
namespace {

constexpr size_t kReceive = size_t{256} << 10;

// Produce frames of equal size for log 0, 1, ... in a ring, encoded once for all connections.
class FrameRing {
 public:
  FrameRing(size_t size, size_t logs, size_t at_least) : frame_(sizeof(RequestHeader) + size) {
    const size_t count = (at_least + logs - 1) / logs * logs;
    const std::vector<char> payload(size, 'p');
    bytes_.reserve(count * frame_);
    for (size_t i = 0; i < count; ++i) {
      const RequestHeader header{static_cast<uint32_t>(size), Kind::kProduce,
                                 static_cast<uint16_t>(i % logs), crc32c(payload.data(), size)};
      const char* raw = reinterpret_cast<const char*>(&header);
      bytes_.insert(bytes_.end(), raw, raw + sizeof(header));
      bytes_.insert(bytes_.end(), payload.begin(), payload.end());
    }
  }
  size_t frame_size() const { return frame_; }
  const std::vector<char>& bytes() const { return bytes_; }

 private:
  const size_t frame_;
  std::vector<char> bytes_;
};

struct Client {
  Fd fd;
  size_t in_flight = 0;
  std::deque<Clock::time_point> due;   // of requests not sent yet (open loop)
  std::deque<Clock::time_point> sent;  // since when each request in flight counts
  // Produce: where in the ring the next byte to send lies. Fetch: bytes to send are in `out`.
  size_t ring_at = 0;
  size_t send_left = 0;
  std::vector<char> out;
  // The answer being received.
  Response answer{};
  size_t answer_have = 0;
  uint64_t body_left = 0;
  uint16_t log = 0;
  uint64_t position = 0, end = 0;  // of the next fetch, of the log
  bool waits_for_room = false;
};

class Load {
 public:
  explicit Load(const LoadOptions& options)
      : options_(options),
        ring_(options.kind == Kind::kProduce ? options.size : 0, options.logs,
              options.kind == Kind::kProduce ? std::max<size_t>(options.in_flight, 64) : 1),
        epoll_(static_cast<int>(must(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"))),
        receive_(kReceive) {
    for (size_t i = 0; i < options.connections; ++i) connect(i);
    result_.congestion = congestion_control(clients_.front()->fd.get());
  }

  LoadResult run() {
    start_ = Clock::now();
    measured_from_ = after(start_, options_.warm_up);
    const auto end = after(measured_from_, options_.seconds);
    if (options_.rate == 0) {
      for (const auto& client : clients_) issue(*client, options_.in_flight, start_);
    }
    auto now = start_;
    while (now < end && sent_bytes_ < options_.max_bytes) {
      if (!measuring_ && now >= measured_from_) begin_measuring(now);
      if (options_.rate > 0) issue_due(now);
      wait(end);
      now = Clock::now();
    }
    return finish(now);
  }

 private:
  void connect(size_t index) {
    auto client = std::make_unique<Client>();
    client->fd = connect_to(options_.port, options_.congestion);
    client->log = static_cast<uint16_t>(index % options_.logs);
    client->ring_at = index % options_.logs * ring_.frame_size();
    if (options_.kind == Kind::kFetch) seek(*client, index);
    must(::fcntl(client->fd.get(), F_SETFL, O_NONBLOCK), "fcntl");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = client.get();
    must(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, client->fd.get(), &event), "epoll_ctl");
    clients_.push_back(std::move(client));
  }

  // Learns the end of the log by fetching one byte, then spreads the readers over it.
  void seek(Client& client, size_t index) {
    add_fetch(client, 0, 1);
    must(::send(client.fd.get(), client.out.data(), client.out.size(), 0), "send");
    client.out.clear();
    std::array<char, sizeof(Response) + 1> answer;
    if (::recv(client.fd.get(), answer.data(), answer.size(), MSG_WAITALL) !=
        static_cast<ssize_t>(answer.size())) {
      must(-1, "first fetch");
    }
    Response response;
    std::memcpy(&response, answer.data(), sizeof(response));
    client.end = response.end;
    client.position = client.end / options_.connections * index;
  }

  static void add_fetch(Client& client, uint64_t position, uint64_t size) {
    const RequestHeader header{sizeof(FetchBody), Kind::kFetch, client.log, 0};
    const FetchBody body{position, size};
    const char* raw = reinterpret_cast<const char*>(&header);
    client.out.insert(client.out.end(), raw, raw + sizeof(header));
    raw = reinterpret_cast<const char*>(&body);
    client.out.insert(client.out.end(), raw, raw + sizeof(body));
  }

  void issue(Client& client, size_t count, Clock::time_point since) {
    for (size_t i = 0; i < count; ++i) {
      client.sent.push_back(since);
      if (options_.kind == Kind::kProduce) {
        client.send_left += ring_.frame_size();
        sent_bytes_ += options_.size;
        continue;
      }
      if (client.position + options_.size > client.end) client.position = 0;
      add_fetch(client, client.position, options_.size);
      client.position += options_.size;
    }
    client.in_flight += count;
    if (!client.waits_for_room) send(client);
  }

  // Open loop: requests are due at fixed times, whatever the server does; what cannot be sent
  // because too much is in flight waits, and its waiting counts.
  void issue_due(Clock::time_point now) {
    for (auto due = due_time(); due <= now; due = due_time()) {
      Client& client = *clients_[issued_++ % clients_.size()];
      if (client.in_flight < options_.in_flight) {
        issue(client, 1, due);
      } else {
        client.due.push_back(due);
      }
    }
  }
  Clock::time_point due_time() const {
    return after(start_, static_cast<double>(issued_) / options_.rate);
  }

  void send(Client& client) {
    const bool all = options_.kind == Kind::kProduce ? send_frames(client) : send_fetches(client);
    if (all == !client.waits_for_room) return;
    client.waits_for_room = !all;
    epoll_event event{};
    event.events = all ? EPOLLIN : EPOLLIN | EPOLLOUT;
    event.data.ptr = &client;
    must(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, client.fd.get(), &event), "epoll_ctl");
  }

  bool send_frames(Client& client) {
    const std::vector<char>& ring = ring_.bytes();
    while (client.send_left > 0) {
      const size_t piece = std::min(client.send_left, ring.size() - client.ring_at);
      const ssize_t n = ::send(client.fd.get(), ring.data() + client.ring_at, piece, MSG_NOSIGNAL);
      if (n < 0 && errno == EAGAIN) return false;
      must(n, "send");
      client.send_left -= static_cast<size_t>(n);
      client.ring_at = (client.ring_at + static_cast<size_t>(n)) % ring.size();
    }
    return true;
  }

  bool send_fetches(Client& client) {
    if (client.out.empty()) return true;
    const ssize_t n = ::send(client.fd.get(), client.out.data(), client.out.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) return false;
    must(n, "send");
    client.out.erase(client.out.begin(), client.out.begin() + n);
    return client.out.empty();
  }

  void wait(Clock::time_point end) {
    auto until = measuring_ ? end : std::min(end, measured_from_);
    if (options_.rate > 0) until = std::min(until, due_time());
    const auto left =
        std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(until - Clock::now()));
    const timespec timeout{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
    std::array<epoll_event, 512> events;
    const int count = ::epoll_pwait2(epoll_.get(), events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      Client& client = *static_cast<Client*>(event.data.ptr);
      if ((event.events & EPOLLOUT) != 0) send(client);
      if ((event.events & ~static_cast<uint32_t>(EPOLLOUT)) != 0) receive(client);
    }
  }

  void receive(Client& client) {
    const ssize_t n = ::recv(client.fd.get(), receive_.data(), receive_.size(), 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n == 0) errno = ECONNRESET;
    must(n > 0 ? n : -1, "recv");
    const auto now = Clock::now();
    const size_t answers = take_answers(client, receive_.data(), static_cast<size_t>(n), now);
    if (answers == 0) return;
    if (options_.rate == 0) return issue(client, answers, now);
    while (client.in_flight < options_.in_flight && !client.due.empty()) {
      const auto due = client.due.front();
      client.due.pop_front();
      issue(client, 1, due);
    }
  }

  // Returns the number of answers that are complete.
  size_t take_answers(Client& client, const char* data, size_t size, Clock::time_point now) {
    size_t answers = 0;
    while (size > 0) {
      if (client.answer_have < sizeof(Response)) {
        const size_t part = std::min(size, sizeof(Response) - client.answer_have);
        std::memcpy(reinterpret_cast<char*>(&client.answer) + client.answer_have, data, part);
        client.answer_have += part;
        data += part;
        size -= part;
        if (client.answer_have < sizeof(Response)) return answers;
        client.body_left = client.answer.size;
      }
      const size_t body = std::min<size_t>(size, client.body_left);
      client.body_left -= body;
      data += body;
      size -= body;
      if (client.body_left > 0) return answers;
      client.answer_have = 0;
      client.end = client.answer.end;
      ++answers;
      count(client, now);
    }
    return answers;
  }

  void count(Client& client, Clock::time_point now) {
    const auto since = client.sent.front();
    client.sent.pop_front();
    --client.in_flight;
    if (!measuring_) return;
    ++result_.requests;
    result_.bytes += options_.kind == Kind::kProduce ? options_.size : client.answer.size;
    result_.latency.add(static_cast<uint64_t>(std::chrono::nanoseconds(now - since).count()));
  }

  void begin_measuring(Clock::time_point now) {
    measuring_ = true;
    measured_from_ = now;
    if (options_.broker_pid > 0) result_.broker_cpu_seconds = cpu_seconds(options_.broker_pid);
  }

  LoadResult finish(Clock::time_point now) {
    result_.seconds = std::chrono::duration<double>(now - measured_from_).count();
    if (options_.broker_pid > 0) {
      result_.broker_cpu_seconds = cpu_seconds(options_.broker_pid) - result_.broker_cpu_seconds;
      result_.broker_mib = resident_mib(options_.broker_pid);
    }
    return std::move(result_);
  }

  const LoadOptions& options_;
  FrameRing ring_;
  Fd epoll_;
  std::vector<char> receive_;
  std::vector<std::unique_ptr<Client>> clients_;
  Clock::time_point start_, measured_from_;
  bool measuring_ = false;
  uint64_t issued_ = 0, sent_bytes_ = 0;
  LoadResult result_;
};

}  // namespace

LoadResult run_load(const LoadOptions& options) {
  pin_to(options.pin);
  ::prctl(PR_SET_TIMERSLACK, 1);
  return Load(options).run();
}

}  // namespace leat::bench
