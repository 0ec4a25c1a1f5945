#include "bench/view/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace leat::bench {
namespace {

constexpr double kDisturbedShare = 0.05;

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
    case Verdict::kSame:
      return "same";
    case Verdict::kWithinSpread:
      return "within the spread";
  }
  return "?";
}

Verdict judge(const Figure& a, const Figure& b) {
  const bool several = a.values.size() > 1 || b.values.size() > 1;
  if (several && a.most() >= b.least() && b.most() >= a.least()) return Verdict::kWithinSpread;
  if (a.median() == b.median()) return Verdict::kSame;
  return (b.median() > a.median()) == a.kind->more_is_better ? Verdict::kBetter : Verdict::kWorse;
}

const std::string* find(const Result& result, const std::string& key) {
  for (const auto& [name, value] : result.settings) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::vector<SettingDifference> compare_settings(const Result& a, const Result& b) {
  std::vector<SettingDifference> out;
  for (const auto& [key, value] : a.settings) {
    const std::string* other = find(b, key);
    if (other == nullptr || *other != value) {
      out.push_back({key, value, other == nullptr ? "-" : *other});
    }
  }
  for (const auto& [key, value] : b.settings) {
    if (find(a, key) == nullptr) out.push_back({key, "-", value});
  }
  return out;
}

// What makes the figures of a result doubtful; "" when nothing does.
std::string doubts(const Result& result) {
  std::string out;
  if (result.ended_early) out += fmt::format("{} ended early: records are missing\n", result.name);
  if (result.foreign_cpu_share > kDisturbedShare) {
    out += fmt::format("{} was disturbed: others used {:.0f} % of the CPUs\n", result.name,
                       result.foreign_cpu_share * 100);
  }
  return out;
}

}  // namespace

Comparison compare(const Result& a, const Result& b) {
  Comparison out;
  for (const Figure& figure : a.figures) {
    const Figure* other = b.find(figure.kind->key);
    if (other == nullptr) continue;
    const double before = figure.median(), after = other->median();
    out.figures.push_back(
        {figure.kind, before, after, before == 0 ? 0 : after / before, judge(figure, *other)});
  }
  out.settings = compare_settings(a, b);
  return out;
}

std::string to_table(const Result& a, const Result& b, const Comparison& comparison) {
  const auto title = [](const Result& r) {
    return r.runs == 1 ? r.name : fmt::format("{}, median of {}", r.name, r.runs);
  };
  std::string out = fmt::format("A = {}\nB = {}\n\n", title(a), title(b));
  out += fmt::format("{:<28}{:>14}{:>14}{:>9}\n", "", "A", "B", "B/A");
  for (const Difference& d : comparison.figures) {
    const std::string ratio = d.ratio == 0 ? "-" : fmt::format("{:.3f}", d.ratio);
    out += fmt::format("{:<28}{:>14}{:>14}{:>9}  {}\n", d.kind->name, with_unit(*d.kind, d.a),
                       with_unit(*d.kind, d.b), ratio, to_string(d.verdict));
  }
  if (comparison.figures.empty()) out += "no figure in common\n";
  out += comparison.settings.empty() ? "\nsame settings\n" : "\nsettings that differ\n";
  for (const SettingDifference& s : comparison.settings) {
    out += fmt::format("{:<28}{:>14}{:>14}\n", s.key, s.a, s.b);
  }
  const std::string doubtful = doubts(a) + doubts(b);
  return doubtful.empty() ? out : out + "\n" + doubtful;
}

std::string to_json(const Comparison& comparison) {
  nlohmann::ordered_json figures = nlohmann::ordered_json::object();
  for (const Difference& d : comparison.figures) {
    auto& one = figures[std::string(d.kind->key)];
    one["a"] = d.a;
    one["b"] = d.b;
    one["ratio"] = d.ratio == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(d.ratio);
    one["verdict"] = std::string(to_string(d.verdict));
  }
  nlohmann::ordered_json settings = nlohmann::ordered_json::object();
  for (const SettingDifference& s : comparison.settings) settings[s.key] = {s.a, s.b};
  return nlohmann::ordered_json{{"figures", figures}, {"settings", settings}}.dump();
}

}  // namespace leat::bench
