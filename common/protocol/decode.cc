#include <bit>

#include "common/protocol/codec.h"
#include "common/protocol/field_access.h"
#include "common/protocol/reader.h"

namespace leat::wire {
namespace {

constexpr std::int64_t kNull = -1;

class StructReader {
 public:
  StructReader(Version v, bool flexible, ByteView body)
      : v_(v),
        flexible_(flexible),
        in_(body),
        budget_(DecodeLimits::kBytesPerByte * body.size() + DecodeLimits::kBytesFree) {}

  // `fresh`: the struct has its defaults already.
  bool read_struct(const StructSpec& spec, std::byte* to, bool fresh);
  Status failure(const MessageSpec& spec) const {
    return corruption("{} v{}: {} {}", spec.name, v_, path_, in_.problem());
  }

 private:
  bool read_value(const TypeOps& type, std::byte* at, bool nullable, bool fresh);
  bool read_sized(const TypeOps& type, std::byte* at, bool nullable);
  bool read_optional_struct(const TypeOps& type, std::byte* at, bool nullable);
  bool read_array(const TypeOps& type, std::byte* at, std::size_t count);
  bool read_tags(const StructSpec& spec, std::byte* to, bool fresh);
  bool read_tag(const StructSpec& spec, std::uint32_t tag, std::size_t size, std::byte* to,
                bool fresh);
  std::int64_t read_length(Kind kind);

  bool charge(std::size_t bytes) {
    if (bytes > budget_) return fail("decodes to more memory than a message may take");
    budget_ -= bytes;
    return true;
  }
  bool fail(std::string_view problem) {
    in_.fail(problem);
    return false;
  }
  bool in_field(const FieldSpec& field, bool result) {
    if (!result) {
      path_ = path_.empty() ? std::string(field.name) : fmt::format("{}.{}", field.name, path_);
    }
    return result;
  }

  const Version v_;
  const bool flexible_;
  Reader in_;
  std::size_t budget_;
  std::string path_;
};

bool StructReader::read_struct(const StructSpec& spec, std::byte* to, bool fresh) {
  for (const FieldSpec& field : spec.fields) {
    const FieldOptions& options = field.options;
    if (options.tag >= 0 || !options.present.contains(v_)) {
      if (!fresh) set_default(spec, field, to);
      continue;
    }
    if (!in_field(field, read_value(*field.type, to + field.offset, options.nullable.contains(v_),
                                    fresh))) {
      return false;
    }
  }
  return !flexible_ || read_tags(spec, to, fresh);
}

bool StructReader::read_value(const TypeOps& type, std::byte* at, bool nullable, bool fresh) {
  switch (type.kind) {
    case Kind::kBool:
      as<bool>(at) = in_.number<std::uint8_t>() != 0;
      return in_.ok();
    case Kind::kInt8:
      as<std::int8_t>(at) = in_.number<std::int8_t>();
      return in_.ok();
    case Kind::kInt16:
    case Kind::kUint16:
      as<std::int16_t>(at) = in_.number<std::int16_t>();
      return in_.ok();
    case Kind::kInt32:
      as<std::int32_t>(at) = in_.number<std::int32_t>();
      return in_.ok();
    case Kind::kInt64:
      as<std::int64_t>(at) = in_.number<std::int64_t>();
      return in_.ok();
    case Kind::kFloat64:
      as<double>(at) = std::bit_cast<double>(in_.number<std::int64_t>());
      return in_.ok();
    case Kind::kUuid: {
      const ByteView raw = in_.take(sizeof(Uuid));
      if (in_.ok()) std::memcpy(at, raw.data(), raw.size());
      return in_.ok();
    }
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kRecords:
    case Kind::kArray:
      return read_sized(type, at, nullable);
    case Kind::kStruct:
      if (type.optional) return read_optional_struct(type, at, nullable);
      return read_struct(*type.structure, at, fresh);
  }
  return false;
}

// Everything with a length in front. Lengths are checked here, before anything is allocated.
bool StructReader::read_sized(const TypeOps& type, std::byte* at, bool nullable) {
  const std::int64_t length = read_length(type.kind);
  if (!in_.ok()) return false;
  if (length == kNull) {
    if (!nullable) return fail("is null, and may not be");
    if (type.kind == Kind::kRecords) {
      as<Records>(at) = Records();
    } else {
      type.clear(at);
    }
    return true;
  }
  const auto count = static_cast<std::size_t>(length);
  if (count > in_.left()) return fail("is longer than the bytes that are left");
  if (type.kind == Kind::kRecords) {
    as<Records>(at).borrow(in_.take(count));
    return true;
  }
  if (type.optional) at = type.engage(at);
  if (type.kind == Kind::kArray) return read_array(type, at, count);
  if (!charge(count)) return false;
  const ByteView raw = in_.take(count);
  if (type.kind == Kind::kString) {
    as<std::string>(at).assign(as_text(raw));
  } else {
    as<Bytes>(at).assign(raw.begin(), raw.end());
  }
  return true;
}

// kNull or a length. Any negative fixed-width length is null, as in Kafka.
std::int64_t StructReader::read_length(Kind kind) {
  std::int64_t length;
  if (flexible_) {
    length = static_cast<std::int64_t>(in_.uvarint()) - 1;
  } else if (kind == Kind::kString) {
    length = in_.number<std::int16_t>();
  } else {
    length = in_.number<std::int32_t>();
  }
  if (kind == Kind::kString && length > static_cast<std::int64_t>(DecodeLimits::kMaxString)) {
    fail("is longer than a string may be");
  }
  if (kind == Kind::kArray && length > static_cast<std::int64_t>(DecodeLimits::kMaxArray)) {
    fail("has more elements than an array may have");
  }
  return length < 0 ? kNull : length;
}

bool StructReader::read_optional_struct(const TypeOps& type, std::byte* at, bool nullable) {
  if (nullable && in_.number<std::int8_t>() < 0) {
    type.clear(at);
    return in_.ok();
  }
  type.clear(at);
  return in_.ok() && read_struct(*type.structure, type.engage(at), true);
}

bool StructReader::read_array(const TypeOps& type, std::byte* at, std::size_t count) {
  const TypeOps& element = *type.element;
  if (!charge(count * element.size)) return false;
  const std::size_t reused = type.elements(at).count;
  std::byte* first = type.resize(at, count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!read_value(element, first + i * element.size, false, i >= reused)) return false;
  }
  return true;
}

bool StructReader::read_tags(const StructSpec& spec, std::byte* to, bool fresh) {
  const std::uint32_t count = in_.uvarint();
  if (count == 0) return in_.ok();
  if (count > DecodeLimits::kMaxTaggedFields) return fail("has too many tagged fields");
  std::int64_t previous = -1;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t tag = in_.uvarint();
    const std::uint32_t size = in_.uvarint();
    if (!in_.ok()) return false;
    if (tag <= previous) return fail("has tags that do not ascend");
    if (size > in_.left()) return fail("has a tagged field longer than the bytes that are left");
    previous = tag;
    if (!read_tag(spec, tag, size, to, fresh)) return false;
  }
  return true;
}

bool StructReader::read_tag(const StructSpec& spec, std::uint32_t tag, std::size_t size,
                            std::byte* to, bool fresh) {
  for (const FieldSpec& field : spec.fields) {
    if (field.options.tag < 0 || static_cast<std::uint32_t>(field.options.tag) != tag) continue;
    if (!field.options.present.contains(v_)) {
      return in_field(field, fail("is tagged in a version without it"));
    }
    const std::byte* end = in_.narrow_end(size);
    const bool nullable = field.options.nullable.contains(v_);
    if (!in_field(field, read_value(*field.type, to + field.offset, nullable, fresh))) return false;
    if (in_.left() != 0) return in_field(field, fail("is shorter than its tag says"));
    in_.restore_end(end);
    return true;
  }
  in_.take(size);  // from a newer peer
  return in_.ok();
}

}  // namespace

void skip_tagged_fields(Reader& in) {
  const std::uint32_t count = in.uvarint();
  if (count > DecodeLimits::kMaxTaggedFields) in.fail("has too many tagged fields");
  std::int64_t previous = -1;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const std::uint32_t tag = in.uvarint();
    if (tag <= previous) in.fail("has tags that do not ascend");
    previous = tag;
    in.take(in.uvarint());
  }
}

Status decode(const MessageSpec& spec, ByteView body, Version v, std::byte* message) {
  if (!spec.valid.contains(v)) return unimplemented("{} has no version {}", spec.name, v);
  StructReader reader(v, spec.flexible(v), body);
  if (!reader.read_struct(spec.body, message, false)) return reader.failure(spec);
  return {};
}

}  // namespace leat::wire
