#pragma once

#include <string>

#include "client/record.h"

namespace leat::cli {

// Appends `bytes` as a JSON string with its quotes; false, and nothing appended, when they are not
// valid UTF-8 (RFC 3629), which JSON cannot carry.
bool append_json_string(std::string& out, std::string_view bytes);

// Appends one record as one line of JSON: topic, partition, offset, timestamp (ms), key, value,
// headers. Keys and values that are not UTF-8 come as "key_base64" and "value_base64".
void append_json_record(std::string& out, const RecordView& record);

}  // namespace leat::cli
