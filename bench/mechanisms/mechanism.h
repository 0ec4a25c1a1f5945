#pragma once
// The seam under test. A workload appends to its files through the page cache, then calls
// make_durable once for everything appended since the last call.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/support.h"

namespace leat::bench {

// One append that already sits in the page cache of `fd` at `position`.
struct Append {
  int fd;
  const char* data;
  size_t size;
  off_t position;
};

class Mechanism {
 public:
  virtual ~Mechanism() = default;
  // Returns when every byte of `set` would survive a power cut. One call at a time.
  virtual void make_durable(const std::vector<Append>& set) = 0;
  // Between two runs: returns when no work of an earlier call is left.
  virtual void drain() {}
};

struct NamedMechanism {
  std::string name;
  // False where the mechanism differs from another one only on sets of more than one file.
  bool for_single_file;
  std::function<std::unique_ptr<Mechanism>()> create;
};

// Everything measured. Journal files and the like live in `dir`, on the file system under test.
std::vector<NamedMechanism> all_mechanisms(const std::string& dir);

std::unique_ptr<Mechanism> make_sequential(bool preflush);
std::unique_ptr<Mechanism> make_parallel(int threads, bool preflush);
std::unique_ptr<Mechanism> make_syncfs();
// fdatasync one by one for sets of up to `limit` files, syncfs above.
std::unique_ptr<Mechanism> make_hybrid(size_t limit);
std::unique_ptr<Mechanism> make_uring(unsigned depth, bool preflush);
// `direct`: O_DIRECT|O_DSYNC writes into the journal instead of page cache and fdatasync.
std::unique_ptr<Mechanism> make_journal(const std::string& dir, bool direct);

// Starts writeback of the appended range; waits for nothing and promises nothing.
inline void start_writeback(const Append& append) {
  must(::sync_file_range(append.fd, append.position, static_cast<off_t>(append.size),
                         SYNC_FILE_RANGE_WRITE),
       "sync_file_range");
}

}  // namespace leat::bench
