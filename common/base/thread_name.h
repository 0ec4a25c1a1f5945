#pragma once

#include <pthread.h>

#include <cstddef>

namespace leat {

// What ps, top and debuggers show for the calling thread: "leat-" and what it does. The kernel keeps
// 15 characters, so a longer name does not compile.
template <std::size_t N>
void name_this_thread(const char (&name)[N]) {
  static_assert(N <= 16, "the kernel keeps 15 characters");
  ::pthread_setname_np(::pthread_self(), name);
}

}  // namespace leat
