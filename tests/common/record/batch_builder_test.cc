#include "common/record/batch_builder.h"

#include "common/record/batch_validate.h"
#include "tests/common/record/support.h"

using namespace leat;
using namespace leat::record;

namespace {

// The records of the golden batches.
void add_golden_records(BatchBuilder& b) {
  Bytes pattern(1000);
  for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = static_cast<std::byte>(i * 7 % 251);
  b.add(kGoldenTime, as_bytes("key-0"), as_bytes("value-0"));
  b.add(kGoldenTime + 5, std::nullopt, pattern);
  b.add(kGoldenTime + 3, as_bytes("key-2"), std::nullopt);
  const HeaderView headers[] = {
      {"h1", as_bytes("v1")}, {"h2", std::nullopt}, {"", ByteView{}}, {"h1", as_bytes("again")}};
  b.add(kGoldenTime - 200'000, ByteView{}, ByteView{}, headers);
  b.add(kGoldenTime + 5, as_bytes("key-4"), as_bytes("last"));
}

}  // namespace

TEST_CASE("without compression the builder writes Kafka's bytes", "[unit]") {
  BatchBuilder b;
  add_golden_records(b);
  CHECK(b.size_bytes() == golden("none").size());
  CHECK(b.build({}) == golden("none"));
  CHECK(b.empty());
  add_golden_records(b);
  BuildOptions options;
  options.producer_id = ProducerId{4711};
  options.producer_epoch = ProducerEpoch{3};
  options.base_sequence = INT32_MAX - 2;
  options.transactional = true;
  CHECK(b.build(options) == golden("transactional"));
}

TEST_CASE("every codec at every level gives a sound batch with the same records", "[unit]") {
  const auto expected = dump(golden("none"));
  for (const auto c : kCodecs) {
    for (const CompressionLevel level :
         {CompressionLevel{}, CompressionLevel{1}, CompressionLevel{9}, CompressionLevel{17},
          CompressionLevel{-1}}) {
      BatchBuilder b;
      add_golden_records(b);
      BuildOptions options;
      options.compression = c;
      options.level = level;
      const Bytes batch = b.build(options);
      CHECK(validate(batch, {}).ok());
      CHECK(dump(batch) == expected);
    }
  }
}

TEST_CASE("the size bound of a record is never too small", "[unit]") {
  BatchBuilder b;
  const std::string text(1000, 'x');
  const HeaderView headers[] = {{"name", as_bytes(text)}, {"null", std::nullopt}};
  std::int64_t t = 0;
  for (std::size_t n : {0u, 1u, 63u, 64u, 1000u}) {
    const ByteView part = as_bytes(text).first(n);
    const std::size_t before = b.size_bytes();
    b.add(t, part, std::nullopt, headers);
    CHECK(b.size_bytes() - before <= BatchBuilder::record_size_bound(part, std::nullopt, headers));
    t = t == 0 ? INT64_MAX : 0;
  }
  CHECK(validate(b.build({}), {}).ok());
}

TEST_CASE("timestamps at both ends of their type survive", "[unit]") {
  BatchBuilder b;
  for (const std::int64_t t : {INT64_MIN, INT64_MAX, std::int64_t{0}, std::int64_t{-1}})
    b.add(t, std::nullopt, std::nullopt);
  const Bytes batch = b.build({});
  CHECK(validate(batch, {}).ok());
  CHECK(dump(batch)[0] == "0@-9223372036854775808 -=-");
  CHECK(dump(batch)[1] == "1@9223372036854775807 -=-");
}
