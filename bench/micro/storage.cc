// The log on the real disk, below TMPDIR: append into the page cache, lookups, the plan of a read.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>

#include "bench/load/produce_frames.h"
#include "bench/micro/need.h"
#include "broker/storage/log.h"
#include "broker/storage/offset_index.h"
#include "broker/storage/posix_file_system.h"
#include "common/base/random.h"
#include "common/record/batch_view.h"

namespace leat::bench {
namespace {

// An append benchmark takes everything back after this much, so that it fits any disk.
constexpr std::uint64_t kMostBytes = 512 << 20;

class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "leat-micro-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::exit(1);
    path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A log that takes the same batch again and again, as a partition hands it over.
class FilledLog {
 public:
  explicit FilledLog(std::size_t batch_bytes) {
    Settings settings;
    settings.record_size = 100;
    settings.batch_bytes = batch_bytes;
    batch_ = make_batch(settings, records_);
    log_ = need(storage::Log::open(files_, system_clock(), scratch_.path() + "/t-0",
                                   storage::LogOptions(), std::nullopt, nullptr, nullptr));
    empty_ = log_->end();
  }

  void append() {
    const Offset base = log_->end().offset;
    record::patch_base_offset(batch_, base);
    const auto last = base + (static_cast<std::int64_t>(records_) - 1);
    const storage::BatchToAppend one{batch_, base, last, record::load_header(batch_).max_timestamp,
                                     LeaderEpoch{0}};
    need(log_->append({&one, 1}));
  }
  void take_back() { need(log_->truncate_to(empty_)); }

  storage::Log& log() { return *log_; }
  std::size_t batch_size() const { return batch_.size(); }

 private:
  Scratch scratch_;
  storage::PosixFileSystem files_;
  Bytes batch_;
  std::size_t records_ = 0;
  std::unique_ptr<storage::Log> log_;
  storage::LogPosition empty_;
};

void append(benchmark::State& state) {
  FilledLog filled(static_cast<std::size_t>(state.range(0)));
  filled.append();
  for (auto _ : state) {
    if (filled.log().size_bytes() > kMostBytes) {
      state.PauseTiming();
      filled.take_back();
      state.ResumeTiming();
    }
    filled.append();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(filled.batch_size()));
}
BENCHMARK(append)->Arg(200)->Arg(16 << 10)->Arg(64 << 10);

// Finds the batch of some offset and names the bytes of the file to send; reads no data.
void read_somewhere(benchmark::State& state) {
  FilledLog filled(static_cast<std::size_t>(state.range(0)));
  while (filled.log().size_bytes() < (64 << 20)) filled.append();
  const storage::LogPosition end = filled.log().end();
  Random random(1);
  for (auto _ : state) {
    storage::ReadRequest request;
    request.from = Offset(
        static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(end.offset.value()))));
    request.max_bytes = 1 << 20;
    request.limit = end;
    benchmark::DoNotOptimize(need(filled.log().read(request)));
  }
}
BENCHMARK(read_somewhere)->Arg(16 << 10)->Arg(64 << 10);

void read_at_the_end(benchmark::State& state) {
  FilledLog filled(200);
  for (int i = 0; i < 10'000; ++i) filled.append();
  storage::ReadRequest request;
  request.limit = filled.log().end();
  request.from = request.limit.offset + -1;
  request.max_bytes = 1 << 20;
  for (auto _ : state) benchmark::DoNotOptimize(need(filled.log().read(request)));
}
BENCHMARK(read_at_the_end);

// range: entries, written to the file or still in memory.
void look_up_index(benchmark::State& state) {
  const Scratch scratch;
  storage::PosixFileSystem files;
  const std::string path = scratch.path() + "/00000000000000000000.index";
  storage::OffsetIndex index(files, Offset{0});
  need(index.file().create(path));
  const std::int64_t entries = state.range(0);
  for (std::int64_t i = 1; i <= entries; ++i) {
    index.append({Offset{10 * i}, static_cast<std::uint64_t>(4096 * i)});
  }
  if (state.range(1) != 0) need(index.file().flush(path));
  Random random(1);
  for (auto _ : state) {
    const auto wanted = random.below(static_cast<std::uint64_t>(10 * entries));
    benchmark::DoNotOptimize(need(index.lookup(path, Offset(static_cast<std::int64_t>(wanted)))));
  }
}
BENCHMARK(look_up_index)->ArgNames({"entries", "on_disk"})->Args({60, 0})->Args({262'144, 1});

}  // namespace
}  // namespace leat::bench
