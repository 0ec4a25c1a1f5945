#pragma once

#include <string>
#include <vector>

#include "bench/view/result.h"

namespace leat::bench {

enum class Verdict : std::uint8_t {
  kBetter,  // b is
  kWorse,
  kSame,
  kWithinSpread,  // several runs, and those of a and b overlap: nothing can be said
};

struct Difference {
  const FigureKind* kind = nullptr;
  double a = 0, b = 0;  // medians
  double ratio = 0;     // b by a; 0 when a is 0
  Verdict verdict = Verdict::kSame;
};

struct SettingDifference {
  std::string key, a, b;  // "-" where one does not have it
};

struct Comparison {
  std::vector<Difference> figures;  // that both have
  std::vector<SettingDifference> settings;
};

Comparison compare(const Result& a, const Result& b);

// For people, and for programs:
// {"figures":{KEY:{"a","b","ratio","verdict"}},"settings":{KEY:[A,B]}}.
std::string to_table(const Result& a, const Result& b, const Comparison& comparison);
std::string to_json(const Comparison& comparison);

}  // namespace leat::bench
