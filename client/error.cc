#include "client/error.h"

namespace leat {
namespace {

std::string_view client_code_name(ClientCode code) {
  switch (code) {
    case ClientCode::kConnectFailed: return "CONNECT_FAILED";
    case ClientCode::kDisconnected: return "DISCONNECTED";
    case ClientCode::kTimedOut: return "TIMED_OUT";
    case ClientCode::kNotSupported: return "NOT_SUPPORTED";
    case ClientCode::kBadAnswer: return "BAD_ANSWER";
    case ClientCode::kClosed: return "CLOSED";
    case ClientCode::kInvalidInput: return "INVALID_INPUT";
    case ClientCode::kUnknownOutcome: return "UNKNOWN_OUTCOME";
    case ClientCode::kCorrupt: return "CORRUPT";
  }
  return "UNKNOWN_CLIENT_CODE";
}

}  // namespace

Error Error::kafka(std::int16_t code, std::string text) {
  if (code == 0) return Error();
  if (text.empty()) text = leat::description(static_cast<ErrorCode>(code));
  while (text.ends_with('.')) text.pop_back();
  return Error(code, std::move(text));
}

std::string_view Error::name() const {
  if (code_ >= -1) return leat::name(static_cast<ErrorCode>(code_));
  return client_code_name(static_cast<ClientCode>(code_));
}

std::string Error::describe() const {
  if (ok()) return "ok";
  return fmt::format("{} ({})", text_, name());
}

bool Error::retriable() const {
  if (code_ >= -1) return is_retriable(static_cast<ErrorCode>(code_));
  return is(ClientCode::kConnectFailed) || is(ClientCode::kDisconnected) ||
         is(ClientCode::kTimedOut);
}

Error Error::with_context(std::string_view context) const {
  if (ok()) return *this;
  return Error(code_, fmt::format("{}: {}", context, text_));
}

}  // namespace leat
