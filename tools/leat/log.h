#pragma once

#include "tools/leat/app.h"

namespace leat::cli {

// `leat log dump` and `leat log verify`: looks into files, needs no broker.
void add_log_commands(App& app);

}  // namespace leat::cli
