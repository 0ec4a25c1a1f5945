#pragma once

#include "common/base/payload.h"
#include "common/base/status.h"

namespace leat::net {

enum class WriteProgress { kDone, kWouldBlock };

// Sends a payload over a non-blocking socket, as far as it goes: bytes gathered into one sendmsg,
// file ranges by sendfile with the bytes before them corked to them. What was sent is taken off the
// front; call again when the socket is writable. unavailable when the peer is gone, corruption when
// a file ends before its range.
StatusOr<WriteProgress> send_some(int socket, Payload& out);

}  // namespace leat::net
