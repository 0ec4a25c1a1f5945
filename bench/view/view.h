#pragma once

#include <string_view>

namespace leat::bench {

// The commands of leat-bench that look at results instead of making them: diff and plot.
bool is_view_command(std::string_view command);

// Runs the one that argv[1] names; the program's exit code.
int run_view(int argc, char** argv);

}  // namespace leat::bench
