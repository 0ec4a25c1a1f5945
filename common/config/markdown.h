#pragma once

#include <string>

#include "common/config/option_set.h"

// Tables of options for people.
namespace leat::config {

using RowFilter = bool (*)(const Option& row);

// | key | type | default | live | meaning |, sorted by key.
std::string markdown(const OptionSet& set, RowFilter filter);
// | key | type | accepted | why |, sorted by key.
std::string markdown_inert(const OptionSet& set, RowFilter filter);

}  // namespace leat::config
