#include "bench/load/report.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace leat::bench {
namespace {

struct NamedPercentile {
  const char* name;
  double fraction;
};
constexpr std::array<NamedPercentile, 5> kPercentiles = {
    {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}, {"p9999", 0.9999}}};

std::string number(double value, bool known = true) {
  if (!known) return "null";
  // Counts and sizes stay what they are.
  const bool whole = value == std::trunc(value) && std::abs(value) < 1e15;
  return whole ? fmt::format("{:.0f}", value) : fmt::format("{:.6g}", value);
}

std::string micros(const Histogram& latency, double fraction) {
  const auto value = latency.percentile(fraction);
  return number(value ? static_cast<double>(*value) / 1e3 : 0, value.has_value());
}

std::string text(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// A JSON object, field by field.
class Object {
 public:
  Object& add(std::string_view key, std::string_view value) {
    out_ += fmt::format("{}\"{}\":{}", out_.empty() ? "" : ",", key, value);
    return *this;
  }
  Object& add(std::string_view key, double value) { return add(key, number(value)); }
  std::string str() const { return "{" + out_ + "}"; }

 private:
  std::string out_;
};

// The side of the run that the figures are about.
const Tally& main_tally(const Settings& settings, const LoadResult& result) {
  const bool consumed =
      settings.command == Command::kConsume || settings.command == Command::kEndToEnd;
  return consumed ? result.consumed : result.produced;
}

std::string latency_json(const Histogram& latency) {
  Object out;
  for (const auto& [name, fraction] : kPercentiles) out.add(name, micros(latency, fraction));
  out.add("max", number(static_cast<double>(latency.max()) / 1e3, latency.total() > 0));
  return out.str();
}

void add_tally(Object& out, const Tally& tally, double seconds) {
  out.add("records_per_second", static_cast<double>(tally.records) / seconds);
  out.add("megabytes_per_second", static_cast<double>(tally.bytes) / seconds / 1e6);
  // Through a client library records are seen and requests are not.
  const bool known = tally.requests > 0 || tally.records == 0;
  const auto requests = static_cast<double>(tally.requests);
  out.add("requests_per_second", number(requests / seconds, known));
  out.add("requests", number(requests, known));
  out.add("latency_us", latency_json(tally.latency));
  std::string timeline;
  for (const std::uint64_t records : tally.per_second) {
    timeline += fmt::format("{}{}", timeline.empty() ? "" : ",", records);
  }
  out.add("records_in_each_second", "[" + timeline + "]");
}

std::string settings_json(const Settings& s) {
  Object out;
  out.add("topic", text(s.topic)).add("partitions", s.partitions);
  for (const auto& [key, value] : s.topic_configs) out.add("topic." + key, text(value));
  out.add("record_size", static_cast<double>(s.record_size));
  out.add("batch_bytes", static_cast<double>(s.batch_bytes));
  out.add("records_per_batch",
          number(static_cast<double>(s.records_per_batch), s.records_per_batch > 0));
  out.add("keys", static_cast<double>(s.keys));
  out.add("codec", text(record::to_string(s.codec)));
  out.add("acks", text(s.acks < 0 ? "all" : std::to_string(s.acks)));
  out.add("connections", static_cast<double>(s.connections));
  out.add("consumers", static_cast<double>(s.consumers));
  out.add("in_flight", static_cast<double>(s.in_flight));
  out.add("idle_connections", static_cast<double>(s.idle_connections));
  out.add("sticky", s.sticky ? "true" : "false");
  out.add("fetch_bytes", static_cast<double>(s.fetch_bytes));
  out.add("rate", number(s.rate, s.rate > 0));
  out.add("seconds", s.seconds).add("warmup", s.warmup);
  out.add("client", text(s.client));
  out.add("pin", number(s.pin, s.pin >= 0));
  return out.str();
}

void add_usage(Object& out, const Settings& settings, const LoadResult& result) {
  const Tally& tally = main_tally(settings, result);
  const double cpu = result.broker_cpu_seconds;
  const bool known = cpu >= 0 && tally.records > 0;
  // Both directions are the broker's work.
  const auto bytes = static_cast<double>(result.produced.bytes + result.consumed.bytes);
  const auto requests = static_cast<double>(result.produced.requests + result.consumed.requests);
  out.add("broker_cpu_seconds_per_gb", number(cpu * 1e9 / bytes, known && bytes > 0));
  out.add("broker_cpu_us_per_request", number(cpu * 1e6 / requests, known && requests > 0));
  out.add("broker_cpu_share", number(cpu / result.seconds, known));
  out.add("broker_rss_bytes", number(result.broker_rss_bytes, result.broker_rss_bytes >= 0));
  out.add("broker_rss_bytes_per_idle_connection",
          number(result.rss_per_idle_connection,
                 settings.idle_connections > 0 && settings.broker_pid > 0));
  out.add("client_cpu_seconds", result.client_cpu_seconds);
  out.add("foreign_cpu_share", result.foreign_cpu_share);
}

}  // namespace

std::string to_json(const Settings& settings, const LoadResult& result,
                    const std::string& durability) {
  Object out;
  out.add("workload", text(to_string(settings.command)));
  out.add("durability", text(durability));
  add_tally(out, main_tally(settings, result), result.seconds);
  add_usage(out, settings, result);
  if (settings.command == Command::kMixed) {
    Object consumed;
    add_tally(consumed, result.consumed, result.seconds);
    out.add("consumed", consumed.str());
  }
  out.add("seconds", result.seconds);
  out.add("ended_early", result.ended_early ? "true" : "false");
  out.add("congestion_control", text(result.congestion_control));
  return out.add("settings", settings_json(settings)).str();
}

std::string to_table(const Settings& settings, const LoadResult& result,
                     const std::string& durability) {
  const Tally& tally = main_tally(settings, result);
  const double cpu = result.broker_cpu_seconds;
  const auto bytes = static_cast<double>(result.produced.bytes + result.consumed.bytes);
  std::string out;
  const auto row = [&out](std::string_view name, const std::string& value) {
    out += fmt::format("{:<20} {}\n", name, value);
  };
  row("workload", fmt::format("{}, {:.1f} s", to_string(settings.command), result.seconds));
  row("durability", durability);
  row("records/s", fmt::format("{:.0f}", static_cast<double>(tally.records) / result.seconds));
  row("MB/s", fmt::format("{:.1f}", static_cast<double>(tally.bytes) / result.seconds / 1e6));
  if (tally.requests > 0) {
    row("requests/s", fmt::format("{:.0f}", static_cast<double>(tally.requests) / result.seconds));
  }
  for (const auto& [name, fraction] : kPercentiles) {
    const std::string value = micros(tally.latency, fraction);
    row(fmt::format("latency {}", name), value == "null" ? "too few samples" : value + " us");
  }
  row("latency max", number(static_cast<double>(tally.latency.max()) / 1e3) + " us");
  if (settings.command == Command::kMixed) {
    row("consumed MB/s",
        fmt::format("{:.1f}", static_cast<double>(result.consumed.bytes) / result.seconds / 1e6));
  }
  if (cpu >= 0) {
    if (bytes > 0) row("broker CPU", number(cpu * 1e9 / bytes) + " s/GB");
    row("broker memory", fmt::format("{:.1f} MiB", result.broker_rss_bytes / (1 << 20)));
  }
  row("foreign CPU", fmt::format("{:.1f} %", result.foreign_cpu_share * 100));
  return out;
}

}  // namespace leat::bench
