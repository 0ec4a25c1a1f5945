#pragma once

#include <cstdlib>
#include <string_view>

namespace leat::sim {

// LEAT_SIM_BUDGET=short: a tenth or less of the worlds, for builds that are ten times slower.
inline bool short_budget() {
  const char* const budget = std::getenv("LEAT_SIM_BUDGET");
  return budget != nullptr && std::string_view(budget) == "short";
}

template <class T>
T by_budget(T normal, T in_short) {
  return short_budget() ? in_short : normal;
}

}  // namespace leat::sim
