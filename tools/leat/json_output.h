#pragma once

#include <nlohmann/json.hpp>

#include "tools/leat/app.h"

namespace leat::cli {

using Json = nlohmann::ordered_json;

// A document for -o json. Bytes that are no UTF-8 become U+FFFD.
inline void print_json(Context& context, const Json& json) {
  context.out().write(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace leat::cli
