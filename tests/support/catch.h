#pragma once

// The one door to Catch2: version 2 on Debian 12, version 3 elsewhere.
#include <string>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Matchers::ContainsSubstring;
#else
#include <catch2/catch.hpp>
inline auto ContainsSubstring(const std::string& s) {
  return Catch::Matchers::Contains(s);
}
#endif
