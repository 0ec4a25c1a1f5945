#include "bench/view/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

namespace leat::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr bool kMore = true, kLess = false;
constexpr auto kFigureKinds = std::to_array<FigureKind>({
    {"records_per_second", "records/s", "", kMore},
    {"megabytes_per_second", "MB/s", "", kMore},
    {"requests_per_second", "requests/s", "", kMore},
    {"latency_us.p50", "latency p50", "us", kLess},
    {"latency_us.p90", "latency p90", "us", kLess},
    {"latency_us.p99", "latency p99", "us", kLess},
    {"latency_us.p999", "latency p99.9", "us", kLess},
    {"latency_us.p9999", "latency p99.99", "us", kLess},
    {"latency_us.max", "latency max", "us", kLess},
    {"consumed.records_per_second", "consumed records/s", "", kMore},
    {"consumed.megabytes_per_second", "consumed MB/s", "", kMore},
    {"consumed.latency_us.p50", "consumed p50", "us", kLess},
    {"consumed.latency_us.p99", "consumed p99", "us", kLess},
    {"broker_cpu_seconds_per_gb", "broker CPU per GB", "s", kLess},
    {"broker_cpu_us_per_request", "broker CPU per request", "us", kLess},
    {"broker_rss_bytes", "broker memory", "B", kLess},
    {"broker_rss_bytes_per_idle_connection", "memory per idle connection", "B", kLess},
    {"form_ms", "group forms", "ms", kLess},
    {"join_ms", "group takes one in", "ms", kLess},
    {"join_pause_ms", "pause at a join", "ms", kLess},
    {"leave_ms", "group loses one", "ms", kLess},
    {"leave_pause_ms", "pause at a leave", "ms", kLess},
});

std::optional<double> number_at(const Json& run, std::string_view key) {
  const Json* at = &run;
  while (true) {
    const std::size_t dot = key.find('.');
    const auto found = at->find(std::string(key.substr(0, dot)));
    if (found == at->end()) return std::nullopt;
    at = &*found;
    if (dot == std::string_view::npos) break;
    key.remove_prefix(dot + 1);
    if (!at->is_object()) return std::nullopt;
  }
  if (!at->is_number()) return std::nullopt;
  return at->get<double>();
}

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// The whole text as one object, or one object a line.
StatusOr<std::vector<Json>> parse_runs(std::string_view text) {
  std::vector<Json> runs;
  Json whole = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!whole.is_discarded()) {
    runs.push_back(std::move(whole));
  } else {
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      runs.push_back(Json::parse(line, nullptr, /*allow_exceptions=*/false));
    }
  }
  const auto is_run = [](const Json& run) { return run.is_object() && run.contains("workload"); };
  if (runs.empty() || !std::all_of(runs.begin(), runs.end(), is_run)) {
    return invalid_argument("not what leat-bench --output json writes, one run a line");
  }
  return runs;
}

std::vector<std::pair<std::string, std::string>> settings_of(const Json& run) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const char* key : {"workload", "durability", "congestion_control"}) {
    if (run.contains(key)) out.emplace_back(key, plain(run[key]));
  }
  const auto settings = run.find("settings");
  if (settings == run.end() || !settings->is_object()) return out;
  for (const auto& [key, value] : settings->items()) out.emplace_back(key, plain(value));
  return out;
}

// The run ends within a second: that one is not whole.
std::vector<double> seconds_of(const Json& run) {
  std::vector<double> out;
  const auto timeline = run.find("records_in_each_second");
  if (timeline == run.end() || !timeline->is_array()) return out;
  for (const Json& records : *timeline)
    out.push_back(records.is_number() ? records.get<double>() : 0);
  const auto whole = static_cast<std::size_t>(std::max(
      0.0, std::round(number_at(run, "seconds").value_or(static_cast<double>(out.size())))));
  if (out.size() > whole) out.resize(whole);
  return out;
}

}  // namespace

double Figure::median() const {
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

const Figure* Result::find(std::string_view key) const {
  const auto found = std::find_if(figures.begin(), figures.end(),
                                  [key](const Figure& f) { return f.kind->key == key; });
  return found == figures.end() ? nullptr : &*found;
}

StatusOr<Result> parse_result(std::string name, std::string_view text) {
  const auto runs = parse_runs(text);
  if (!runs.ok()) return with_context(runs.status(), name);
  Result result;
  result.runs = runs->size();
  result.settings = settings_of(runs->front());
  for (const Json& run : *runs) {
    if (settings_of(run) != result.settings) {
      return invalid_argument("{}: its runs have different settings; a file holds runs of one kind",
                              name);
    }
    const auto early = run.find("ended_early");
    if (early != run.end() && *early == true) result.ended_early = true;
    result.foreign_cpu_share =
        std::max(result.foreign_cpu_share, number_at(run, "foreign_cpu_share").value_or(0));
  }
  for (const FigureKind& kind : kFigureKinds) {
    Figure figure{&kind, {}};
    for (const Json& run : *runs) {
      if (const auto value = number_at(run, kind.key)) figure.values.push_back(*value);
    }
    std::sort(figure.values.begin(), figure.values.end());
    if (!figure.values.empty()) result.figures.push_back(std::move(figure));
  }
  result.records_in_each_second = seconds_of(runs->back());
  result.name = std::move(name);
  return result;
}

StatusOr<Result> read_result(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return invalid_argument("{} is a directory", path);
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return not_found("{} cannot be read", path);
  std::string name = std::filesystem::path(path).filename().string();
  if (name.ends_with(".json")) name.resize(name.size() - 5);
  return parse_result(std::move(name), text);
}

std::string short_number(double value) {
  struct Scale {
    double from;
    const char* suffix;
  };
  for (const auto& [from, suffix] : {Scale{1e9, " G"}, Scale{1e6, " M"}, Scale{1e4, " k"}}) {
    // 10,000 and above: below that, the digits are easier to read than the letter.
    if (std::abs(value) < from) continue;
    return fmt::format("{:.3g}{}", value / (from == 1e4 ? 1e3 : from), suffix);
  }
  return std::abs(value) >= 100 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

std::string with_unit(const FigureKind& kind, double value) {
  const std::string number = short_number(value);
  const bool scaled = number.find(' ') != std::string::npos;
  return kind.unit.empty() ? number : fmt::format("{}{}{}", number, scaled ? "" : " ", kind.unit);
}

}  // namespace leat::bench
