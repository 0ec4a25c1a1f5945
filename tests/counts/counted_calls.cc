#include "tests/counts/counted_calls.h"

#include <atomic>
#include <cstddef>

namespace leat::counts {
namespace {

thread_local bool counted = true;
std::atomic<std::uint64_t> allocations{0}, allocated_bytes{0}, copied_bytes{0};

void count_allocation(std::size_t size) {
  if (!counted) return;
  allocations.fetch_add(1, std::memory_order_relaxed);
  allocated_bytes.fetch_add(size, std::memory_order_relaxed);
}

void count_copy(std::size_t size) {
  if (counted) copied_bytes.fetch_add(size, std::memory_order_relaxed);
}

}  // namespace

MemoryCalls memory_calls() {
  return {allocations, allocated_bytes, copied_bytes};
}
void do_not_count_this_thread() {
  counted = false;
}

}  // namespace leat::counts

using leat::counts::count_allocation;
using leat::counts::count_copy;

// tests/CMakeLists.txt names the same calls.
extern "C" {

void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* old, std::size_t size);
void* __real_aligned_alloc(std::size_t alignment, std::size_t size);
int __real_posix_memalign(void** out, std::size_t alignment, std::size_t size);
void* __real_memcpy(void* to, const void* from, std::size_t size);
void* __real_memmove(void* to, const void* from, std::size_t size);
void* __real___memcpy_chk(void* to, const void* from, std::size_t size, std::size_t room);
void* __real___memmove_chk(void* to, const void* from, std::size_t size, std::size_t room);

void* __wrap_malloc(std::size_t size) {
  count_allocation(size);
  return __real_malloc(size);
}

void* __wrap_calloc(std::size_t count, std::size_t size) {
  count_allocation(count * size);
  return __real_calloc(count, size);
}

void* __wrap_realloc(void* old, std::size_t size) {
  count_allocation(size);
  return __real_realloc(old, size);
}

void* __wrap_aligned_alloc(std::size_t alignment, std::size_t size) {
  count_allocation(size);
  return __real_aligned_alloc(alignment, size);
}

int __wrap_posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  count_allocation(size);
  return __real_posix_memalign(out, alignment, size);
}

void* __wrap_memcpy(void* to, const void* from, std::size_t size) {
  count_copy(size);
  return __real_memcpy(to, from, size);
}

void* __wrap_memmove(void* to, const void* from, std::size_t size) {
  count_copy(size);
  return __real_memmove(to, from, size);
}

void* __wrap___memcpy_chk(void* to, const void* from, std::size_t size, std::size_t room) {
  count_copy(size);
  return __real___memcpy_chk(to, from, size, room);
}

void* __wrap___memmove_chk(void* to, const void* from, std::size_t size, std::size_t room) {
  count_copy(size);
  return __real___memmove_chk(to, from, size, room);
}

}  // extern "C"
