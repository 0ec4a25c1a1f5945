#include "tools/leat/log_print.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::cli;

namespace {

std::string printed(bool json, bool details = true) {
  Output out;
  const auto printer = json ? make_log_json_printer(out) : make_log_text_printer(out, details);
  {
    LogFileReport file(*printer, "t-0/00000000000000000000.log", "log", 2'048);
    file.summary().batches = 1;
    file.summary().records = 2;
    file.summary().first = Offset{5};
    file.summary().last = Offset{6};
    file.summary().codecs = 0b10001;
    file.summary().producers = {7};
    LogBatch batch{file.path(), 61, {}, false};
    batch.header.base_offset = Offset{5};
    batch.header.last_offset_delta = 1;
    batch.header.record_count = 2;
    batch.header.attributes = 4 | record::kTransactionalBit;
    batch.header.max_timestamp = 1'769'868'005'250;
    batch.header.leader_epoch = LeaderEpoch{3};
    printer->batch(batch);
    const record::HeaderView header{"h", std::nullopt};
    record::RecordView one;
    one.offset = Offset{5};
    one.timestamp = 1'769'868'005'250;
    one.key = as_bytes("a\"b");
    one.value = as_bytes("\xff\x01");
    one.headers = {&header, 1};
    printer->record(batch, one);
    file.damage(61, "bad crc", "as it says");
    file.note("a note");
  }
  printer->total();
  CHECK(printer->damages() == 1);
  std::string text;
  std::swap(text, out.buffer());
  return text;
}

}  // namespace

TEST_CASE("a dump for people", "[unit]") {
  CHECK(printed(false) ==
        "t-0/00000000000000000000.log\n"
        "          61  offsets 5..6  2 records  61 bytes  zstd  2026-01-31T14:00:05.250Z  epoch 3"
        "  transactional  DAMAGED\n"
        "             5  2026-01-31T14:00:05.250Z  \"a\\\"b\" = 0xff01  {\"h\": null}\n"
        "DAMAGE t-0/00000000000000000000.log position 61: bad crc: as it says\n"
        "note   t-0/00000000000000000000.log: a note\n"
        "  = log, 2.0 KiB, 1 batch, 2 records, offsets 5..6, none zstd, producer 7, 1 damage\n"
        "1 file, 1 batch, 2 records, 1 damage\n");
}

TEST_CASE("a dump for programs has an object on each line", "[unit]") {
  CHECK(
      printed(true) ==
      "{\"type\":\"batch\",\"file\":\"t-0/00000000000000000000.log\",\"position\":61,\"bytes\":61,"
      "\"base_offset\":5,\"last_offset\":6,\"records\":2,\"codec\":\"zstd\",\"max_timestamp\":"
      "1769868005250,\"leader_epoch\":3,\"producer_id\":-1,\"producer_epoch\":-1,"
      "\"base_sequence\":-1,\"flags\":\"transactional\",\"sound\":false}\n"
      "{\"type\":\"record\",\"file\":\"t-0/00000000000000000000.log\",\"offset\":5,\"timestamp\":"
      "1769868005250,\"key\":\"a\\\"b\",\"value_base64\":\"/wE=\",\"headers\":[{\"type\":"
      "\"header\",\"key\":\"h\",\"value\":null}]}\n"
      "{\"type\":\"damage\",\"file\":\"t-0/00000000000000000000.log\",\"position\":61,\"rule\":"
      "\"bad crc\",\"text\":\"as it says\"}\n"
      "{\"type\":\"note\",\"file\":\"t-0/00000000000000000000.log\",\"text\":\"a note\"}\n"
      "{\"type\":\"file\",\"file\":\"t-0/"
      "00000000000000000000.log\",\"kind\":\"log\",\"bytes\":2048,"
      "\"entries\":0,\"batches\":1,\"records\":2,\"gaps\":0,\"first_offset\":5,\"last_offset\":6,"
      "\"max_timestamp\":-1,\"codecs\":\"none zstd\",\"producer_ids\":[7],\"damages\":1}\n"
      "{\"type\":\"total\",\"files\":1,\"batches\":1,\"records\":2,\"damages\":1}\n");
}

TEST_CASE("without details a sound file is one line", "[unit]") {
  Output out;
  const auto printer = make_log_text_printer(out, false);
  {
    LogFileReport file(*printer, "x.index", "offset index", 16);
  }
  CHECK(out.buffer() == "ok     x.index: offset index, 16 B, 0 entries\n");
  out.buffer().clear();
}

TEST_CASE("only so many damages of a file are listed, all are counted", "[unit]") {
  Output out;
  const auto printer = make_log_json_printer(out);
  {
    LogFileReport file(*printer, "x.log", "log", 16);
    for (int i = 0; i < 250; ++i) file.damage(0, "bad crc", "again");
  }
  CHECK(printer->damages() == 250);
  CHECK(out.buffer().find("150 more damages are not listed") != std::string::npos);
  out.buffer().clear();
}

TEST_CASE("times outside the calendar are numbers", "[unit]") {
  CHECK(readable_time(-1) == "no time");
  CHECK(readable_time(0) == "1970-01-01T00:00:00.000Z");
  CHECK(readable_time(-1'001) == "1969-12-31T23:59:58.999Z");
  CHECK(readable_time(INT64_MAX) == "time 9223372036854775807");
}
