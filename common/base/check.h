#pragma once

#include <fmt/format.h>

#include <string>

// Which check to use when:
//
//   situation                                         use
//   ------------------------------------------------  -------------------------------------------
//   a bug in Leat (an invariant that cannot fail)      LEAT_CHECK, on in every build, ends the process
//   the same in a hot loop                             LEAT_DCHECK, on in builds without NDEBUG
//   bytes from the network or the disk are wrong       never a check: return a Status
//   a relation between constants                       static_assert
namespace leat::internal {
[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const std::string& detail);
inline std::string check_detail() { return {}; }
template <class... Args>
std::string check_detail(fmt::format_string<Args...> format, Args&&... args) {
  return fmt::format(format, std::forward<Args>(args)...);
}
}  // namespace leat::internal

// Ends the process with file, line, condition and the formatted values when `condition` is false.
#define LEAT_CHECK(condition, ...)                                                  \
  (__builtin_expect(static_cast<bool>(condition), 1)                                \
       ? static_cast<void>(0)                                                       \
       : ::leat::internal::check_failed(__FILE__, __LINE__, #condition,             \
                                        ::leat::internal::check_detail(__VA_ARGS__)))

#ifdef NDEBUG
#define LEAT_DCHECK(condition, ...) static_cast<void>(0)
#else
#define LEAT_DCHECK(condition, ...) LEAT_CHECK(condition __VA_OPT__(, ) __VA_ARGS__)
#endif
