// What a batch costs before it is written: checksum, walk over its records, decompression.

#include <benchmark/benchmark.h>

#include "bench/load/produce_frames.h"
#include "common/base/crc32c.h"
#include "common/record/batch_validate.h"

namespace leat::bench {
namespace {

void crc_of(benchmark::State& state, std::uint32_t (*crc)(ByteView, std::uint32_t)) {
  const Bytes data(static_cast<std::size_t>(state.range(0)), std::byte{7});
  for (auto _ : state) benchmark::DoNotOptimize(crc(data, 0));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
void crc32c_hardware(benchmark::State& state) {
  crc_of(state, crc32c);
}
void crc32c_table(benchmark::State& state) {
  crc_of(state, crc32c_portable);
}
BENCHMARK(crc32c_hardware)->Arg(128)->Arg(4 << 10)->Arg(64 << 10)->Arg(1 << 20);
BENCHMARK(crc32c_table)->Arg(64 << 10);

// Items are records. range: bytes of a record, bytes of the batch.
void validate_batch(benchmark::State& state, record::Compression codec, bool check_crc) {
  Settings settings;
  settings.record_size = static_cast<std::size_t>(state.range(0));
  settings.batch_bytes = static_cast<std::size_t>(state.range(1));
  settings.codec = codec;
  std::size_t records = 0;
  const Bytes batch = make_batch(settings, records);
  record::ValidateOptions options;
  options.check_crc = check_crc;
  for (auto _ : state) {
    const record::Verdict verdict = record::validate(batch, options);
    if (!verdict.ok()) state.SkipWithError(verdict.text.c_str());
    benchmark::DoNotOptimize(verdict);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(batch.size()));
}

void validate_plain(benchmark::State& state) {
  validate_batch(state, record::Compression::kNone, true);
}
void validate_without_crc(benchmark::State& state) {
  validate_batch(state, record::Compression::kNone, false);
}
void validate_lz4(benchmark::State& state) {
  validate_batch(state, record::Compression::kLz4, true);
}
void validate_zstd(benchmark::State& state) {
  validate_batch(state, record::Compression::kZstd, true);
}
BENCHMARK(validate_plain)->Args({100, 200})->Args({100, 16 << 10})->Args({1000, 64 << 10});
BENCHMARK(validate_without_crc)->Args({100, 16 << 10})->Args({1000, 64 << 10});
BENCHMARK(validate_lz4)->Args({100, 16 << 10});
BENCHMARK(validate_zstd)->Args({100, 16 << 10});

void parse_batch_header(benchmark::State& state) {
  std::size_t records = 0;
  const Bytes batch = make_batch(Settings(), records);
  for (auto _ : state) benchmark::DoNotOptimize(record::parse_header(batch));
}
BENCHMARK(parse_batch_header);

}  // namespace
}  // namespace leat::bench
