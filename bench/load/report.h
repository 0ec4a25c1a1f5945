#pragma once

#include <string>

#include "bench/load/load.h"

namespace leat::bench {

// One line of JSON; bench/README.md explains its fields. null is what was not measured.
std::string to_json(const Settings& settings, const LoadResult& result,
                    const std::string& durability);
// The same for people.
std::string to_table(const Settings& settings, const LoadResult& result,
                     const std::string& durability);

}  // namespace leat::bench
