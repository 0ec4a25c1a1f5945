#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/status.h"

namespace leat::bench {

// A figure of leat-bench's JSON.
struct FigureKind {
  std::string_view key;   // "latency_us.p99"
  std::string_view name;  // "latency p99"
  std::string_view unit;  // "us", may be empty
  bool more_is_better = true;
};

struct Figure {
  const FigureKind* kind = nullptr;  // lives as long as the program
  std::vector<double> values;        // of each run, sorted, at least one

  double median() const;
  double least() const { return values.front(); }
  double most() const { return values.back(); }
};

// What a file of `leat-bench --output json` holds: one run, or several of the same settings, one
// line each.
struct Result {
  std::string name;  // of the file, without folder and ".json"
  std::size_t runs = 0;
  std::vector<Figure> figures;  // known ones, in the order of kFigureKinds
  // What the figures depend on: workload, durability, then everything that was asked for.
  std::vector<std::pair<std::string, std::string>> settings;
  std::vector<double> records_in_each_second;  // of the last run; whole seconds only
  double foreign_cpu_share = 0;                // of the run that others disturbed most
  bool ended_early = false;                    // one of the runs

  // nullptr: not measured.
  const Figure* find(std::string_view key) const;
};

// invalid_argument says which file and what is wrong with it.
StatusOr<Result> parse_result(std::string name, std::string_view text);
// not_found when it cannot be read.
StatusOr<Result> read_result(const std::string& path);

// "1.23 M", "45.6 k", "0.0123": three digits.
std::string short_number(double value);
// The same with the figure's unit: "45.6 us", "7.42 MB".
std::string with_unit(const FigureKind& kind, double value);

}  // namespace leat::bench
