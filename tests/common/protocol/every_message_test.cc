#include <absl/container/flat_hash_set.h>

#include "common/protocol/api_keys.h"
#include "common/protocol/codec.h"
#include "common/protocol/dump.h"
#include "common/protocol/random_message.h"
#include "common/protocol/registry.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::wire;

namespace {

// Calls back with each message we know, in each of its versions, with random values.
template <class F>
void for_each_message(std::uint64_t seed, int times, F f) {
  Random random(seed);
  for (const MessageSpec* spec : all_specs()) {
    for (Version v = spec->valid.from; v <= spec->valid.to; ++v) {
      for (int i = 0; i < times; ++i) {
        const AnyMessage message = spec->make();
        random_message(*spec, v, random, message.get());
        INFO(spec->name << " v" << v << " seed " << seed);
        f(*spec, v, message.get(), random);
      }
    }
  }
}

Bytes encoded(const MessageSpec& spec, Version v, const std::byte* message) {
  Encoder out;
  REQUIRE(encode(spec, message, v, out).ok());
  return out.take_bytes();
}

bool decodes(const MessageSpec& spec, Version v, ByteView body) {
  const AnyMessage message = spec.make();
  return decode(spec, body, v, message.get()).ok();
}

}  // namespace

TEST_CASE("every message in every version decodes to what was encoded", "[unit]") {
  for_each_message(1, 5, [](const MessageSpec& spec, Version v, const std::byte* message, Random&) {
    const Bytes body = encoded(spec, v, message);
    const AnyMessage again = spec.make();
    REQUIRE(decode(spec, body, v, again.get()).ok());
    REQUIRE(equal(spec.body, message, again.get()));
    REQUIRE(encoded(spec, v, again.get()) == body);
  });
}

TEST_CASE("every message cut off at any byte is refused", "[unit]") {
  for_each_message(2, 1, [](const MessageSpec& spec, Version v, const std::byte* message, Random&) {
    const Bytes body = encoded(spec, v, message);
    for (std::size_t size = 0; size < body.size(); ++size) {
      // An exact copy, so that reading past its end is caught.
      const Bytes cut(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(size));
      if (decodes(spec, v, cut)) FAIL("accepted " << size << " of " << body.size() << " bytes");
    }
  });
}

TEST_CASE("a message with damaged bytes is decoded or refused, never worse", "[unit]") {
  for_each_message(
      3, 10, [](const MessageSpec& spec, Version v, const std::byte* message, Random& random) {
        Bytes body = encoded(spec, v, message);
        if (body.empty()) return;
        for (std::uint64_t n = 1 + random.below(4); n > 0; --n) {
          body[random.below(body.size())] = static_cast<std::byte>(random.next());
        }
        const AnyMessage damaged = spec.make();
        if (decode(spec, body, v, damaged.get()).ok()) dump(spec, v, damaged.get());
      });
}

TEST_CASE("decoding into a used message leaves nothing of what it held", "[unit]") {
  for_each_message(
      4, 2, [](const MessageSpec& spec, Version v, const std::byte* message, Random& random) {
        const AnyMessage used = spec.make();
        random_message(spec, spec.valid.to, random, used.get());
        random_message(spec, spec.valid.from, random, used.get());
        const Bytes body = encoded(spec, v, message);
        REQUIRE(decode(spec, body, v, used.get()).ok());
        REQUIRE(equal(spec.body, message, used.get()));
      });
}

TEST_CASE("bytes after a message are accepted", "[unit]") {
  for_each_message(5, 1, [](const MessageSpec& spec, Version v, const std::byte* message, Random&) {
    Bytes body = encoded(spec, v, message);
    body.push_back(std::byte{42});
    REQUIRE(decodes(spec, v, body));
  });
}

TEST_CASE("a version outside a message's range is neither encoded nor decoded", "[unit]") {
  for (const MessageSpec* spec : all_specs()) {
    for (const int v : {spec->valid.from - 1, spec->valid.to + 1}) {
      const AnyMessage message = spec->make();
      Encoder out;
      CHECK(encode(*spec, message.get(), static_cast<Version>(v), out).code() ==
            StatusCode::kUnimplemented);
      CHECK(decode(*spec, {}, static_cast<Version>(v), message.get()).code() ==
            StatusCode::kUnimplemented);
    }
  }
}

TEST_CASE("a request and its response have the same key and versions", "[unit]") {
  int found = 0;
  for (std::int16_t key = -1; key <= kMaxOwnApiKey + 1; ++key) {
    const MessageSpec* request = find_request_spec(ApiKey{key});
    const MessageSpec* response = find_response_spec(ApiKey{key});
    REQUIRE((request == nullptr) == (response == nullptr));
    if (request == nullptr) continue;
    ++found;
    CHECK(request->key == key);
    CHECK(response->key == key);
    CHECK(request->valid == response->valid);
    CHECK(request->first_flexible == response->first_flexible);
    CHECK(request->name == std::string(name(ApiKey{key})) + "Request");
    CHECK(response->name == std::string(name(ApiKey{key})) + "Response");
  }
  CHECK(found == 82);
}

TEST_CASE("schema names are unique and found", "[unit]") {
  absl::flat_hash_set<std::string> names;
  for (const MessageSpec* spec : all_specs()) {
    CHECK(names.insert(std::string(spec->name)).second);
    CHECK(find_spec(spec->name) == spec);
  }
  CHECK(find_spec("NoSuchRequest") == nullptr);
}
