#include "tools/schema_diff/kafka_json.h"

#include <fmt/format.h>

#include <cctype>

#include "common/protocol/encoder.h"
#include "common/protocol/field_access.h"

namespace leat::schema_diff {
namespace {

using namespace wire;

std::string base64(ByteView bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < count ? static_cast<std::uint32_t>(bytes[i + j]) : 0);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? kDigits[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return out;
}

std::string records_json(const Records& records) {
  if (records.is_null()) return "null";
  Encoder out;
  if (records.payload() != nullptr) {
    out.splice(*records.payload());
  } else {
    out.raw(*records.view());
  }
  return quote(base64(out.take_bytes()));
}

std::string double_json(double value) {
  std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string value_json(const TypeOps& type, Version v, const std::byte* at);

std::string struct_json(const StructSpec& spec, Version v, const std::byte* from) {
  std::string out = "{";
  for (const FieldSpec& field : spec.fields) {
    if (!field.options.present.contains(v)) continue;
    if (field.options.tag >= 0 && is_default(spec, field, from)) continue;
    std::string name(field.name);
    name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
    out += fmt::format("{}{}:{}", out.size() > 1 ? "," : "", quote(name),
                       value_json(*field.type, v, from + field.offset));
  }
  return out + "}";
}

std::string array_json(const TypeOps& type, Version v, const std::byte* at) {
  const Elements elements = type.elements(at);
  std::string out = "[";
  for (std::size_t i = 0; i < elements.count; ++i) {
    if (i > 0) out += ',';
    out += value_json(*type.element, v, elements.first + i * type.element->size);
  }
  return out + "]";
}

std::string value_json(const TypeOps& type, Version v, const std::byte* at) {
  if (type.optional) at = type.get(at);
  if (at == nullptr) return "null";
  switch (type.kind) {
    case Kind::kBool:
      return as<bool>(at) ? "true" : "false";
    case Kind::kInt8:
      return fmt::format("{}", as<std::int8_t>(at));
    case Kind::kInt16:
      return fmt::format("{}", as<std::int16_t>(at));
    case Kind::kUint16:
      return fmt::format("{}", as<std::uint16_t>(at));
    case Kind::kInt32:
      return fmt::format("{}", as<std::int32_t>(at));
    case Kind::kInt64:
      return fmt::format("{}", as<std::int64_t>(at));
    case Kind::kFloat64:
      return double_json(as<double>(at));
    case Kind::kUuid:
      return quote(to_string(as<Uuid>(at)));
    case Kind::kString:
      return quote(as<std::string>(at));
    case Kind::kBytes:
      return quote(base64(as<Bytes>(at)));
    case Kind::kRecords:
      return records_json(as<Records>(at));
    case Kind::kStruct:
      return struct_json(*type.structure, v, at);
    case Kind::kArray:
      return array_json(type, v, at);
  }
  return "null";
}

std::string type_name(const TypeOps& type) {
  static constexpr std::string_view kNames[] = {"bool",   "int8",  "int16",   "uint16",
                                                "int32",  "int64", "float64", "uuid",
                                                "string", "bytes", "records", "struct"};
  if (type.kind == Kind::kArray) return "[]" + type_name(*type.element);
  return std::string(kNames[static_cast<std::size_t>(type.kind)]);
}

std::string versions_json(Versions v) {
  return fmt::format("[{},{}]", v.from, v.to);
}

std::string fields_json(const StructSpec& spec);

// Of a struct only whether it is null by default: its fields say the rest.
std::string default_json(const StructSpec& spec, const FieldSpec& field) {
  const std::byte* at = spec.defaults() + field.offset;
  if (field.type->kind != Kind::kStruct) return value_json(*field.type, 0, at);
  return field.type->optional && field.type->get(at) == nullptr ? "null" : "{}";
}

std::string field_json(const StructSpec& spec, const FieldSpec& field) {
  const FieldOptions& options = field.options;
  const TypeOps& inner = field.type->kind == Kind::kArray ? *field.type->element : *field.type;
  std::string out = fmt::format(
      R"({{"name":{},"type":"{}","present":{},"nullable":{},"tag":{},"ignorable":{},"default":{})",
      quote(field.name), type_name(*field.type), versions_json(options.present),
      versions_json(options.nullable), options.tag, options.ignorable, default_json(spec, field));
  if (inner.kind == Kind::kStruct) out += ",\"fields\":" + fields_json(*inner.structure);
  return out + "}";
}

std::string fields_json(const StructSpec& spec) {
  std::string out = "[";
  for (const FieldSpec& field : spec.fields) {
    if (out.size() > 1) out += ',';
    out += field_json(spec, field);
  }
  return out + "]";
}

}  // namespace

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string message_json(const MessageSpec& spec, Version v, const std::byte* message) {
  return struct_json(spec.body, v, message);
}

std::string table_json(const MessageSpec& spec) {
  static constexpr std::string_view kTypes[] = {"request", "response", "data"};
  return fmt::format(
      R"({{"name":{},"type":"{}","key":{},"valid":{},"firstFlexible":{},"fields":{}}})",
      quote(spec.name), kTypes[static_cast<std::size_t>(spec.type)], spec.key,
      versions_json(spec.valid), spec.first_flexible, fields_json(spec.body));
}

}  // namespace leat::schema_diff
