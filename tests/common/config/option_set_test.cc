#include "common/config/option_set.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::config;

namespace {

enum class Colour : std::uint8_t { kRed, kGreen };
constexpr std::array<std::string_view, 2> enum_names(Colour) {
  return {"red", "green"};
}

struct Sample {
  bool flag = true;
  std::int16_t small = 3;
  std::int32_t number = 5;
  std::int64_t big = -1;
  double ratio = 0.5;
  std::string name = "x";
  std::vector<std::string> list = {"a", "b"};
  Colour colour = Colour::kGreen;
  Maybe<std::int64_t> perhaps;
};

constexpr Option kRows[] = {
    CONFIG_OPTION(Sample, flag, "flag", "A flag."),
    CONFIG_OPTION(Sample, small, "small", "A short."),
    CONFIG_OPTION(Sample, number, "number", "An int.", .range = between(1, 9)),
    CONFIG_OPTION(Sample, big, "big", "A long.", .range = at_least(-1)),
    CONFIG_OPTION(Sample, ratio, "ratio", "A double.", .range = between(0, 1)),
    CONFIG_OPTION(
        Sample, name, "name", "A string.",
        .check = [](std::string_view v) -> std::string { return v == "bad" ? "it is bad" : ""; }),
    CONFIG_OPTION(Sample, list, "list", "A list."),
    CONFIG_OPTION(Sample, colour, "colour", "An enum."),
    CONFIG_OPTION(Sample, perhaps, "perhaps", "A long that may be unset."),
};
constexpr Option kInert[] = {
    CONFIG_INERT(Apply::kStatic, std::int32_t, "inert", "8", "threads are counted by themselves",
                 "Threads.", .also = "1 2"),
    CONFIG_INERT(Apply::kStatic, std::string, "inert.null", {}, "nothing reads it", "Nothing."),
};
static_assert(covers<Sample>(kRows));
static_assert(!covers<Sample>(std::span(kRows).first(8)), "a forgotten row must not compile");

const Sample kDefaults;
const OptionSet kSet(kRows, &kDefaults, kInert);

std::string error_of(std::string_view key, std::string_view text) {
  const auto value = kSet.canonical(*kSet.find(key), text);
  return value.ok() ? "" : std::string(message(value.status()));
}
std::string canonical(std::string_view key, std::string_view text) {
  return kSet.canonical(*kSet.find(key), text).value();
}

}  // namespace

TEST_CASE("a member's initialiser is its default", "[unit]") {
  CHECK(kSet.default_text(*kSet.find("number")) == "5");
  CHECK(kSet.default_text(*kSet.find("ratio")) == "0.5");
  CHECK(kSet.default_text(*kSet.find("list")) == "a,b");
  CHECK(kSet.default_text(*kSet.find("colour")) == "green");
  CHECK(kSet.default_text(*kSet.find("perhaps")) == std::nullopt);
  CHECK(kSet.default_text(*kSet.find("inert")) == "8");
  CHECK(kSet.default_text(*kSet.find("inert.null")) == std::nullopt);
}

TEST_CASE("a text is trimmed and stored in one spelling", "[unit]") {
  CHECK(canonical("number", " +7 ") == "7");
  CHECK(canonical("flag", "TRUE") == "true");
  CHECK(canonical("ratio", "1e-1") == "0.1");
  CHECK(canonical("ratio", "1") == "1.0");
  CHECK(canonical("list", " b , b ,a") == "b,a");
  CHECK(canonical("list", " ") == "");
  CHECK(canonical("name", " two words ") == "two words");
}

TEST_CASE("setting a key changes its member and no other", "[unit]") {
  Sample sample;
  REQUIRE(kSet.set("perhaps", "-9", &sample).ok());
  REQUIRE(kSet.set("colour", "red", &sample).ok());
  REQUIRE(kSet.set("list", "", &sample).ok());
  REQUIRE(kSet.set("inert", "1", &sample).ok());
  CHECK(sample.perhaps.value == -9);
  CHECK(sample.colour == Colour::kRed);
  CHECK(sample.list.empty());
  CHECK(sample.number == 5);
  CHECK_FALSE(kSet.set("nope", "1", &sample).ok());
}

TEST_CASE("a wrong value is refused in Kafka's words", "[unit]") {
  CHECK(error_of("number", "abc") ==
        "Invalid value abc for configuration number: Not a number of type INT");
  CHECK(error_of("number", "2147483648") ==
        "Invalid value 2147483648 for configuration number: Not a number of type INT");
  CHECK(error_of("small", "32768") ==
        "Invalid value 32768 for configuration small: Not a number of type SHORT");
  CHECK(error_of("big", "9223372036854775808") ==
        "Invalid value 9223372036854775808 for configuration big: Not a number of type LONG");
  CHECK(error_of("big", "") == "Invalid value  for configuration big: Not a number of type LONG");
  CHECK(error_of("big", "1e3") ==
        "Invalid value 1e3 for configuration big: Not a number of type LONG");
  CHECK(error_of("big", "+-1") ==
        "Invalid value +-1 for configuration big: Not a number of type LONG");
  CHECK(error_of("number", "0") ==
        "Invalid value 0 for configuration number: Value must be at least 1");
  CHECK(error_of("number", "10") ==
        "Invalid value 10 for configuration number: Value must be no more than 9");
  CHECK(error_of("ratio", "1.5") ==
        "Invalid value 1.5 for configuration ratio: Value must be no more than 1");
  CHECK(error_of("ratio", "nan") ==
        "Invalid value nan for configuration ratio: Not a number of type DOUBLE");
  CHECK(error_of("flag", "yes") ==
        "Invalid value yes for configuration flag: Expected value to be either true or false");
  CHECK(error_of("colour", "blue") ==
        "Invalid value blue for configuration colour: String must be one of: red, green");
  CHECK(error_of("name", "bad") == "Invalid value bad for configuration name: it is bad");
  CHECK_FALSE(error_of("list", "a,,b").empty());
}

TEST_CASE("a key without effect accepts what changes nothing and says why it refuses the rest",
          "[unit]") {
  CHECK(error_of("inert", "8").empty());
  CHECK(error_of("inert", "2").empty());
  CHECK(error_of("inert", "3") ==
        "Invalid value 3 for configuration inert: only 8 is accepted: threads are counted by "
        "themselves");
  CHECK(error_of("inert.null", "x") ==
        "Invalid value x for configuration inert.null: leave it unset: nothing reads it");
}

TEST_CASE("a double prints as Java prints it", "[unit]") {
  CHECK(internal::print_double(1.0) == "1.0");
  CHECK(internal::print_double(0.9) == "0.9");
  CHECK(internal::print_double(1e7) == "1.0E7");
  CHECK(internal::print_double(1.7976931348623157e308) == "1.7976931348623157E308");
  CHECK(internal::print_double(0.0001) == "1.0E-4");
  CHECK(internal::print_double(0) == "0.0");
}

TEST_CASE("a slip of the pen finds the key that was meant, nonsense finds none", "[unit]") {
  CHECK(kSet.nearest("numbr") == "number");
  CHECK(kSet.nearest("colors") == "colour");
  CHECK(kSet.nearest("something.else.entirely") == "");
  CHECK(kSet.nearest(std::string(100000, 'a')) == "");
}

TEST_CASE("a key that only Kafka has is refused with its reason", "[unit]") {
  CHECK(unsupported_reason("ssl.keystore.location").find("TLS") != std::string_view::npos);
  CHECK(unsupported_reason("port") == "use listeners");
  CHECK(unsupported_reason("portable") == "");
}

TEST_CASE("a properties file gives keys, values and line numbers", "[unit]") {
  const auto lines =
      parse_properties(
          "# comment\n! also\n\n  log.dirs = /a=b \r\nlisteners=PLAINTEXT://:9092\nempty =\n", "f")
          .value();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].key == "log.dirs");
  CHECK(lines[0].value == "/a=b");
  CHECK(lines[0].line == 4);
  CHECK(lines[1].value == "PLAINTEXT://:9092");
  CHECK(lines[2].value == "");
}

TEST_CASE("a broken line of a properties file is named", "[unit]") {
  const auto error = [](std::string_view text) {
    const auto lines = parse_properties(text, "f");
    return lines.ok() ? "" : std::string(message(lines.status()));
  };
  CHECK(error("a = 1\nb\n") == "f:2: expected 'key = value', found 'b'");
  CHECK(error("= 1") == "f:1: expected 'key = value', found '= 1'");
  CHECK(error("a = 1\n\na = 2\n") == "f:3: a is set a second time; it was set at line 1");
  CHECK(error("a = 1 \\\n") == "f:1: a value ends on its line; remove the '\\'");
  CHECK_FALSE(read_properties("/nonexistent/leatd.conf").ok());
}
