#include "common/base/status.h"

#include <cerrno>
#include <system_error>

namespace leat {
namespace {

std::string_view code_name(StatusCode code) {
  switch (code) {
    case StatusCode::kOk: return "ok";
    case StatusCode::kInvalidArgument: return "invalid argument";
    case StatusCode::kNotFound: return "not found";
    case StatusCode::kAlreadyExists: return "already exists";
    case StatusCode::kOutOfRange: return "out of range";
    case StatusCode::kDataLoss: return "corrupt";
    case StatusCode::kAborted: return "disk full";
    case StatusCode::kInternal: return "I/O error";
    case StatusCode::kUnavailable: return "unavailable";
    case StatusCode::kResourceExhausted: return "limit reached";
    case StatusCode::kFailedPrecondition: return "not possible now";
    case StatusCode::kUnimplemented: return "not supported";
    default: return "error";
  }
}

StatusCode errno_code(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT: return StatusCode::kAborted;
    case ENOENT: return StatusCode::kNotFound;
    case EEXIST: return StatusCode::kAlreadyExists;
    case EMFILE:
    case ENFILE:
    case ENOMEM: return StatusCode::kResourceExhausted;
    default: return StatusCode::kInternal;
  }
}

}  // namespace

Status make_status(StatusCode code, std::string_view text) {
  return Status(code, absl::string_view(text.data(), text.size()));
}

std::string describe(const Status& s) {
  if (s.ok()) return "ok";
  return fmt::format("{}: {}", code_name(s.code()), message(s));
}

Status errno_status(int error, std::string_view what) {
  return make_status(errno_code(error),
                     fmt::format("{}: {}", what, std::generic_category().message(error)));
}

Status with_context(const Status& s, std::string_view context) {
  if (s.ok()) return s;
  return make_status(s.code(), fmt::format("{}: {}", context, message(s)));
}

}  // namespace leat
