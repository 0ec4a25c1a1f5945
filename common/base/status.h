#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <string_view>
#include <utility>

// The one door to absl::Status: Debian's Abseil has a string_view of its own, so messages are made
// and read here, with fmt and std::string_view.
namespace leat {

using Status = absl::Status;
using StatusCode = absl::StatusCode;
template <class T>
using StatusOr = absl::StatusOr<T>;

inline std::string_view message(const Status& s) { return {s.message().data(), s.message().size()}; }
// "CODE: message", for logs and people.
std::string describe(const Status& s);

Status make_status(StatusCode code, std::string_view text);

// The vocabulary: what happened decides the code, and the code decides what a caller may do.
//   invalid_argument   the caller's input is wrong; say what to change
//   not_found, already_exists
//   out_of_range       an offset outside the log
//   corruption         bytes on disk or wire fail their checks
//   disk_full          ENOSPC or EDQUOT: retriable, nothing was kept
//   io_error           any other failure of the disk
//   unavailable        not now: retry later
//   resource_exhausted a limit of ours (memory, descriptors, connections)
//   failed_precondition  the state forbids it
#define LEAT_STATUS_MAKER(name, code)                                        \
  template <class... Args>                                                   \
  Status name(fmt::format_string<Args...> format, Args&&... args) {          \
    return make_status(code, fmt::format(format, std::forward<Args>(args)...)); \
  }
LEAT_STATUS_MAKER(invalid_argument, StatusCode::kInvalidArgument)
LEAT_STATUS_MAKER(not_found, StatusCode::kNotFound)
LEAT_STATUS_MAKER(already_exists, StatusCode::kAlreadyExists)
LEAT_STATUS_MAKER(out_of_range, StatusCode::kOutOfRange)
LEAT_STATUS_MAKER(corruption, StatusCode::kDataLoss)
LEAT_STATUS_MAKER(disk_full, StatusCode::kAborted)
LEAT_STATUS_MAKER(io_error, StatusCode::kInternal)
LEAT_STATUS_MAKER(unavailable, StatusCode::kUnavailable)
LEAT_STATUS_MAKER(resource_exhausted, StatusCode::kResourceExhausted)
LEAT_STATUS_MAKER(failed_precondition, StatusCode::kFailedPrecondition)
LEAT_STATUS_MAKER(unimplemented, StatusCode::kUnimplemented)
#undef LEAT_STATUS_MAKER

// "what: strerror(error)": disk_full for ENOSPC and EDQUOT, not_found for ENOENT, already_exists
// for EEXIST, resource_exhausted for EMFILE, ENFILE and ENOMEM, else io_error.
Status errno_status(int error, std::string_view what);

inline bool is_disk_full(const Status& s) { return s.code() == StatusCode::kAborted; }
inline bool is_corruption(const Status& s) { return s.code() == StatusCode::kDataLoss; }
inline bool is_unavailable(const Status& s) {
  return s.code() == StatusCode::kUnavailable;
}
inline bool is_not_found(const Status& s) { return s.code() == StatusCode::kNotFound; }

// `s` with "context: " before its message; OK stays OK.
Status with_context(const Status& s, std::string_view context);

}  // namespace leat

#define LEAT_CONCAT_INNER(a, b) a##b
#define LEAT_CONCAT(a, b) LEAT_CONCAT_INNER(a, b)

#define RETURN_IF_ERROR(expression)                                     \
  do {                                                                  \
    if (::leat::Status leat_status_ = (expression); !leat_status_.ok()) \
      return leat_status_;                                              \
  } while (false)

#define ASSIGN_OR_RETURN(declaration, expression)                                  \
  ASSIGN_OR_RETURN_IMPL(LEAT_CONCAT(leat_status_or_, __LINE__), declaration, expression)
#define ASSIGN_OR_RETURN_IMPL(temporary, declaration, expression) \
  auto temporary = (expression);                                  \
  if (!temporary.ok()) return temporary.status();                 \
  declaration = *std::move(temporary)
