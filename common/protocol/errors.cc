#include "common/protocol/errors.h"

#include <iterator>

namespace leat {
namespace {

struct Error {
  ErrorCode code;
  std::string_view name;
  bool retriable;
  std::string_view text;
};

constexpr Error kErrors[] = {
#define LEAT_ERROR(code, enumerator, kafka_name, retriable, text) \
  {ErrorCode::k##enumerator, #kafka_name, retriable, text},
#include "common/protocol/errors.inc"
#undef LEAT_ERROR
};

constexpr int kFirst = -1;

consteval bool without_gaps() {
  int expected = kFirst;
  for (const Error& error : kErrors) {
    if (static_cast<int>(error.code) != expected++) return false;
  }
  return true;
}
static_assert(without_gaps(), "errors.inc is in the order of its codes");

constexpr Error kUnlisted{ErrorCode::kUnknownServerError, "UNKNOWN_ERROR_CODE", false,
                          "The peer answered with an error code this version does not know."};

const Error& find(ErrorCode code) {
  const int index = static_cast<int>(code) - kFirst;
  if (index < 0 || index >= static_cast<int>(std::size(kErrors))) return kUnlisted;
  return kErrors[index];
}

}  // namespace

std::string_view name(ErrorCode code) {
  return find(code).name;
}
bool is_retriable(ErrorCode code) {
  return find(code).retriable;
}
std::string_view description(ErrorCode code) {
  return find(code).text;
}

}  // namespace leat
