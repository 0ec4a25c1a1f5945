#include "tools/leat/input.h"

#include <vector>

#include "tests/support/catch.h"

using namespace leat::cli;

namespace {

std::vector<std::string> split(const std::vector<std::string>& chunks) {
  LineSplitter lines;
  std::vector<std::string> out;
  std::string_view line;
  for (const std::string& chunk : chunks) {
    lines.feed(chunk);
    while (lines.next_line(line)) out.emplace_back(line);
  }
  if (lines.last_line(line)) out.emplace_back(line);
  return out;
}

}  // namespace

TEST_CASE("lines do not care where the chunks are cut", "[unit]") {
  const std::string text = "a\n\nbcd\n\xc3\xa9\r\nlast";
  const std::vector<std::string> expected{"a", "", "bcd", "\xc3\xa9\r", "last"};
  CHECK(split({text}) == expected);
  for (std::size_t i = 0; i <= text.size(); ++i)
    for (std::size_t k = i; k <= text.size(); ++k)
      CHECK(split({text.substr(0, i), text.substr(i, k - i), text.substr(k)}) == expected);
}

TEST_CASE("a stream that ends in a newline has no line after it", "[unit]") {
  CHECK(split({"a\n"}) == std::vector<std::string>{"a"});
  CHECK(split({"\n"}) == std::vector<std::string>{""});
  CHECK(split({}).empty());
  CHECK(split({""}).empty());
}
