#include "common/protocol/random_message.h"

#include "common/protocol/field_access.h"

namespace leat::wire {
namespace {

class Filler {
 public:
  Filler(Version v, Random& random) : v_(v), random_(random) {}

  void fill_struct(const StructSpec& spec, std::byte* to) {
    for (const FieldSpec& field : spec.fields) {
      if (!field.options.present.contains(v_)) continue;
      if (field.options.tag >= 0 && random_.chance(1, 3)) continue;
      fill(*field.type, to + field.offset, field.options.nullable.contains(v_));
    }
  }

 private:
  template <class T>
  T number() {
    switch (random_.below(6)) {
      case 0:
        return std::numeric_limits<T>::min();
      case 1:
        return std::numeric_limits<T>::max();
      case 2:
        return static_cast<T>(-1);
      case 3:
        return static_cast<T>(random_.next());
      default:
        return static_cast<T>(random_.below(100));
    }
  }

  Bytes bytes(std::size_t limit) {
    Bytes out(random_.below(limit));
    random_.fill(out);
    return out;
  }

  std::string text() {
    static constexpr std::string_view kLetters[] = {"a", "Z", "0", "-", ".", "ü", "€", "𝄞"};
    std::string out;
    for (std::uint64_t n = random_.below(12); n > 0; --n) {
      out += kLetters[random_.below(std::size(kLetters))];
    }
    return out;
  }

  void fill_array(const TypeOps& type, std::byte* at) {
    const std::size_t count = random_.below(4);
    std::byte* first = type.resize(at, count);
    for (std::size_t i = 0; i < count; ++i)
      fill(*type.element, first + i * type.element->size, false);
  }

  void fill(const TypeOps& type, std::byte* at, bool nullable) {
    if (type.kind == Kind::kRecords) {
      as<Records>(at) = Records();
      if (nullable && random_.chance(1, 4)) return;
      Payload payload;
      payload.append(SharedBytes(bytes(100)));
      as<Records>(at) = Records(std::move(payload));
      return;
    }
    if (type.optional) {
      if (nullable && random_.chance(1, 4)) return type.clear(at);
      at = type.engage(at);
    }
    switch (type.kind) {
      case Kind::kBool:
        as<bool>(at) = random_.chance(1, 2);
        return;
      case Kind::kInt8:
        as<std::int8_t>(at) = number<std::int8_t>();
        return;
      case Kind::kInt16:
        as<std::int16_t>(at) = number<std::int16_t>();
        return;
      case Kind::kUint16:
        as<std::uint16_t>(at) = number<std::uint16_t>();
        return;
      case Kind::kInt32:
        as<std::int32_t>(at) = number<std::int32_t>();
        return;
      case Kind::kInt64:
        as<std::int64_t>(at) = number<std::int64_t>();
        return;
      case Kind::kFloat64:
        as<double>(at) = static_cast<double>(number<std::int32_t>()) / 4;
        return;
      case Kind::kUuid:
        as<Uuid>(at) = random_.uuid();
        return;
      case Kind::kString:
        as<std::string>(at) = text();
        return;
      case Kind::kBytes:
        as<Bytes>(at) = bytes(40);
        return;
      case Kind::kStruct:
        return fill_struct(*type.structure, at);
      case Kind::kArray:
        return fill_array(type, at);
      case Kind::kRecords:
        return;
    }
  }

  const Version v_;
  Random& random_;
};

}  // namespace

void random_message(const MessageSpec& spec, Version v, Random& random, std::byte* message) {
  Filler(v, random).fill_struct(spec.body, message);
}

}  // namespace leat::wire
