#include "bench/load/fetch_frame.h"
#include "bench/load/produce_frames.h"
#include "common/protocol/header.h"
#include "common/protocol/messages/00_produce.h"
#include "common/protocol/messages/01_fetch.h"
#include "common/record/batch_validate.h"
#include "tests/support/catch.h"

namespace leat::bench {
namespace {

ByteView body_of(ByteView frame) {
  const auto header = wire::decode_request_header(frame);
  return frame.subspan(header->body_offset);
}

TEST_CASE("The ring holds one request per partition in turn, numbered", "[unit]") {
  Settings settings;
  settings.partitions = 3;
  settings.record_size = 100;
  settings.batch_bytes = 4096;
  const ProduceFrames frames(settings, 4);
  REQUIRE(frames.count() == 6);
  for (std::size_t i = 0; i < frames.count(); ++i) {
    const ByteView frame =
        frames.bytes().subspan(i * frames.frame_size(), frames.frame_size()).subspan(4);
    CHECK(wire::decode_request_header(frame)->correlation_id == static_cast<std::int32_t>(i));
    const auto request = wire::decode<ProduceRequest>(body_of(frame), 9);
    REQUIRE(request.ok());
    const auto& partition = request->topic_data.at(0).partition_data.at(0);
    CHECK(partition.index == static_cast<std::int32_t>(i % 3));
    const ByteView batch = *partition.records.view();
    CHECK(batch.size() == frames.batch_size());
    CHECK(batch.size() <= settings.batch_bytes);
    const auto records = static_cast<std::size_t>(record::load_header(batch).record_count);
    CHECK(records == frames.records_per_batch());
    CHECK(records > 30);
  }
}

TEST_CASE("Records have keys when they are asked for", "[unit]") {
  Settings settings;
  settings.record_size = 100;
  for (const std::size_t keys : {std::size_t{0}, std::size_t{7}}) {
    settings.keys = keys;
    std::size_t records = 0;
    const auto verdict = record::validate(make_batch(settings, records), {});
    CHECK(verdict.ok());
    CHECK(verdict.info.null_keys == (keys == 0 ? verdict.header.record_count : 0));
  }
}

TEST_CASE("A record larger than a batch makes a batch of one", "[unit]") {
  Settings settings;
  settings.record_size = 10'000;
  settings.batch_bytes = 100;
  CHECK(ProduceFrames(settings, 1).records_per_batch() == 1);
}

TEST_CASE("The error of a produce answer is found where the codec puts it", "[unit]") {
  ProduceResponse response;
  auto& topic = response.responses.emplace_back();
  topic.name = "some-topic";
  topic.partition_responses.emplace_back().error_code = 7;
  const auto payload = wire::encode_response(response, 9, 42);
  REQUIRE(payload.ok());
  const ByteView frame = std::get<SharedBytes>(payload->pieces().at(0)).view().subspan(4);
  const ProduceAnswer answer = read_produce_answer(frame, topic.name.size());
  CHECK(answer.correlation_id == 42);
  CHECK(answer.error == 7);
}

TEST_CASE("A fetch request asks for the offset it was given", "[unit]") {
  Settings settings;
  FetchFrame fetch(settings, 5, 100);
  for (const std::int64_t offset : {std::int64_t{0}, std::int64_t{1} << 40}) {
    const auto request = wire::decode<FetchRequest>(body_of(fetch.at(offset).subspan(4)), 11);
    REQUIRE(request.ok());
    const auto& partition = request->topics.at(0).partitions.at(0);
    CHECK(partition.partition == 5);
    CHECK(partition.fetch_offset == offset);
  }
}

TEST_CASE("Of a fetch answer whole batches count, and the next offset follows them", "[unit]") {
  Settings settings;
  settings.records_per_batch = 3;
  std::size_t records = 0;
  Bytes batches = make_batch(settings, records);
  const std::size_t size = batches.size();
  append(batches, Bytes(batches));
  record::patch_base_offset(MutableByteView(batches).subspan(size), Offset(3));
  append(batches, ByteView(batches).first(80));  // a third one, cut off
  FetchResponse response;
  auto& partition = response.responses.emplace_back().partitions.emplace_back();
  partition.records = wire::Records(ByteView(batches));
  const auto payload = wire::encode_response(response, 11, 0);
  REQUIRE(payload.ok());
  const Bytes frame = flatten(*payload);
  const FetchAnswer answer = read_fetch_answer(ByteView(frame).subspan(4));
  CHECK(answer.records == 6);
  CHECK(answer.first_offset == 0);
  CHECK(answer.next_offset == 6);
  CHECK(answer.bytes == batches.size());
}

}  // namespace
}  // namespace leat::bench
