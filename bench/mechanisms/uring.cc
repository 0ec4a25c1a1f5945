// One io_uring submission with an fdatasync for every file, by raw system calls.

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <atomic>

#include "bench/mechanisms/mechanism.h"

namespace leat::bench {
namespace {

class Uring : public Mechanism {
 public:
  Uring(unsigned depth, bool preflush) : preflush_(preflush) {
    io_uring_params params{};
    ring_ =
        Fd(static_cast<int>(must(::syscall(SYS_io_uring_setup, depth, &params), "io_uring_setup")));
    entries_ = params.sq_entries;
    const size_t ring_size =
        std::max(params.sq_off.array + params.sq_entries * sizeof(unsigned),
                 params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe));
    char* ring = map(ring_size, IORING_OFF_SQ_RING);
    sq_tail_ = reinterpret_cast<unsigned*>(ring + params.sq_off.tail);
    sq_mask_ = *reinterpret_cast<unsigned*>(ring + params.sq_off.ring_mask);
    sq_array_ = reinterpret_cast<unsigned*>(ring + params.sq_off.array);
    cq_head_ = reinterpret_cast<unsigned*>(ring + params.cq_off.head);
    cq_tail_ = reinterpret_cast<unsigned*>(ring + params.cq_off.tail);
    cq_mask_ = *reinterpret_cast<unsigned*>(ring + params.cq_off.ring_mask);
    cqes_ = reinterpret_cast<io_uring_cqe*>(ring + params.cq_off.cqes);
    sqes_ = reinterpret_cast<io_uring_sqe*>(
        map(params.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES));
  }

  void make_durable(const std::vector<Append>& set) override {
    if (preflush_) {
      for (const Append& append : set) start_writeback(append);
    }
    for (size_t done = 0; done < set.size();) {
      const auto count = static_cast<unsigned>(std::min<size_t>(entries_, set.size() - done));
      for (unsigned i = 0; i < count; ++i) queue(set[done + i].fd);
      must(::syscall(SYS_io_uring_enter, ring_.get(), count, count, IORING_ENTER_GETEVENTS, nullptr,
                     0),
           "io_uring_enter");
      reap(count);
      done += count;
    }
  }

 private:
  // Lives as long as the process: a mechanism is created once.
  char* map(size_t size, off_t what) {
    void* address =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring_.get(), what);
    must(address == MAP_FAILED ? -1 : 0, "mmap");
    return static_cast<char*>(address);
  }

  void queue(int fd) {
    const unsigned tail = *sq_tail_;
    const unsigned slot = tail & sq_mask_;
    io_uring_sqe& entry = sqes_[slot];
    entry = {};
    entry.opcode = IORING_OP_FSYNC;
    entry.fd = fd;
    entry.fsync_flags = IORING_FSYNC_DATASYNC;
    sq_array_[slot] = slot;
    std::atomic_ref(*sq_tail_).store(tail + 1, std::memory_order_release);
  }

  void reap(unsigned count) {
    while (count > 0) {
      unsigned head = *cq_head_;
      const unsigned tail = std::atomic_ref(*cq_tail_).load(std::memory_order_acquire);
      if (head == tail) {
        must(::syscall(SYS_io_uring_enter, ring_.get(), 0, 1, IORING_ENTER_GETEVENTS, nullptr, 0),
             "io_uring_enter");
        continue;
      }
      for (; head != tail; ++head, --count) {
        errno = -cqes_[head & cq_mask_].res;
        must(cqes_[head & cq_mask_].res, "io_uring fdatasync");
      }
      std::atomic_ref(*cq_head_).store(head, std::memory_order_release);
    }
  }

  const bool preflush_;
  Fd ring_;
  unsigned entries_ = 0;
  unsigned *sq_tail_ = nullptr, *sq_array_ = nullptr, *cq_head_ = nullptr, *cq_tail_ = nullptr;
  unsigned sq_mask_ = 0, cq_mask_ = 0;
  io_uring_cqe* cqes_ = nullptr;
  io_uring_sqe* sqes_ = nullptr;
};

}  // namespace

std::unique_ptr<Mechanism> make_uring(unsigned depth, bool preflush) {
  return std::make_unique<Uring>(depth, preflush);
}

}  // namespace leat::bench
