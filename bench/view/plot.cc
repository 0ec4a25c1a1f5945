#include "bench/view/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "bench/view/svg.h"

namespace leat::bench {
namespace {

constexpr double kWidth = 860, kLeft = 90, kRight = 830, kGap = 30;
constexpr double kLatencyHeight = 260, kThroughputHeight = 200, kBarHeight = 14;
constexpr double kBarsLeft = 220, kBarsRight = 740;
constexpr std::string_view kGrid = "#e3e3e3", kInk = "#333", kBaselineColour = "#999";
// Okabe and Ito's: told apart by the colour-blind too.
constexpr std::array<std::string_view, kMostSeries> kColours = {"#0072b2", "#d55e00", "#009e73",
                                                                "#cc79a7", "#e69f00", "#56b4e9"};

struct Series {
  const Result* result;
  std::string_view colour;
};

struct Percentile {
  std::string_view key, name;
  double above;  // the share of samples above it
};
constexpr std::array<Percentile, 5> kPercentiles = {{{"latency_us.p50", "50 %", 0.5},
                                                     {"latency_us.p90", "90 %", 0.1},
                                                     {"latency_us.p99", "99 %", 0.01},
                                                     {"latency_us.p999", "99.9 %", 0.001},
                                                     {"latency_us.p9999", "99.99 %", 0.0001}}};

// Draws from `top_` downwards.
class Plot {
 public:
  Plot(std::span<const Result> results, const Result* baseline) : baseline_(baseline) {
    if (baseline != nullptr) series_.push_back({baseline, kBaselineColour});
    for (std::size_t i = 0; i < results.size(); ++i) {
      series_.push_back({&results[i], kColours[i % kColours.size()]});
    }
  }

  std::string draw() {
    legend();
    latency();
    throughput();
    bars();
    return svg_.finish(kWidth, top_, "leat-bench: " + series_.back().result->name);
  }

 private:
  void legend();
  void latency();
  void throughput();
  void bars();
  void bars_of(const Figure& base, const Scale& scale);
  void heading(std::string_view words);
  void rows_of(const Scale& y);

  std::vector<Series> series_;
  const Result* baseline_;
  Svg svg_;
  double top_ = 12;
};

std::string setting(const Result& result, std::string_view key) {
  for (const auto& [name, value] : result.settings) {
    if (name == key) return value;
  }
  return "";
}

// One line of what the figures depend on most.
std::string describe(const Result& result) {
  std::string out = result.name + ":";
  for (const char* key : {"workload", "durability", "acks", "partitions", "connections",
                          "record_size", "batch_bytes", "in_flight", "rate"}) {
    const std::string value = setting(result, key);
    if (value.empty() || value == "null") continue;
    const bool bare = out.ends_with(':') || std::string_view(key) == "durability";
    out += bare ? " " + value : fmt::format(" {}={}", key, value);
  }
  if (result.runs > 1) out += fmt::format(", median of {}", result.runs);
  if (result.ended_early) out += ", ended early";
  return out;
}

void Plot::legend() {
  for (const Series& one : series_) {
    top_ += 18;
    svg_.box({kLeft - 70, top_ - 10}, 12, 12, one.colour);
    const char* mark = one.result == baseline_ ? " (baseline)" : "";
    svg_.text({kLeft - 50, top_}, describe(*one.result) + mark);
  }
  top_ += kGap;
}

void Plot::heading(std::string_view words) {
  svg_.text({kLeft - 70, top_}, words, Anchor::kStart, 14, kInk);
  top_ += 14;
}

void Plot::rows_of(const Scale& y) {
  for (const double tick : y.ticks()) {
    svg_.line({kLeft, y.at(tick)}, {kRight, y.at(tick)}, kGrid);
    svg_.text({kLeft - 8, y.at(tick) + 4}, short_number(tick), Anchor::kEnd, 11);
  }
}

void Plot::latency() {
  double low = 0, high = 0;
  for (const Series& one : series_) {
    for (const Percentile& p : kPercentiles) {
      const Figure* figure = one.result->find(p.key);
      if (figure == nullptr || figure->median() <= 0) continue;
      low = low == 0 ? figure->median() : std::min(low, figure->median());
      high = std::max(high, figure->median());
    }
  }
  if (high == 0) return;
  heading("Latency by percentile, us");
  const double bottom = top_ + kLatencyHeight;
  const Scale y = Scale::log(low * 0.8, high * 1.25, bottom, top_);
  const Scale x = Scale::log(kPercentiles.back().above, 1, kRight, kLeft);
  rows_of(y);
  for (const Percentile& p : kPercentiles) {
    svg_.line({x.at(p.above), top_}, {x.at(p.above), bottom}, kGrid);
    svg_.text({x.at(p.above), bottom + 16}, p.name, Anchor::kMiddle, 11);
  }
  for (const Series& one : series_) {
    std::vector<Point> points;
    for (const Percentile& p : kPercentiles) {
      const Figure* figure = one.result->find(p.key);
      if (figure == nullptr || figure->median() <= 0) continue;
      points.push_back({x.at(p.above), y.at(figure->median())});
      svg_.dot(
          points.back(), one.colour,
          fmt::format("{} {}: {} us", one.result->name, p.name, short_number(figure->median())));
    }
    svg_.path(points, one.colour);
  }
  top_ = bottom + 16 + kGap;
}

void Plot::throughput() {
  double high = 0;
  std::size_t seconds = 0;
  for (const Series& one : series_) {
    const auto& records = one.result->records_in_each_second;
    seconds = std::max(seconds, records.size());
    for (const double value : records) high = std::max(high, value);
  }
  if (high == 0) return;
  heading("Records in each second");
  const double bottom = top_ + kThroughputHeight;
  // From zero, so that what looks like half is half.
  const Scale y = Scale::linear(0, high * 1.05, bottom, top_);
  const Scale x = Scale::linear(0, static_cast<double>(seconds), kLeft, kRight);
  rows_of(y);
  for (const double tick : x.ticks()) {
    svg_.text({x.at(tick), bottom + 16}, fmt::format("{:g} s", tick), Anchor::kMiddle, 11);
  }
  for (const Series& one : series_) {
    std::vector<Point> points;
    for (std::size_t i = 0; i < one.result->records_in_each_second.size(); ++i) {
      const double value = one.result->records_in_each_second[i];
      points.push_back({x.at(static_cast<double>(i) + 0.5), y.at(value)});
      svg_.dot(points.back(), one.colour,
               fmt::format("{} second {}: {}", one.result->name, i + 1, short_number(value)));
    }
    svg_.path(points, one.colour);
  }
  top_ = bottom + 16 + kGap;
}

// How many times better than the baseline; below 1 it is worse. 0: cannot be said.
double gain(const Figure& base, const Figure* other) {
  if (other == nullptr || base.median() <= 0 || other->median() <= 0) return 0;
  const double ratio = other->median() / base.median();
  return base.kind->more_is_better ? ratio : 1 / ratio;
}

void Plot::bars_of(const Figure& base, const Scale& scale) {
  bool named = false;
  for (const Series& one : series_) {
    if (one.result == baseline_) continue;
    const Figure* other = one.result->find(base.kind->key);
    const double times = gain(base, other);
    if (times == 0) continue;
    if (!named) svg_.text({kBarsLeft - 10, top_ + kBarHeight - 3}, base.kind->name, Anchor::kEnd);
    named = true;
    const double from = std::min(scale.at(1), scale.at(times));
    svg_.box({from, top_}, std::abs(scale.at(times) - scale.at(1)), kBarHeight - 2, one.colour);
    svg_.text({kBarsRight + 8, top_ + kBarHeight - 3},
              fmt::format("{}, {:.2f}x", with_unit(*base.kind, other->median()),
                          other->median() / base.median()),
              Anchor::kStart, 11);
    top_ += kBarHeight;
  }
  if (named) top_ += 6;
}

void Plot::bars() {
  if (baseline_ == nullptr) return;
  double low = 0.5, high = 2;
  for (const Figure& base : baseline_->figures) {
    for (const Series& one : series_) {
      const double times = gain(base, one.result->find(base.kind->key));
      if (times == 0) continue;
      low = std::min(low, times);
      high = std::max(high, times);
    }
  }
  heading(fmt::format("Times better (right) or worse (left) than {}", baseline_->name));
  const Scale scale = Scale::log(low, high, kBarsLeft, kBarsRight);
  top_ += 6;
  const double begin = top_;
  for (const Figure& base : baseline_->figures) bars_of(base, scale);
  for (const double tick : scale.ticks()) {
    const bool one = std::abs(tick - 1) < 0.01;
    svg_.line({scale.at(tick), begin}, {scale.at(tick), top_}, one ? kInk : kGrid);
    const std::string words =
        tick < 0.99 ? fmt::format("1/{:g}", 1 / tick) : fmt::format("{:g}", tick);
    svg_.text({scale.at(tick), top_ + 14}, words, Anchor::kMiddle, 11);
  }
  top_ += kGap;
}

}  // namespace

std::string plot(std::span<const Result> results, const Result* baseline) {
  return Plot(results, baseline).draw();
}

}  // namespace leat::bench
