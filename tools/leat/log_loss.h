#pragma once

#include "tools/leat/app.h"

namespace leat::cli {

// leat log accept-loss: the one command under "log" that asks a broker.
void add_accept_loss_command(App& app, CLI::App* log);

}  // namespace leat::cli
