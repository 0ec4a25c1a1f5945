#include <algorithm>

#include "bench/view/diff.h"
#include "bench/view/plot.h"
#include "bench/view/svg.h"
#include "tests/support/catch.h"

namespace leat::bench {
namespace {

std::string run(double rate, double p99, std::string_view acks = "all") {
  return fmt::format(
      R"({{"workload":"produce","durability":"commit","records_per_second":{},)"
      R"("latency_us":{{"p50":{},"p99":{},"p9999":null}},"records_in_each_second":[{},{},3],)"
      R"("broker_rss_bytes":null,"foreign_cpu_share":0.2,"seconds":2.001,"ended_early":false,)"
      R"("settings":{{"acks":"{}","partitions":4}}}})",
      rate, p99 / 2, p99, rate, rate, acks);
}

Result result(std::string name, std::string_view text) {
  auto parsed = parse_result(std::move(name), text);
  REQUIRE(parsed.ok());
  return *std::move(parsed);
}

const Difference& figure(const Comparison& comparison, std::string_view key) {
  const auto found = std::find_if(comparison.figures.begin(), comparison.figures.end(),
                                  [key](const Difference& d) { return d.kind->key == key; });
  REQUIRE(found != comparison.figures.end());
  return *found;
}

std::size_t times(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    ++count;
  return count;
}

TEST_CASE("A result has the figures that were measured and whole seconds only", "[unit]") {
  const Result one = result("a", run(1000, 50) + "\n");
  CHECK(one.runs == 1);
  CHECK(one.find("records_per_second")->median() == 1000);
  CHECK(one.find("latency_us.p99")->median() == 50);
  CHECK(one.find("latency_us.p9999") == nullptr);
  CHECK(one.find("broker_rss_bytes") == nullptr);
  CHECK(one.records_in_each_second == std::vector<double>{1000, 1000});
}

TEST_CASE("Several runs in one file, one a line, give the median", "[unit]") {
  const Result three = result("a", run(1000, 50) + "\n" + run(3000, 70) + "\n" + run(1100, 60));
  CHECK(three.runs == 3);
  CHECK(three.find("records_per_second")->median() == 1100);
  CHECK(three.find("records_per_second")->least() == 1000);
  CHECK(three.find("records_per_second")->most() == 3000);
}

TEST_CASE("A file that holds no result, or runs of different settings, is refused", "[unit]") {
  for (const std::string& text :
       {std::string(), std::string("no json"), std::string("[1,2]"), std::string("{}"),
        run(1, 1) + "\nbroken", run(1, 1, "all") + "\n" + run(1, 1, "1")}) {
    INFO(text);
    const auto parsed = parse_result("some-file", text);
    REQUIRE_FALSE(parsed.ok());
    CHECK_THAT(std::string(message(parsed.status())), ContainsSubstring("some-file"));
  }
  CHECK(is_not_found(read_result("/no/such/file.json").status()));
}

TEST_CASE("A value of the wrong kind is as if it were not there", "[unit]") {
  const Result odd =
      result("a", R"({"workload":"e2e","latency_us":7,"seconds":"x","settings":[]})");
  CHECK(odd.figures.empty());
  CHECK(odd.records_in_each_second.empty());
}

TEST_CASE("More throughput is better, more latency is worse", "[unit]") {
  const Comparison both = compare(result("a", run(1000, 50)), result("b", run(1500, 75)));
  CHECK(figure(both, "records_per_second").ratio == Approx(1.5));
  CHECK(figure(both, "records_per_second").verdict == Verdict::kBetter);
  CHECK(figure(both, "latency_us.p99").ratio == Approx(1.5));
  CHECK(figure(both, "latency_us.p99").verdict == Verdict::kWorse);
  CHECK(both.settings.empty());
}

TEST_CASE("Runs that overlap prove nothing", "[unit]") {
  const Result a = result("a", run(1000, 50) + "\n" + run(1300, 50));
  const Result b = result("b", run(1200, 20) + "\n" + run(1500, 30));
  CHECK(figure(compare(a, b), "records_per_second").verdict == Verdict::kWithinSpread);
  CHECK(figure(compare(a, b), "latency_us.p99").verdict == Verdict::kBetter);
}

TEST_CASE("Settings that differ are named, from either side", "[unit]") {
  Result a = result("a", run(1000, 50, "1"));
  Result b = result("b", run(1000, 50, "all"));
  b.settings.emplace_back("topic.retention.ms", "1");
  const Comparison both = compare(a, b);
  REQUIRE(both.settings.size() == 2);
  CHECK(both.settings[0].key == "acks");
  CHECK(both.settings[0].a == "1");
  CHECK(both.settings[0].b == "all");
  CHECK(both.settings[1].a == "-");
  const std::string table = to_table(a, b, both);
  CHECK_THAT(table, ContainsSubstring("acks"));
  CHECK_THAT(table, ContainsSubstring("a was disturbed: others used 20 % of the CPUs"));
  CHECK_THAT(to_json(both), ContainsSubstring(R"("acks":["1","all"])"));
  CHECK_THAT(to_json(both), ContainsSubstring(R"("records_per_second":{"a":1000.0,"b":1000.0)"));
}

TEST_CASE("A plot has a part for each thing that was measured", "[unit]") {
  const std::vector<Result> results = {result("new", run(1500, 75))};
  const std::string alone = plot(results, nullptr);
  CHECK_THAT(alone, ContainsSubstring("Latency by percentile"));
  CHECK_THAT(alone, ContainsSubstring("Records in each second"));
  CHECK_THAT(alone, !ContainsSubstring("Times better"));
  CHECK(times(alone, "<polyline") == 2);
  const Result base = result("old", run(1000, 50));
  const std::string both = plot(results, &base);
  CHECK(times(both, "<polyline") == 4);
  CHECK_THAT(both, ContainsSubstring("than old"));
  CHECK_THAT(both, ContainsSubstring("1500, 1.50x"));
  CHECK_THAT(both, ContainsSubstring("75 us, 1.50x"));
  const std::vector<Result> groups = {result("g", R"({"workload":"group","form_ms":12})")};
  CHECK_THAT(plot(groups, nullptr), !ContainsSubstring("<polyline"));
}

TEST_CASE("A plot is one well-formed file that refers to nothing outside", "[unit]") {
  const std::vector<Result> results = {result("a<b>&\"c\"\x01", run(1500, 75))};
  const std::string svg = plot(results, &results[0]);
  CHECK(svg.starts_with("<svg xmlns="));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK_THAT(svg, ContainsSubstring("a&lt;b>&amp;&quot;c&quot;"));
  CHECK(times(svg, "<text") == times(svg, "</text>"));
  for (const char* reference : {"<script", "href", "@import", "nan", "inf", "\x01"}) {
    CHECK_THAT(svg, !ContainsSubstring(reference));
  }
}

TEST_CASE("A scale puts its ends at its ends, and its marks between them", "[unit]") {
  const Scale linear = Scale::linear(0, 42, 100, 0);
  CHECK(linear.at(0) == Approx(100));
  CHECK(linear.at(42) == Approx(0));
  CHECK(linear.ticks() == std::vector<double>{0, 10, 20, 30, 40});
  const Scale log = Scale::log(8, 12'000, 0, 300);
  CHECK(log.at(8) == Approx(0));
  CHECK(log.at(12'000) == Approx(300));
  CHECK(log.ticks() == std::vector<double>{10, 100, 1000, 10'000});
  CHECK(Scale::log(0.5, 2, 0, 1).ticks().size() == 3);
  CHECK(std::isfinite(Scale::linear(5, 5, 0, 1).at(5)));
}

TEST_CASE("Numbers are short and keep three digits", "[unit]") {
  CHECK(with_unit({"", "", "B", true}, 7'417'860) == "7.42 MB");
  CHECK(with_unit({"", "", "us", true}, 75) == "75 us");
  CHECK(short_number(0.01234) == "0.0123");
  CHECK(short_number(1234) == "1234");
  CHECK(short_number(45'678) == "45.7 k");
  CHECK(short_number(1'234'567) == "1.23 M");
}

}  // namespace
}  // namespace leat::bench
