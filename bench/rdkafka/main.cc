// leat-bench-rdkafka: `leat-bench produce` with librdkafka between, at its defaults but
// linger.ms=5: what the most used client gets out of a broker. Options and output are leat-bench's;
// batch size, connections and requests in flight are the client's business.

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include "bench/load/load.h"
#include "bench/load/progress.h"
#include "bench/load/report.h"
#include "bench/load/topic.h"
#include "bench/load/usage.h"
#include "bench/sockets.h"

namespace leat::bench {
namespace {

constexpr int kErrorText = 512, kPollEvery = 1000, kFullWaitMs = 10, kFlushMs = 30'000;
constexpr char kLingerMs[] = "5";

class Producer {
 public:
  explicit Producer(const Settings& settings)
      : settings_(settings), value_(settings.record_size, 'v') {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", fmt::format("{}:{}", settings.host, settings.port));
    set(conf, "linger.ms", kLingerMs);
    set(conf, "acks", settings.acks < 0 ? "all" : std::to_string(settings.acks));
    set(conf, "compression.codec", std::string(record::to_string(settings.codec)));
    rd_kafka_conf_set_opaque(conf, this);
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    char why[kErrorText];
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof(why));
    if (client_ == nullptr) BrokerLink::fail(absl::InternalError(why));
    topic_ = rd_kafka_topic_new(client_, settings.topic.c_str(), nullptr);
  }
  ~Producer() {
    rd_kafka_topic_destroy(topic_);
    rd_kafka_destroy(client_);
  }
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  LoadResult run() {
    start_ = Clock::now();
    measured_from_ = after(start_, settings_.warmup);
    const auto end = after(measured_from_, settings_.seconds);
    auto now = start_;
    while (now < end && sent_ * settings_.record_size < settings_.max_bytes) {
      if (!meter_ && now >= measured_from_) begin_measuring(now);
      progress_.show(now, result_.produced.records, meter_.has_value());
      send_some(now);
      now = Clock::now();
    }
    if (!meter_) BrokerLink::fail(absl::ResourceExhaustedError("--max-bytes ended the warm-up"));
    meter_->finish(result_);
    result_.ended_early = now < end;
    measured_ = true;
    rd_kafka_flush(client_, kFlushMs);
    return std::move(result_);
  }

 private:
  static void set(rd_kafka_conf_t* conf, const char* key, const std::string& value) {
    char why[kErrorText];
    if (rd_kafka_conf_set(conf, key, value.c_str(), why, sizeof(why)) != RD_KAFKA_CONF_OK) {
      BrokerLink::fail(absl::InvalidArgumentError(why));
    }
  }

  void begin_measuring(Clock::time_point now) {
    measured_from_ = now;
    meter_.emplace(settings_.broker_pid);
  }

  // With a rate: what is due, and its latency counts from when it was due.
  void send_some(Clock::time_point now) {
    for (int i = 0; i < kPollEvery; ++i) {
      auto since = now;
      if (settings_.rate > 0) {
        since = after(start_, static_cast<double>(sent_) / settings_.rate);
        if (since > now) break;
      }
      if (!send(since)) break;
    }
    rd_kafka_poll(client_, 0);
  }

  bool send(Clock::time_point since) {
    // The value outlives the client, so that nothing is copied here.
    void* opaque = reinterpret_cast<void*>(since.time_since_epoch().count());
    if (rd_kafka_produce(topic_, RD_KAFKA_PARTITION_UA, 0, value_.data(), value_.size(), nullptr, 0,
                         opaque) == 0) {
      ++sent_;
      return true;
    }
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      BrokerLink::fail(absl::InternalError(rd_kafka_err2str(rd_kafka_last_error())));
    }
    rd_kafka_poll(client_, kFullWaitMs);
    return false;
  }

  static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
    static_cast<Producer*>(self)->count(*message);
  }

  void count(const rd_kafka_message_t& message) {
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      BrokerLink::fail(absl::InternalError(rd_kafka_err2str(message.err)));
    }
    if (!meter_ || measured_) return;
    const auto now = Clock::now();
    const auto since =
        Clock::time_point(Clock::duration(reinterpret_cast<Clock::rep>(message._private)));
    result_.produced.answered(1, message.len, micros_between(measured_from_, now) / 1e6, now - since);
  }

  const Settings& settings_;
  std::string value_;
  rd_kafka_t* client_ = nullptr;
  rd_kafka_topic_t* topic_ = nullptr;
  Clock::time_point start_, measured_from_;
  std::optional<UsageMeter> meter_;  // from the end of the warm-up on
  bool measured_ = false;
  std::uint64_t sent_ = 0;
  Progress progress_;
  LoadResult result_;
};

int run(Settings settings) {
  if (settings.command != Command::kProduce) {
    BrokerLink::fail(absl::InvalidArgumentError("only produce, through librdkafka"));
  }
  settings.client = fmt::format("librdkafka {}, linger.ms={}", rd_kafka_version_str(), kLingerMs);
  {
    BrokerLink link(settings);
    prepare_topic(link, settings);
  }
  const LoadResult result = Producer(settings).run();
  const std::string mode = durability(settings);
  fmt::print("{}\n",
             settings.json ? to_json(settings, result, mode) : to_table(settings, result, mode));
  return 0;
}

}  // namespace
}  // namespace leat::bench

int main(int argc, char** argv) {
  using namespace leat::bench;
  int exit_code = 0;
  const auto settings = parse_settings(argc, argv, exit_code);
  if (!settings) return exit_code;
  pin_to(settings->pin);
  return run(*settings);
}
