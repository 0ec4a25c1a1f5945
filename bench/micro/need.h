#pragma once

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "common/base/status.h"

namespace leat::bench {

// A benchmark that met an error has no figures.
inline void need(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", describe(status).c_str());
  std::exit(1);
}

template <class T>
T need(StatusOr<T> value) {
  need(value.status());
  return *std::move(value);
}

}  // namespace leat::bench
