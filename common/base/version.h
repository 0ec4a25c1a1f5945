#pragma once

#include <string_view>

namespace leat {

// Of the whole project: daemon, CLI and client library.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace leat
