#include <cstdio>

#include "bench/limit/load.h"

namespace leat::bench {
namespace {

std::string format(const char* pattern, double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof(buffer), pattern, value);
  return buffer;
}

// null for what was not measured.
std::string number(double value, bool known = true) {
  return known ? format("%.6g", value) : "null";
}

std::string micros(const Histogram& latency, double fraction) {
  const auto value = latency.percentile(fraction);
  return number(value ? static_cast<double>(*value) / 1e3 : 0, value.has_value());
}

}  // namespace

std::string to_json(const LoadOptions& options, const LoadResult& result, const std::string& name) {
  const bool broker = result.broker_cpu_seconds >= 0 && result.requests > 0;
  std::string out = "{\"workload\":\"" + name + "\"";
  const auto add = [&out](const char* key, const std::string& value) {
    out += std::string(",\"") + key + "\":" + value;
  };
  add("connections", std::to_string(options.connections));
  add("in_flight", std::to_string(options.in_flight));
  add("size", std::to_string(options.size));
  add("logs", std::to_string(options.logs));
  add("intended_rate", number(options.rate, options.rate > 0));
  add("congestion_control", "\"" + result.congestion + "\"");
  add("seconds", number(result.seconds));
  add("requests", std::to_string(result.requests));
  add("requests_per_s", number(result.requests_per_second()));
  add("mb_per_s", number(result.gigabytes_per_second() * 1000));
  add("p50_us", micros(result.latency, 0.50));
  add("p99_us", micros(result.latency, 0.99));
  add("p99_9_us", micros(result.latency, 0.999));
  add("p99_99_us", micros(result.latency, 0.9999));
  add("max_us", number(static_cast<double>(result.latency.max()) / 1e3));
  add("broker_cpu_us_per_request",
      number(result.broker_cpu_seconds * 1e6 / static_cast<double>(result.requests), broker));
  add("broker_cpu_s_per_gb",
      number(result.broker_cpu_seconds * 1e9 / static_cast<double>(result.bytes), broker));
  add("broker_rss_mib", number(result.broker_mib, result.broker_mib >= 0));
  return out + "}";
}

std::string to_text(const LoadResult& result) {
  return format("%.0f requests/s, ", result.requests_per_second()) +
         format("%.3f GB/s, ", result.gigabytes_per_second()) + "p50 " +
         micros(result.latency, 0.5) + " us, p99 " + micros(result.latency, 0.99) + " us, p99.9 " +
         micros(result.latency, 0.999) + " us";
}

}  // namespace leat::bench
