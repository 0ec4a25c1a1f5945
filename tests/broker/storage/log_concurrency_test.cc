#include <atomic>
#include <thread>

#include "broker/storage/posix_file_system.h"
#include "tests/broker/storage/log_fixture.h"
#include "tests/broker/storage/scratch_directory.h"

using namespace leat;
using namespace leat::storage;

// Meant for ThreadSanitizer: what readers see must be whole batches in order, while the append side
// appends, rolls, syncs, deletes and closes files.
TEST_CASE("reads run beside appends, rolls, syncs and deletions", "[unit]") {
  ScratchDirectory scratch;
  PosixFileSystem fs;
  fs.handles().set_limit(6);
  LogFixture t{fs, scratch.path() + "/t-0"};
  t.options.segment_bytes = 3000;
  t.options.index_interval_bytes = 300;
  t.open();
  t.append(1);
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::atomic<std::uint64_t> batches = 0;
  const auto reader = [&] {
    Offset next = t.log->start_offset();
    while (!stop) {
      const LogPosition limit = t.log->end();
      if (next >= limit.offset) next = t.log->start_offset();
      auto result = t.log->read({next, 2000, limit, true});
      if (!result.ok()) {
        // Deleted meanwhile, nothing else.
        wrong += result.status().code() != StatusCode::kOutOfRange;
        next = t.log->start_offset();
        continue;
      }
      if (!materialize(result->data).ok()) ++wrong;
      for (const auto& piece : result->data.pieces()) {
        record::BatchIterator it(std::get<SharedBytes>(piece).view());
        while (it.next()) {
          wrong += it.header().base_offset > next || it.header().last_offset() < next;
          next = it.header().next_offset();
          ++batches;
        }
      }
      (void)t.log->find_timestamp(1000 + next.value(), limit.offset);
      (void)t.log->row();
    }
  };
  std::thread one(reader);
  std::thread two(reader);
  for (int i = 0; i < 600 || batches < 200; ++i) {
    t.append(1 + i % 3);
    if (i % 10 == 0) t.sync();
    if (i % 50 == 0) REQUIRE(t.log->roll().ok());
    if (i % 90 == 89) REQUIRE(t.log->delete_before(t.log->durable().offset - 60).ok());
    if (i % 100 == 0) t.log->close_idle_files();
  }
  stop = true;
  one.join();
  two.join();
  CHECK(wrong == 0);
}
