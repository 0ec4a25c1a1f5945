#include "client/accumulator.h"

#include <string>

#include "tests/support/catch.h"

using namespace leat;
using namespace std::chrono_literals;

namespace {

constexpr MonotonicTime kStart{1h};

// An accumulator with one partition, driven record by record.
struct Fixture {
  AccumulatorOptions options;
  Accumulator accumulator;
  PartitionQueue& queue;
  MonotonicTime now = kStart;
  std::vector<std::string> results;

  explicit Fixture(AccumulatorOptions o = {}) : options(o), accumulator(o), queue(accumulator.queue("t", 0)) {}

  void add(std::string_view value) {
    const RecordToSend record(std::nullopt, as_bytes(value));
    const std::size_t bytes = record::BatchBuilder::record_size_bound(record.key, record.value);
    accumulator.append(queue, record, bytes, {}, now);
  }
  // Fills a batch with this one record.
  void add_batch(std::string_view value) {
    add(value);
    queue.open = false;
  }
  void identify(std::int64_t id) {
    ProducerIdentity identity;
    identity.id = ProducerId(id);
    identity.epoch = ProducerEpoch(0);
    for (const BatchPtr& lost : accumulator.set_identity(queue, identity)) {
      results.push_back("lost " + values(*lost));
      accumulator.release(*lost);
    }
  }
  bool sendable(bool flushing = false) const {
    return accumulator.sendable(queue, now, flushing, queue.identity.known());
  }
  static std::string values(const Batch& batch) {
    auto reader = record::RecordReader::open(batch.bytes.view());
    REQUIRE(reader.ok());
    std::string out;
    record::RecordView view;
    while (reader->next(view)) out += (out.empty() ? "" : ",") + to_string(*view.value);
    return out;
  }
  static std::int32_t sequence(const Batch& batch) {
    return record::parse_header(batch.bytes.view())->base_sequence;
  }
};

}  // namespace

TEST_CASE("a batch leaves when it is full, when it lingered, or when flushing", "[unit]") {
  AccumulatorOptions options;
  options.batch_bytes = 200;
  Fixture f(options);
  f.add("a");
  CHECK_FALSE(f.sendable());
  CHECK(f.sendable(true));
  CHECK(f.accumulator.sendable_at(f.queue) == kStart + options.linger);
  f.now += options.linger;
  CHECK(f.sendable());
  f.now = kStart;
  f.add(std::string(150, 'x'));
  CHECK(f.sendable());
  const BatchPtr batch = f.accumulator.take(f.queue);
  CHECK(Fixture::values(*batch) == "a");
  CHECK_FALSE(f.sendable());
}

TEST_CASE("memory is taken by appending and given back by an answer", "[unit]") {
  AccumulatorOptions options;
  options.buffer_bytes = 100;
  Fixture f(options);
  CHECK(f.accumulator.has_room(1000));
  f.add(std::string(90, 'x'));
  CHECK_FALSE(f.accumulator.has_room(50));
  BatchPtr batch = f.accumulator.take(f.queue);
  CHECK_FALSE(f.accumulator.empty());
  f.accumulator.succeeded(f.queue, std::move(batch));
  CHECK(f.accumulator.empty());
  CHECK(f.accumulator.used_bytes() == 0);
}

TEST_CASE("sequence numbers count the records of a partition", "[unit]") {
  Fixture f;
  f.identify(7);
  f.add("a");
  f.add("b");
  f.queue.open = false;
  f.add_batch("c");
  const BatchPtr first = f.accumulator.take(f.queue);
  const BatchPtr second = f.accumulator.take(f.queue);
  CHECK(Fixture::sequence(*first) == 0);
  CHECK(Fixture::sequence(*second) == 2);
  CHECK(record::parse_header(first->bytes.view())->producer_id == ProducerId(7));
}

TEST_CASE("an idempotent batch waits for an identity", "[unit]") {
  Fixture f;
  f.add_batch("a");
  CHECK_FALSE(f.accumulator.sendable(f.queue, f.now, false, true));
  f.identify(7);
  CHECK(f.accumulator.sendable(f.queue, f.now, false, true));
}

TEST_CASE("a retry never overtakes: the partition drains and goes on from its oldest batch",
          "[unit]") {
  Fixture f;
  f.identify(7);
  for (const auto* value : {"a", "b", "c", "d"}) f.add_batch(value);
  BatchPtr a = f.accumulator.take(f.queue);
  BatchPtr b = f.accumulator.take(f.queue);
  BatchPtr c = f.accumulator.take(f.queue);
  f.accumulator.retry(f.queue, std::move(a), f.now + 100ms);
  CHECK_FALSE(f.sendable());
  f.accumulator.retry(f.queue, std::move(c), f.now + 100ms);
  f.accumulator.retry(f.queue, std::move(b), f.now + 100ms);
  CHECK_FALSE(f.sendable());  // backoff
  f.now += 100ms;
  std::string order;
  std::string sequences;
  while (f.sendable()) {
    BatchPtr batch = f.accumulator.take(f.queue);
    order += Fixture::values(*batch);
    sequences += std::to_string(Fixture::sequence(*batch));
    f.accumulator.succeeded(f.queue, std::move(batch));
  }
  CHECK(order == "abcd");
  CHECK(sequences == "0123");
}

TEST_CASE("one batch of a new identity goes alone until the broker has accepted it", "[unit]") {
  Fixture f;
  f.identify(7);
  for (const auto* value : {"a", "b", "c"}) f.add_batch(value);
  BatchPtr a = f.accumulator.take(f.queue);
  CHECK_FALSE(f.sendable());
  f.accumulator.succeeded(f.queue, std::move(a));
  REQUIRE(f.sendable());
  const BatchPtr b = f.accumulator.take(f.queue);
  CHECK(f.sendable());
}

TEST_CASE("a gap in the sequence needs a new identity, and what was never written is renumbered",
          "[unit]") {
  Fixture f;
  f.identify(7);
  for (const auto* value : {"a", "b", "c"}) f.add_batch(value);
  BatchPtr a = f.accumulator.take(f.queue);
  BatchPtr b = f.accumulator.take(f.queue);
  BatchPtr rejected = f.accumulator.failed(f.queue, std::move(a), true);
  f.accumulator.release(*rejected);
  f.accumulator.retry(f.queue, std::move(b), f.now);
  CHECK_FALSE(f.sendable());
  f.identify(8);
  REQUIRE(f.sendable());
  const BatchPtr again = f.accumulator.take(f.queue);
  CHECK(Fixture::values(*again) == "b");
  CHECK(Fixture::sequence(*again) == 0);
  const BatchPtr next = f.accumulator.take(f.queue);
  CHECK(Fixture::sequence(*next) == 1);
  const auto header = record::parse_header(again->bytes.view());
  CHECK(header->producer_id == ProducerId(8));
  CHECK(f.results.empty());
}

TEST_CASE("a batch that may have been written is never sent under another identity", "[unit]") {
  Fixture f;
  f.identify(7);
  f.add_batch("a");
  f.add_batch("b");
  BatchPtr a = f.accumulator.take(f.queue);
  BatchPtr b = f.accumulator.take(f.queue);
  b->maybe_written = true;
  BatchPtr rejected = f.accumulator.failed(f.queue, std::move(a), true);
  f.accumulator.release(*rejected);
  f.accumulator.retry(f.queue, std::move(b), f.now);
  f.identify(8);
  CHECK(f.results == std::vector<std::string>{"lost b"});
  CHECK(f.accumulator.empty());
}

TEST_CASE("a batch too large for the broker is cut in its place", "[unit]") {
  Fixture f;
  f.identify(7);
  std::vector<int> seen;
  for (const auto* value : {"a", "b", "c"}) {
    const RecordToSend record(std::nullopt, as_bytes(value));
    f.accumulator.append(f.queue, record, 100,
                         [&seen](const RecordResult& r) { seen.push_back(static_cast<int>(r.offset)); },
                         f.now);
  }
  f.queue.open = false;
  f.add_batch("d");
  BatchPtr abc = f.accumulator.take(f.queue);
  BatchPtr d = f.accumulator.take(f.queue);
  REQUIRE(f.accumulator.split(f.queue, abc));
  CHECK(f.queue.batch_limit < 300);  // later batches are smaller from the start
  f.accumulator.retry(f.queue, std::move(d), f.now);
  std::string got;
  while (f.sendable()) {
    BatchPtr batch = f.accumulator.take(f.queue);
    got += Fixture::values(*batch) + "@" + std::to_string(Fixture::sequence(*batch)) + " ";
    const auto expected = Fixture::values(*batch) == "d" ? 0 : batch->count;
    CHECK(static_cast<std::int32_t>(batch->handlers.size()) == expected);
    f.accumulator.succeeded(f.queue, std::move(batch));
  }
  CHECK(got == "a,b@0 c@2 d@3 ");
  CHECK(f.accumulator.empty());
}

TEST_CASE("a batch of one record cannot be cut", "[unit]") {
  Fixture f;
  f.add_batch("a");
  BatchPtr a = f.accumulator.take(f.queue);
  CHECK_FALSE(f.accumulator.split(f.queue, a));
  CHECK(a != nullptr);
}

TEST_CASE("batches that waited too long come out, and a number among them leaves a gap", "[unit]") {
  Fixture f;
  f.identify(7);
  f.add_batch("a");
  BatchPtr a = f.accumulator.take(f.queue);
  f.accumulator.retry(f.queue, std::move(a), f.now);
  f.now += 1min;
  f.add_batch("b");
  auto expired = f.accumulator.expire(f.queue, kStart + 1s);
  REQUIRE(expired.size() == 1);
  CHECK(Fixture::values(*expired.front()) == "a");
  CHECK(f.queue.lost_sequence);
  CHECK_FALSE(f.sendable());
}

TEST_CASE("every codec's batches read back", "[unit]") {
  for (const auto codec : {record::Compression::kNone, record::Compression::kGzip,
                           record::Compression::kSnappy, record::Compression::kLz4,
                           record::Compression::kZstd}) {
    AccumulatorOptions options;
    options.compression = codec;
    Fixture f(options);
    f.add("one");
    f.add("two");
    const BatchPtr batch = f.accumulator.take(f.queue);
    CHECK(Fixture::values(*batch) == "one,two");
    CHECK(record::parse_header(batch->bytes.view())->compression() == codec);
  }
}
