#include "tools/leat/record_format.h"

#include <array>

#include "tests/support/catch.h"
#include "tools/leat/json_text.h"

using namespace leat;
using namespace leat::cli;

namespace {

struct Sample {
  std::array<HeaderView, 2> headers{HeaderView{"a", as_bytes("1")}, HeaderView{"b", std::nullopt}};
  RecordView record;
  Sample() {
    record.topic = "orders";
    record.partition = 3;
    record.offset = 258;
    record.timestamp_ms = 1'769'868'005'250;
    record.leader_epoch = 9;
    record.key = as_bytes("k");
    record.value = as_bytes("va");
    record.headers = headers;
  }
};

std::string print(std::string_view format, const RecordView& record = Sample().record) {
  const auto parsed = RecordFormat::parse(format);
  INFO(format);
  REQUIRE(parsed.ok());
  std::string out;
  parsed->append(out, record);
  return out;
}

std::string refusal(std::string_view format) {
  const auto parsed = RecordFormat::parse(format);
  REQUIRE_FALSE(parsed.ok());
  return std::string(message(parsed.status()));
}

}  // namespace

TEST_CASE("fields print what a record carries", "[unit]") {
  CHECK(print("%t %p %o %e %k %v|%s\\n") == "orders 3 258 9 k va|va\n");
  CHECK(print("%T %K %V %S") == "6 1 2 2");
  CHECK(print("%x %y") == "-1 -1");
  CHECK(print("100%%") == "100%");
}

TEST_CASE("headers print as a list or through a format of their own", "[unit]") {
  const Sample sample;
  CHECK(print("%H %h", sample.record) == "2 a=1,b=NULL");
  CHECK(print("%h{[%k:%v]}", sample.record) == "[a:1][b:]");
  CHECK(print("%h{%k%{%v{hex}%}}", sample.record) == "a{31}b{}");
}

TEST_CASE("modifiers change how text, numbers and times are written", "[unit]") {
  CHECK(print("%v{hex} %v{base64} %k{base64}") == "7661 dmE= aw==");
  CHECK(print("%o{hex} %o{hex16} %o{hex8}") == "102 0102 02");
  CHECK(print("%o{big16}") == "\x01\x02");
  CHECK(print("%o{little16}") == "\x02\x01");
  CHECK(print("%d") == "1769868005250");
  CHECK(print("%d{iso}") == "2026-01-31T14:00:05.250Z");
  CHECK(print("%d{strftime[%F %H:%M]}") == "2026-01-31 14:00");
}

TEST_CASE("a null key or value prints nothing and has length -1", "[unit]") {
  RecordView record;
  CHECK(print("[%k] [%v] %K %V", record) == "[] [] -1 -1");
}

TEST_CASE("escapes stand for the bytes they name", "[unit]") {
  using namespace std::string_literals;
  CHECK(print("\\t\\r\\n\\\\\\0\\x41") == "\t\r\n\\\0A"s);
}

TEST_CASE("a format that cannot be meant is refused at its place", "[unit]") {
  CHECK_THAT(refusal("%q"), ContainsSubstring("there is no field %q"));
  CHECK_THAT(refusal("abc%"), ContainsSubstring("at character 4"));
  CHECK_THAT(refusal("%v{rot13}"), ContainsSubstring("{hex} or {base64}"));
  CHECK_THAT(refusal("%o{big9}"), ContainsSubstring("{big8}"));
  CHECK_THAT(refusal("%v{hex"), ContainsSubstring("without its }"));
  CHECK_THAT(refusal("\\q"), ContainsSubstring("is no escape"));
  CHECK_THAT(refusal("\\x4"), ContainsSubstring("two hex digits"));
  CHECK_THAT(refusal("%h{%q}"), ContainsSubstring("there is no field %q"));
}

TEST_CASE("a record becomes one line of JSON, in base64 where it is no text", "[unit]") {
  Sample sample;
  std::string out;
  append_json_record(out, sample.record);
  CHECK(out ==
        "{\"topic\":\"orders\",\"partition\":3,\"offset\":258,\"timestamp\":1769868005250,"
        "\"key\":\"k\",\"value\":\"va\",\"headers\":[{\"key\":\"a\",\"value\":\"1\"},"
        "{\"key\":\"b\",\"value\":null}]}\n");
  out.clear();
  sample.record.headers = {};
  sample.record.key = std::nullopt;
  sample.record.value = as_bytes("\xff");
  append_json_record(out, sample.record);
  CHECK_THAT(out, ContainsSubstring("\"key\":null,\"value_base64\":\"/w==\"}"));
}

TEST_CASE("JSON strings carry valid UTF-8 only", "[unit]") {
  std::string out;
  CHECK(append_json_string(out, "a\"\\\n\x01é€𝄞"));
  CHECK(out == "\"a\\\"\\\\\\n\\u0001é€𝄞\"");
  for (const std::string_view bad : {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                                     "\xf5\x80\x80\x80", "\xf0\x80\x80\x80", "\xe2\x82"}) {
    out.clear();
    CHECK_FALSE(append_json_string(out, bad));
    CHECK(out.empty());
  }
}
