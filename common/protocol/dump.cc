#include "common/protocol/dump.h"

#include <fmt/format.h>

#include <iterator>

#include "common/protocol/field_access.h"

namespace leat::wire {
namespace {

constexpr std::size_t kMaxElements = 100;

class Printer {
 public:
  explicit Printer(Version v) : v_(v) {}

  void print_struct(const StructSpec& spec, const std::byte* from) {
    out_ += '{';
    const std::size_t start = out_.size();
    for (const FieldSpec& field : spec.fields) {
      if (!field.options.present.contains(v_)) continue;
      if (field.options.tag >= 0 && is_default(spec, field, from)) continue;
      if (out_.size() != start) out_ += ", ";
      print("{}: ", field.name);
      if (field.options.sensitive) {
        out_ += "****";
      } else {
        print_value(*field.type, from + field.offset);
      }
    }
    out_ += '}';
  }

  std::string out_;

 private:
  template <class... Args>
  void print(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
  }

  void print_text(std::string_view text) {
    out_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') out_ += '\\';
      if (static_cast<unsigned char>(c) < 0x20) {
        print("\\x{:02x}", static_cast<unsigned char>(c));
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  void print_array(const TypeOps& type, const std::byte* at) {
    const Elements elements = type.elements(at);
    out_ += '[';
    for (std::size_t i = 0; i < elements.count && i < kMaxElements; ++i) {
      if (i > 0) out_ += ", ";
      print_value(*type.element, elements.first + i * type.element->size);
    }
    if (elements.count > kMaxElements) print(", … {} in all", elements.count);
    out_ += ']';
  }

  void print_value(const TypeOps& type, const std::byte* at) {
    if (type.optional) at = type.get(at);
    if (at == nullptr) {
      out_ += "null";
      return;
    }
    switch (type.kind) {
      case Kind::kBool:
        return print("{}", as<bool>(at));
      case Kind::kInt8:
        return print("{}", as<std::int8_t>(at));
      case Kind::kInt16:
        return print("{}", as<std::int16_t>(at));
      case Kind::kUint16:
        return print("{}", as<std::uint16_t>(at));
      case Kind::kInt32:
        return print("{}", as<std::int32_t>(at));
      case Kind::kInt64:
        return print("{}", as<std::int64_t>(at));
      case Kind::kFloat64:
        return print("{}", as<double>(at));
      case Kind::kUuid:
        return print("{}", to_string(as<Uuid>(at)));
      case Kind::kString:
        return print_text(as<std::string>(at));
      case Kind::kBytes:
        return print("<{} bytes>", as<Bytes>(at).size());
      case Kind::kRecords:
        if (as<Records>(at).is_null()) return print("null");
        return print("<{} bytes>", as<Records>(at).size());
      case Kind::kStruct:
        return print_struct(*type.structure, at);
      case Kind::kArray:
        return print_array(type, at);
    }
  }

  const Version v_;
};

}  // namespace

std::string dump(const MessageSpec& spec, Version v, const std::byte* message) {
  Printer printer(v);
  printer.out_ = fmt::format("{} v{} ", spec.name, v);
  printer.print_struct(spec.body, message);
  return std::move(printer.out_);
}

}  // namespace leat::wire
