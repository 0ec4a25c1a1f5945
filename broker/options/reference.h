#pragma once

#include <string>

// The pages that the tables write: config/reference.md and config/leatd.conf.
namespace leat {

std::string reference_page();
std::string sample_file();

}  // namespace leat
