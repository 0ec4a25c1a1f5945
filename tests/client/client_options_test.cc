#include "client/client_options.h"

#include "tests/support/catch.h"

using namespace leat;

TEST_CASE("a broker list is hosts with optional ports", "[unit]") {
  const auto parsed = parse_endpoints("a:1,b,[::1]:9093,[fe80::2]");
  REQUIRE(parsed.ok());
  CHECK(*parsed == std::vector<Endpoint>{Endpoint("a", 1), Endpoint("b", 9092),
                                         Endpoint("::1", 9093), Endpoint("fe80::2", 9092)});
  CHECK(to_string((*parsed)[2]) == "[::1]:9093");
  CHECK(to_string((*parsed)[0]) == "a:1");
}

TEST_CASE("what is no broker address is refused with how to write one", "[unit]") {
  for (const auto* text : {"", ":9092", "a:", "a:x", "a:0", "a:70000", "a,,b", "[::1", "[::1]x"}) {
    INFO(text);
    const auto parsed = parse_endpoints(text);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().is(ClientCode::kInvalidInput));
    CHECK_THAT(parsed.error().text(), ContainsSubstring("HOST:PORT"));
  }
}
