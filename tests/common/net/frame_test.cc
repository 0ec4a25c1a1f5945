#include "common/net/frame.h"

#include "tests/support/catch.h"

using namespace leat;
using namespace leat::net;

namespace {

Bytes frame(std::int32_t size, std::string_view body) {
  Bytes out;
  append_be(out, size);
  append(out, as_bytes(body));
  return out;
}

}  // namespace

TEST_CASE("a frame is complete when its size says so, and the next begins behind it", "[unit]") {
  Bytes two = frame(3, "abc");
  append(two, frame(0, ""));
  const FrameScan first = scan_frame(two, 10);
  REQUIRE(first.state == FrameState::kComplete);
  CHECK(to_string(first.body) == "abc");
  CHECK(first.total == 7);
  const FrameScan second = scan_frame(ByteView(two).subspan(first.total), 10);
  REQUIRE(second.state == FrameState::kComplete);
  CHECK(second.body.empty());
}

TEST_CASE("a cut-off frame is incomplete and tells its size once it is known", "[unit]") {
  const Bytes whole = frame(3, "abc");
  for (std::size_t n = 0; n < whole.size(); ++n) {
    const FrameScan scan = scan_frame(ByteView(whole).first(n), 10);
    CHECK(scan.state == FrameState::kIncomplete);
    CHECK(scan.total == (n < 4 ? 0u : 7u));
  }
}

TEST_CASE("a size below zero or over the limit is refused before the body comes", "[unit]") {
  CHECK(scan_frame(frame(-1, ""), 10).state == FrameState::kInvalid);
  CHECK(scan_frame(frame(11, ""), 10).state == FrameState::kInvalid);
  CHECK(scan_frame(frame(11, ""), 10).claimed == 11);
  CHECK(scan_frame(frame(10, ""), 10).state == FrameState::kIncomplete);
}
