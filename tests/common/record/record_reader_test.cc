#include "common/record/record_reader.h"

#include "tests/common/record/support.h"

using namespace leat;
using namespace leat::record;

TEST_CASE("Kafka's records read back in every codec", "[unit]") {
  const std::vector<std::string> expected = {
      "0@1700000000000 key-0=value-0", "1@1700000000005 -=1000 bytes",
      "2@1700000000003 key-2=-",       "3@1699999800000 = h1:v1 h2:- : h1:again",
      "4@1700000000005 key-4=last",
  };
  for (const char* name : {"none", "gzip", "snappy", "lz4", "zstd", "transactional"})
    CHECK(dump(golden(name)) == expected);
}

TEST_CASE("compacted batches keep the offsets of the records that are left", "[unit]") {
  for (const char* name :
       {"compacted-none", "compacted-gzip", "compacted-snappy", "compacted-lz4", "compacted-zstd"})
    CHECK(dump(golden(name)) ==
          std::vector<std::string>{"1@1700000000005 -=1000 bytes",
                                   "3@1699999800000 = h1:v1 h2:- : h1:again"});
  CHECK(dump(golden("emptied")).empty());
  CHECK(dump(golden("delete-horizon")) == std::vector<std::string>{"0@1700000000000 key-0=value-0",
                                                                   "2@1700000000003 key-2=-",
                                                                   "4@1700000000005 key-4=last"});
}

TEST_CASE("with log append time every record has the batch's time", "[unit]") {
  CHECK(dump(golden("log-append-time"))[3] == "3@1700000000099 = h1:v1 h2:- : h1:again");
}

TEST_CASE("records of an uncompressed batch are views into it", "[unit]") {
  const Bytes batch = batch_of(2);
  auto reader = RecordReader::open(batch);
  REQUIRE(reader.ok());
  RecordView r;
  REQUIRE(reader->next(r));
  CHECK(r.key->data() > batch.data());
  CHECK(r.key->data() < batch.data() + batch.size());
  CHECK(reader->raw_record().data() == batch.data() + kBatchHeaderSize);
}

TEST_CASE("records of a compressed batch live as long as the reader, moved or not", "[unit]") {
  BuildOptions options;
  options.compression = Compression::kLz4;
  auto reader = RecordReader::open(batch_of(2, options));
  REQUIRE(reader.ok());
  RecordView first;
  REQUIRE(reader->next(first));
  RecordReader moved = *std::move(reader);
  RecordView second;
  REQUIRE(moved.next(second));
  CHECK(to_string(*first.key) == "key-0");
  CHECK(to_string(*second.value) == "value-1");
}

TEST_CASE("a reader refuses what is no batch, is cut off or is too large", "[unit]") {
  const Bytes batch = golden("gzip");
  CHECK(is_corruption(RecordReader::open({}).status()));
  CHECK(is_corruption(RecordReader::open(ByteView(batch).first(batch.size() - 1)).status()));
  CHECK(RecordReader::open(batch, 10).status().code() == StatusCode::kResourceExhausted);
}

TEST_CASE("a reader stops at a damaged record and says which", "[unit]") {
  Bytes batch = batch_of(3);
  batch[batch.size() - 1] = std::byte{4};
  auto reader = RecordReader::open(batch);
  RecordView r;
  CHECK(reader->next(r));
  CHECK(reader->next(r));
  CHECK_FALSE(reader->next(r));
  CHECK(is_corruption(reader->status()));
  CHECK_THAT(std::string(message(reader->status())), ContainsSubstring("record 2"));
  CHECK_FALSE(reader->next(r));

  const Bytes two = with_field<std::int32_t>(batch_of(3), kRecordCountAt, 2);
  auto fewer = RecordReader::open(two);
  while (fewer->next(r)) {
  }
  CHECK(is_corruption(fewer->status()));
}
