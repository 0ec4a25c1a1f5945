#pragma once

#include "broker/options/broker_config.h"

namespace leat {

// "LEAT_LOG_DIRS" for log.dirs.
std::string environment_name(std::string_view key);

struct Environment {
  Settings settings;
  // LEAT_ variables that mean nothing here, in the order of the environment.
  std::vector<std::string> unknown;
};

// What the environment says. Errors: a variable that is nearly a key (it names that one), or a key
// of Kafka that is not supported. Skipped in silence: variables without LEAT_, those of the CLI, and
// those that Kubernetes and Docker links set for a service named leat or leat-something.
StatusOr<Environment> read_environment(const char* const* env);

}  // namespace leat
