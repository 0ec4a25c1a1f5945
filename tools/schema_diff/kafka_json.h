#pragma once

#include <string>
#include <string_view>

#include "common/protocol/schema.h"

// Messages and tables as JSON, in the conventions of Kafka's own converters, to be compared with
// them.
namespace leat::schema_diff {

std::string quote(std::string_view text);

// The value as Kafka's JsonConverter classes write it in version `v`: names begin with a small
// letter, bytes and records are base64, a tagged field with its default is left out.
std::string message_json(const wire::MessageSpec& spec, wire::Version v, const std::byte* message);

// The table: name, type, key, versions, first flexible version and the fields with everything the
// codec reads from their rows.
std::string table_json(const wire::MessageSpec& spec);

}  // namespace leat::schema_diff
