#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/check.h"
#include "common/protocol/errors.h"

// How the client library says what went wrong. Codes above 0 are Kafka's own
// (https://kafka.apache.org/protocol#protocol_error_codes), as the broker sent them; those below
// are the client's.
namespace leat {

enum class ClientCode : std::int16_t {
  kConnectFailed = -1001,   // no broker of the list could be reached
  kDisconnected = -1002,    // the connection ended before the answer came
  kTimedOut = -1003,        // no answer in time; the request may have been carried out
  kNotSupported = -1004,    // the broker has no such API, or no version in common
  kBadAnswer = -1005,       // the answer cannot be decoded, or breaks the protocol
  kClosed = -1006,          // this object was closed
  kInvalidInput = -1007,    // refused before it was sent
  kUnknownOutcome = -1008,  // a batch was sent and whether it was written cannot be known
  kCorrupt = -1009,         // a consumed batch fails its checks
};

// A code and a sentence. Cheap when OK. A class with constructors, see RecordToSend.
class [[nodiscard]] Error {
 public:
  Error() = default;
  template <class... Args>
  static Error make(ClientCode code, fmt::format_string<Args...> format, Args&&... args) {
    return Error(static_cast<std::int16_t>(code), fmt::format(format, std::forward<Args>(args)...));
  }
  // What a broker answered: `code` from a response, `text` its error message or empty for the one
  // everybody knows the code by. Ok for 0.
  static Error kafka(std::int16_t code, std::string text = {});

  bool ok() const { return code_ == 0; }
  // Above 0, and -1 (UNKNOWN_SERVER_ERROR), Kafka's; else a ClientCode.
  std::int16_t code() const { return code_; }
  bool is(ClientCode code) const { return code_ == static_cast<std::int16_t>(code); }
  bool is(ErrorCode code) const { return code_ == wire_code(code); }
  bool from_broker() const { return code_ >= -1 && code_ != 0; }
  // "TOPIC_ALREADY_EXISTS", "CONNECT_FAILED", ...
  std::string_view name() const;
  const std::string& text() const { return text_; }
  // "text (NAME)"
  std::string describe() const;
  // Trying the same again may succeed.
  bool retriable() const;
  // The same with "context: " in front of the text.
  Error with_context(std::string_view context) const;

 private:
  Error(std::int16_t code, std::string text) : code_(code), text_(std::move(text)) {}

  std::int16_t code_ = 0;
  std::string text_;
};

// A T or the reason why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {
    LEAT_CHECK(!error_.ok(), "a result without value needs an error");
  }

  bool ok() const { return value_.has_value(); }
  // Ok when there is a value.
  const Error& error() const { return error_; }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  Error error_;
};

}  // namespace leat

// Inside a coroutine; the same rules as RETURN_IF_ERROR and ASSIGN_OR_RETURN.
#define CO_RETURN_IF_ERROR(expression)                             \
  do {                                                             \
    if (::leat::Error leat_error_ = (expression); !leat_error_.ok()) \
      co_return leat_error_;                                       \
  } while (false)

#define CO_ASSIGN_OR_RETURN(declaration, expression) \
  CO_ASSIGN_OR_RETURN_IMPL(LEAT_CLIENT_CONCAT(leat_result_, __LINE__), declaration, expression)
#define LEAT_CLIENT_CONCAT(a, b) LEAT_CLIENT_CONCAT_INNER(a, b)
#define LEAT_CLIENT_CONCAT_INNER(a, b) a##b
#define CO_ASSIGN_OR_RETURN_IMPL(temporary, declaration, expression) \
  auto temporary = (expression);                                     \
  if (!temporary.ok()) co_return temporary.error();                  \
  declaration = *std::move(temporary)
