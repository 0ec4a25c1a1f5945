#include <bit>

#include "common/protocol/codec.h"
#include "common/protocol/field_access.h"

namespace leat::wire {
namespace {

class StructWriter {
 public:
  StructWriter(Version v, bool flexible, Encoder& out) : v_(v), flexible_(flexible), out_(out) {}

  bool write_struct(const StructSpec& spec, const std::byte* from);
  Status failure(const MessageSpec& spec) const {
    return invalid_argument("cannot encode {} v{}: {} {}", spec.name, v_, path_, problem_);
  }

 private:
  bool write_field(const FieldSpec& field, const std::byte* at);
  bool write_value(const TypeOps& type, const std::byte* at, bool nullable);
  bool write_present(const TypeOps& type, const std::byte* at);
  bool write_null(const TypeOps& type, bool nullable);
  bool write_array(const TypeOps& type, const std::byte* at);
  bool write_records(const Records& records, bool nullable);
  bool write_tags(const StructSpec& spec, const std::byte* from);
  bool write_length(Kind kind, std::uint64_t length);

  bool fail(std::string_view problem) {
    problem_ = problem;
    return false;
  }

  const Version v_;
  const bool flexible_;
  Encoder& out_;
  std::string path_;
  std::string_view problem_;
};

bool StructWriter::write_struct(const StructSpec& spec, const std::byte* from) {
  for (const FieldSpec& field : spec.fields) {
    if (!write_field(field, from + field.offset)) {
      path_ = path_.empty() ? std::string(field.name) : fmt::format("{}.{}", field.name, path_);
      return false;
    }
    if (!field.options.present.contains(v_) && !field.options.ignorable &&
        !is_default(spec, field, from)) {
      path_ = field.name;
      return fail("is set, and this version has no such field");
    }
  }
  return !flexible_ || write_tags(spec, from);
}

bool StructWriter::write_field(const FieldSpec& field, const std::byte* at) {
  if (field.options.tag >= 0 || !field.options.present.contains(v_)) return true;
  return write_value(*field.type, at, field.options.nullable.contains(v_));
}

bool StructWriter::write_value(const TypeOps& type, const std::byte* at, bool nullable) {
  if (type.kind == Kind::kRecords) return write_records(as<Records>(at), nullable);
  if (type.optional) {
    at = type.get(at);
    if (at == nullptr) return write_null(type, nullable);
  }
  if (type.kind == Kind::kStruct && nullable) out_.int8(1);
  return write_present(type, at);
}

bool StructWriter::write_present(const TypeOps& type, const std::byte* at) {
  switch (type.kind) {
    case Kind::kBool:
      out_.int8(as<bool>(at) ? 1 : 0);
      return true;
    case Kind::kInt8:
      out_.int8(as<std::int8_t>(at));
      return true;
    case Kind::kInt16:
    case Kind::kUint16:
      out_.int16(as<std::int16_t>(at));
      return true;
    case Kind::kInt32:
      out_.int32(as<std::int32_t>(at));
      return true;
    case Kind::kInt64:
      out_.int64(as<std::int64_t>(at));
      return true;
    case Kind::kFloat64:
      out_.int64(std::bit_cast<std::int64_t>(as<double>(at)));
      return true;
    case Kind::kUuid:
      out_.raw(std::as_bytes(std::span(as<Uuid>(at).bytes)));
      return true;
    case Kind::kString: {
      const auto& text = as<std::string>(at);
      if (!write_length(Kind::kString, text.size())) return false;
      out_.raw(as_bytes(text));
      return true;
    }
    case Kind::kBytes: {
      const auto& bytes = as<Bytes>(at);
      if (!write_length(Kind::kBytes, bytes.size())) return false;
      out_.raw(bytes);
      return true;
    }
    case Kind::kRecords:
      return write_records(as<Records>(at), false);
    case Kind::kStruct:
      return write_struct(*type.structure, at);
    case Kind::kArray:
      return write_array(type, at);
  }
  return false;
}

bool StructWriter::write_null(const TypeOps& type, bool nullable) {
  if (!nullable) return fail("is null, and may not be");
  if (type.kind == Kind::kStruct) {
    out_.int8(-1);
  } else if (flexible_) {
    out_.uvarint(0);
  } else if (type.kind == Kind::kString) {
    out_.int16(-1);
  } else {
    out_.int32(-1);
  }
  return true;
}

bool StructWriter::write_array(const TypeOps& type, const std::byte* at) {
  const TypeOps& element = *type.element;
  const Elements elements = type.elements(at);
  if (!write_length(Kind::kArray, elements.count)) return false;
  for (std::size_t i = 0; i < elements.count; ++i) {
    if (!write_present(element, elements.first + i * element.size)) return false;
  }
  return true;
}

bool StructWriter::write_records(const Records& records, bool nullable) {
  if (records.is_null()) return write_null(kOps<Records>, nullable);
  if (!write_length(Kind::kRecords, records.size())) return false;
  if (records.payload() != nullptr) {
    out_.splice(*records.payload());
  } else {
    out_.raw(*records.view());
  }
  return true;
}

bool StructWriter::write_length(Kind kind, std::uint64_t length) {
  const std::uint64_t limit = kind == Kind::kString  ? DecodeLimits::kMaxString
                              : kind == Kind::kArray ? DecodeLimits::kMaxArray
                                                     : std::numeric_limits<std::int32_t>::max() - 1;
  if (length > limit) return fail("is too long");
  if (flexible_) {
    out_.uvarint(static_cast<std::uint32_t>(length + 1));
  } else if (kind == Kind::kString) {
    out_.int16(static_cast<std::int16_t>(length));
  } else {
    out_.int32(static_cast<std::int32_t>(length));
  }
  return true;
}

// Tags ascend; a field with its default value is left out.
bool StructWriter::write_tags(const StructSpec& spec, const std::byte* from) {
  std::uint32_t count = 0;
  const auto goes_out = [&](const FieldSpec& f) {
    return f.options.tag >= 0 && f.options.present.contains(v_) && !is_default(spec, f, from);
  };
  if (spec.tagged > 0) {
    for (const FieldSpec& field : spec.fields) count += goes_out(field) ? 1 : 0;
  }
  out_.uvarint(count);
  for (std::int16_t tag = 0; count > 0; ++tag) {
    for (const FieldSpec& field : spec.fields) {
      if (field.options.tag != tag || !goes_out(field)) continue;
      out_.uvarint(static_cast<std::uint32_t>(tag));
      const std::size_t start = out_.position();
      if (!write_value(*field.type, from + field.offset, field.options.nullable.contains(v_))) {
        path_ = path_.empty() ? std::string(field.name) : fmt::format("{}.{}", field.name, path_);
        return false;
      }
      out_.prefix_with_uvarint_size(start);
      --count;
    }
  }
  return true;
}

}  // namespace

Status encode(const MessageSpec& spec, const std::byte* message, Version v, Encoder& out) {
  if (!spec.valid.contains(v)) return unimplemented("{} has no version {}", spec.name, v);
  StructWriter writer(v, spec.flexible(v), out);
  return writer.write_struct(spec.body, message) ? Status() : writer.failure(spec);
}

}  // namespace leat::wire
