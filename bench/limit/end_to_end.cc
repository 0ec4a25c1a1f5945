// From the intended time of a produce request to the arrival of its record at a waiting consumer.

#include <sys/prctl.h>

#include <array>
#include <atomic>
#include <thread>

#include "bench/limit/load.h"
#include "bench/process_usage.h"
#include "bench/sockets.h"

namespace leat::bench {
namespace {

template <typename T>
T receive_all(const Fd& fd) {
  T value;
  if (::recv(fd.get(), &value, sizeof(value), MSG_WAITALL) != sizeof(value)) must(-1, "recv");
  return value;
}

void send_all(const Fd& fd, const std::vector<char>& bytes) {
  if (::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(bytes.size())) {
    must(-1, "send");
  }
}

class EndToEnd {
 public:
  explicit EndToEnd(const LoadOptions& options)
      : options_(options),
        producer_(connect_to(options.port, options.congestion)),
        consumer_(connect_to(options.port, options.congestion)),
        frame_(sizeof(RequestHeader) + options.size, 'e'),
        total_(static_cast<uint64_t>(options.rate * (options.warm_up + options.seconds))),
        skipped_(static_cast<uint64_t>(options.rate * options.warm_up)) {
    const RequestHeader header{static_cast<uint32_t>(options.size), Kind::kProduce, 0,
                               crc32c(frame_.data() + sizeof(header), options.size)};
    std::memcpy(frame_.data(), &header, sizeof(header));
    send_all(producer_, frame_);
    position_ = receive_all<Response>(producer_).end;
  }

  LoadResult run() {
    start_ = after(Clock::now(), 0.05);
    std::thread producer([this] { produce(); });
    consume();
    producer.join();
    result_.seconds = options_.seconds;
    result_.congestion = congestion_control(producer_.get());
    return std::move(result_);
  }

 private:
  Clock::time_point intended(uint64_t index) const {
    return after(start_, static_cast<double>(index) / options_.rate);
  }

  void produce() {
    ::prctl(PR_SET_TIMERSLACK, 1);
    std::array<char, 4096> answers;
    for (uint64_t i = 0; i < total_; ++i) {
      std::this_thread::sleep_until(intended(i));
      send_all(producer_, frame_);
      ::recv(producer_.get(), answers.data(), answers.size(), MSG_DONTWAIT);
    }
  }

  void consume() {
    std::vector<char> body(size_t{1} << 20);
    uint64_t bytes = 0;
    while (bytes < total_ * frame_.size()) {
      fetch(position_ + bytes, body.size());
      const auto size = receive_all<Response>(consumer_).size;
      if (::recv(consumer_.get(), body.data(), size, MSG_WAITALL) != static_cast<ssize_t>(size)) {
        must(-1, "recv");
      }
      const auto now = Clock::now();
      const uint64_t first = bytes / frame_.size();
      bytes += size;
      for (uint64_t i = first; i < bytes / frame_.size(); ++i) count(i, now);
    }
  }

  void fetch(uint64_t position, uint64_t size) {
    struct {
      RequestHeader header{sizeof(FetchBody), Kind::kFetch, 0, 0};
      char body[sizeof(FetchBody)];
    } request;
    const FetchBody body{position, size};
    std::memcpy(request.body, &body, sizeof(body));
    must(::send(consumer_.get(), &request, sizeof(request), MSG_NOSIGNAL), "send");
  }

  void count(uint64_t index, Clock::time_point now) {
    if (index < skipped_) return;
    ++result_.requests;
    result_.bytes += options_.size;
    const auto latency = std::chrono::nanoseconds(now - intended(index)).count();
    result_.latency.add(static_cast<uint64_t>(std::max<int64_t>(0, latency)));
  }

  const LoadOptions& options_;
  const Fd producer_, consumer_;
  std::vector<char> frame_;
  const uint64_t total_, skipped_;
  uint64_t position_ = 0;
  Clock::time_point start_;
  LoadResult result_;
};

}  // namespace

LoadResult run_end_to_end(const LoadOptions& options) {
  pin_to(options.pin);
  const double before = options.broker_pid > 0 ? cpu_seconds(options.broker_pid) : 0;
  LoadResult result = EndToEnd(options).run();
  if (options.broker_pid > 0) {
    // The warm-up is in this figure: it is work at the same rate.
    const double share = options.seconds / (options.seconds + options.warm_up);
    result.broker_cpu_seconds = (cpu_seconds(options.broker_pid) - before) * share;
    result.broker_mib = resident_mib(options.broker_pid);
  }
  return result;
}

}  // namespace leat::bench
