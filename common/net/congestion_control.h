#pragma once

#include <string>

#include "common/base/status.h"

// What decides how fast the kernel sends on a TCP connection: tcp(7), TCP_CONGESTION.
namespace leat::net {

// Connections accepted from a listening socket inherit it. invalid_argument when the kernel does
// not have it or does not allow it.
Status set_congestion_control(int socket, const std::string& name);

// Empty when it cannot be told.
std::string congestion_control(int socket);

// BBR sends by the clock. Where nothing is between the peers that costs up to three times the CPU
// of a copy and more than half of the throughput: the first of cubic and reno takes its place. Any
// other stays. Only before connect() or listen(): a connection that began with BBR stays paced
// under any name. Never fails: without it the connection is only slower.
void avoid_pacing(int socket);

}  // namespace leat::net
