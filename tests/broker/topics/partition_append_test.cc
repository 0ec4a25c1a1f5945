#include "tests/broker/topics/partition_fixture.h"

using namespace leat;
using namespace leat::topics;
using storage::SimCall;
using storage::SimOperation;

namespace {

Bytes batch(std::size_t size, std::int32_t sequence = -1, std::int64_t producer = 9) {
  return PartitionFixture::batch_of(size, 1, sequence, producer);
}

std::vector<ErrorCode> errors_of(const std::vector<AppendOutcome>& outcomes) {
  std::vector<ErrorCode> errors;
  for (const auto& o : outcomes) errors.push_back(o.error);
  return errors;
}

std::vector<std::int64_t> offsets_of(const std::vector<AppendOutcome>& outcomes) {
  std::vector<std::int64_t> offsets;
  for (const auto& o : outcomes) offsets.push_back(o.base_offset.value());
  return offsets;
}

constexpr auto kNone = ErrorCode::kNone;

}  // namespace

TEST_CASE("batches that are appended together take one write and consecutive offsets", "[unit]") {
  Opened t;
  std::vector<AppendOutcome> outcomes;
  const int writes = t.broker.log_writes([&] {
    outcomes = t.broker.append_together(
        *t.partition, {batch(10), batch(2000, 0, 1), batch(300, 0, 2), batch(10)});
  });
  CHECK(writes == 1);
  CHECK(offsets_of(outcomes) == std::vector<std::int64_t>{0, 1, 2, 3});
  CHECK(t.partition->ends().end.offset == Offset{4});
  CHECK(t.broker.append(*t.partition, 10).base_offset == Offset{4});
}

TEST_CASE("a producer's batches that come together are checked one after the other", "[unit]") {
  Opened t;
  const auto outcomes = t.broker.append_together(
      *t.partition, {batch(10, 0), batch(10, 1), batch(10, 0), batch(10, 5), batch(10, 2)});
  CHECK(errors_of(outcomes) ==
        std::vector{kNone, kNone, kNone, ErrorCode::kOutOfOrderSequenceNumber, kNone});
  // The third is the first once more.
  CHECK(offsets_of(outcomes) == std::vector<std::int64_t>{0, 1, 0, -1, 2});
  CHECK(t.partition->ends().end.offset == Offset{3});
}

TEST_CASE("a producer's batches in sequence share a write, those of another epoch or gap do not",
          "[unit]") {
  Opened t;
  int writes = t.broker.log_writes([&] {
    const auto outcomes = t.broker.append_together(
        *t.partition,
        {batch(10, 0, 1), batch(10, 0, 2), batch(10, 1, 1), batch(10, 2, 1), batch(10, 1, 2)});
    CHECK(offsets_of(outcomes) == std::vector<std::int64_t>{0, 1, 2, 3, 4});
  });
  CHECK(writes == 1);
  // What the run left behind is what each producer goes on from, also after its own retry.
  writes = t.broker.log_writes([&] {
    const auto outcomes = t.broker.append_together(
        *t.partition, {batch(10, 2, 1), batch(10, 3, 1), batch(10, 4, 1), batch(10, 4, 2)});
    CHECK(errors_of(outcomes) ==
          std::vector{kNone, kNone, kNone, ErrorCode::kOutOfOrderSequenceNumber});
    CHECK(offsets_of(outcomes) == std::vector<std::int64_t>{3, 5, 6, -1});
  });
  CHECK(writes == 1);
}

TEST_CASE("a write takes at most 64 batches and 256 KiB", "[unit]") {
  Opened t;
  std::vector<Bytes> small(130), large(5);
  for (Bytes& bytes : small) bytes = batch(10);
  for (Bytes& bytes : large) bytes = batch(100 << 10);
  CHECK(t.broker.log_writes([&] { t.broker.append_together(*t.partition, std::move(small)); }) ==
        3);
  CHECK(t.broker.log_writes([&] { t.broker.append_together(*t.partition, std::move(large)); }) ==
        3);
  CHECK(t.partition->ends().end.offset == Offset{135});
}

TEST_CASE("a later write that fails takes nothing from an earlier one", "[unit]") {
  Opened t;
  std::vector<Bytes> batches(65);
  for (Bytes& bytes : batches) bytes = batch(10);
  int writes = 0;
  t.disk.set_hook([&](const SimOperation& op) {
    const bool is_log = op.call == SimCall::kAppend && op.path.ends_with(".log");
    return is_log && ++writes == 2 ? disk_full("no room") : Status();
  });
  const auto outcomes = t.broker.append_together(*t.partition, std::move(batches));
  t.disk.set_hook({});
  for (std::size_t i = 0; i < 64; ++i) CHECK(outcomes[i].error == kNone);
  CHECK(outcomes[64].error == ErrorCode::kKafkaStorageError);
  CHECK(t.partition->ends().end.offset == Offset{64});
  REQUIRE(t.broker.gate->flush_once());
  CHECK(t.partition->ends().high_watermark.offset == Offset{64});
  CHECK(t.broker.unsynced == 0);
  CHECK(t.broker.append(*t.partition, 10).base_offset == Offset{64});
}

TEST_CASE("each of the batches that come together gets the time of its append", "[unit]") {
  TopicOverrides overrides;
  overrides["message.timestamp.type"] = "LogAppendTime";
  Opened t(std::move(overrides));
  const auto outcomes = t.broker.append_together(*t.partition, {batch(10), batch(10, 0)});
  for (const auto& outcome : outcomes) CHECK(outcome.log_append_ms == t.clock.wall_ms());
  REQUIRE(t.broker.gate->flush_once());
  const auto found = t.partition->find_max_timestamp(Offset{2});
  REQUIRE((found.ok() && found->has_value()));
  CHECK((*found)->timestamp == t.clock.wall_ms());
}

TEST_CASE("batches further apart than segment.ms do not come into one segment together", "[unit]") {
  TopicOverrides overrides;
  overrides["segment.ms"] = "1000";
  Opened t(std::move(overrides));
  REQUIRE(t.broker
              .append_together(*t.partition, {PartitionFixture::batch_of(10, 1'000),
                                              PartitionFixture::batch_of(10, 1'500),
                                              PartitionFixture::batch_of(10, 9'000)})
              .back()
              .error == kNone);
  CHECK(t.partition->log().segments().size() == 2);
}

TEST_CASE("a write for which there is no room refuses what it held, and what came behind it",
          "[unit]") {
  Opened t;
  REQUIRE(t.broker.append(*t.partition, 10, 1, 0).error == kNone);
  t.disk.set_capacity(0);
  const auto refused = ErrorCode::kKafkaStorageError;
  CHECK(errors_of(t.broker.append_together(*t.partition,
                                           {batch(5000, 0, 1), batch(5000, 1), batch(10, 2)})) ==
        std::vector{refused, refused, refused});
  t.disk.set_capacity(1 << 20);
  CHECK(t.broker.append(*t.partition, 10, 1, 2).error == refused);
  CHECK(errors_of(t.broker.append_together(*t.partition,
                                           {batch(5000, 1), batch(5000, 0, 1), batch(10, 2)})) ==
        std::vector{kNone, kNone, kNone});
  CHECK(t.partition->ends().end.offset == Offset{4});
}

TEST_CASE("no segment grows beyond its size because batches come together", "[unit]") {
  TopicOverrides overrides;
  overrides["segment.bytes"] = "5000";
  Opened t(std::move(overrides));
  std::vector<Bytes> batches(20);
  for (Bytes& bytes : batches) bytes = batch(1000);
  CHECK(errors_of(t.broker.append_together(*t.partition, std::move(batches))) ==
        std::vector<ErrorCode>(20, kNone));
  REQUIRE(t.broker.gate->flush_once());
  const auto segments = t.partition->log().segments();
  CHECK(segments.size() == 5);
  for (const auto& segment : segments) CHECK((segment.size > 4000 && segment.size <= 5000));
}

TEST_CASE("written pages go to the disk bit by bit, and once at a time for a partition", "[unit]") {
  TopicOverrides overrides;
  overrides["leat.durability"] = "relaxed";
  Opened t(std::move(overrides));
  const auto append = [&](std::uint64_t bytes) {
    REQUIRE(t.broker.append(*t.partition, bytes).error == kNone);
    return t.broker.workers.waiting();
  };
  REQUIRE(append(10) <= 1);  // a new partition has more to write than its log
  t.broker.workers.run_all();
  CHECK(append(kWritebackEvery / 2) == 0);
  CHECK(append(kWritebackEvery / 2) == 1);
  CHECK(append(3 * kWritebackEvery) == 1);
  t.broker.workers.run_all();
  CHECK(append(10) == 1);
  t.broker.workers.run_all();
  CHECK(append(kWritebackEvery / 2) == 0);
}

TEST_CASE("a relaxed partition joins a flush the sooner the more is unsynced over all", "[unit]") {
  TopicOverrides overrides;
  overrides["leat.durability"] = "relaxed";
  Opened t(std::move(overrides));
  const auto joins_at = [&](std::uint64_t bytes, std::int64_t of_others) {
    t.broker.unsynced += of_others;
    REQUIRE(t.broker.append(*t.partition, bytes).error == kNone);
    t.broker.unsynced -= of_others;
    return t.broker.gate->flush_once();
  };
  CHECK_FALSE(joins_at(kRelaxedFlushEvery / 16, 0));
  CHECK(joins_at(10, kMuchUnsyncedBytes));
  CHECK_FALSE(joins_at(kRelaxedFlushEvery / 256, kMuchUnsyncedBytes));
  CHECK(joins_at(10, 2 * kMuchUnsyncedBytes));
}
