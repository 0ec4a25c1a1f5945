#pragma once

#include "broker/options/broker_config.h"

namespace leat {

// "LEAT_LOG_DIRS" for log.dirs.
std::string environment_name(std::string_view key);

// The settings that the environment gives. Variables without LEAT_ and those of the CLI are
// skipped; another LEAT_ variable that is no key is an error with the nearest name.
StatusOr<Settings> settings_from_environment(const char* const* env);

}  // namespace leat
