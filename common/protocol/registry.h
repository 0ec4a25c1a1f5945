#pragma once

#include <span>
#include <string_view>

#include "common/protocol/schema.h"

namespace leat::wire {

// Every schema there is: requests and responses in the order of api_keys.inc, then records.
std::span<const MessageSpec* const> all_specs();

// By Kafka's name, e.g. "FetchResponse" or "OffsetCommitValue"; nullptr when there is none.
const MessageSpec* find_spec(std::string_view name);

}  // namespace leat::wire
