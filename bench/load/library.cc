#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include "bench/load/broker_link.h"
#include "bench/load/load.h"
#include "bench/load/progress.h"
#include "bench/load/usage.h"
#include "client/producer.h"
#include "client/spawn.h"

namespace leat::bench {
namespace {

// Records given to the producer before the event loop gets its turn.
constexpr int kTurn = 1000;

[[noreturn]] void fail(const Error& error) {
  BrokerLink::fail(absl::InternalError(error.describe()));
}

class LibraryLoad {
 public:
  LibraryLoad(asio::io_context& io, const Settings& settings)
      : settings_(settings), timer_(io), value_(settings.record_size, 'v') {
    ClientOptions options;
    options.bootstrap = {Endpoint(settings.host, static_cast<std::uint16_t>(settings.port))};
    options.client_id = "leat-bench";
    client_ = Client::make(io.get_executor(), std::move(options));
    ProducerOptions producer;
    producer.acks = static_cast<Acks>(settings.acks);
    producer.buffer.compression = settings.codec;
    producer_.emplace(client_, std::move(producer));
  }

  asio::awaitable<void> run() {
    if (const Error error = co_await producer_->prepare(settings_.topic); !error.ok()) fail(error);
    start_ = Clock::now();
    measured_from_ = after(start_, settings_.warmup);
    const auto end = after(measured_from_, settings_.seconds);
    auto now = start_;
    while (now < end && sent_ * settings_.record_size < settings_.max_bytes) {
      if (!meter_ && now >= measured_from_) begin_measuring(now);
      progress_.show(now, result_.produced.records, meter_.has_value());
      co_await one_turn(now);
      now = Clock::now();
    }
    if (!meter_) BrokerLink::fail(absl::ResourceExhaustedError("--max-bytes ended the warm-up"));
    meter_->finish(result_);
    result_.ended_early = now < end;
    measured_ = true;
    co_await producer_->flush();
    producer_->close();
    client_->close();
  }

  LoadResult take_result() { return std::move(result_); }

 private:
  void begin_measuring(Clock::time_point now) {
    measured_from_ = now;
    meter_.emplace(settings_.broker_pid);
  }

  // With a rate: what is due, and its latency counts from when it was due.
  asio::awaitable<void> one_turn(Clock::time_point now) {
    for (int i = 0; i < kTurn; ++i) {
      const auto since = settings_.rate > 0 ? due_time() : now;
      if (since > now) {
        timer_.expires_at(since);
        co_await timer_.async_wait(asio::use_awaitable);
        co_return;
      }
      if (!try_send(since)) {
        co_await producer_->wait_room();
        co_return;
      }
    }
    co_await asio::post(asio::use_awaitable);
  }
  Clock::time_point due_time() const {
    return after(start_, static_cast<double>(sent_) / settings_.rate);
  }

  bool try_send(Clock::time_point since) {
    const RecordToSend record(std::nullopt, as_bytes(value_));
    const auto sent =
        producer_->try_send(settings_.topic, record, std::nullopt,
                            [this, since](const RecordResult& result) { take(result, since); });
    if (sent == Producer::Sent::kFull) return false;
    if (sent != Producer::Sent::kYes) {
      BrokerLink::fail(absl::InternalError("the client library refused a record"));
    }
    ++sent_;
    return true;
  }

  void take(const RecordResult& result, Clock::time_point since) {
    if (!result.error.ok()) fail(result.error);
    if (!meter_ || measured_) return;
    const auto now = Clock::now();
    result_.produced.answered(1, value_.size(), micros_between(measured_from_, now) / 1e6, now - since);
  }

  const Settings& settings_;
  asio::steady_timer timer_;
  const std::string value_;
  std::shared_ptr<Client> client_;
  std::optional<Producer> producer_;
  Clock::time_point start_, measured_from_;
  std::optional<UsageMeter> meter_;  // from the end of the warm-up on
  bool measured_ = false;
  std::uint64_t sent_ = 0;
  Progress progress_;
  LoadResult result_;
};

}  // namespace

LoadResult run_library(const Settings& settings) {
  asio::io_context io(1);
  LibraryLoad load(io, settings);
  spawn(io.get_executor(), load.run());
  io.run();
  return load.take_result();
}

}  // namespace leat::bench
