#include "common/protocol/registry.h"

#include "common/protocol/all_messages.h"
#include "common/protocol/all_records.h"

namespace leat::wire {

std::span<const MessageSpec* const> all_specs() {
  static const MessageSpec* const kSpecs[] = {
#define LEAT_API(key, api_name) &api_name##Request::schema(), &api_name##Response::schema(),
#define LEAT_API_UNKNOWN(key, api_name)
#include "common/protocol/api_keys.inc"
#undef LEAT_API
#undef LEAT_API_UNKNOWN
#define LEAT_RECORD(record_name) &record_name::schema(),
#include "common/protocol/records.inc"
#undef LEAT_RECORD
  };
  return kSpecs;
}

const MessageSpec* find_spec(std::string_view name) {
  for (const MessageSpec* spec : all_specs()) {
    if (spec->name == name) return spec;
  }
  return nullptr;
}

}  // namespace leat::wire
