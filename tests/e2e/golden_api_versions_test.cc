// What Kafka answers to ApiVersions, and to frames that are none.
#include <algorithm>
#include <map>

#include "common/protocol/errors.h"
#include "common/protocol/messages/18_api_versions.h"
#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

namespace leat {
namespace {

using namespace test;

// Kafka 4.3.1: key, min, max. Below: what 4.4 raised.
constexpr std::int16_t kKafka[][3] = {
    {0, 0, 13},  {1, 4, 18},  {2, 1, 11},  {3, 0, 13},  {8, 2, 10},  {9, 1, 10},  {10, 0, 6},
    {11, 0, 9},  {12, 0, 4},  {13, 0, 5},  {14, 0, 5},  {15, 0, 6},  {16, 0, 5},  {17, 0, 1},
    {18, 0, 4},  {19, 2, 7},  {20, 1, 6},  {21, 0, 2},  {22, 0, 5},  {23, 2, 4},  {24, 0, 5},
    {25, 0, 4},  {26, 0, 5},  {27, 1, 2},  {28, 0, 5},  {29, 1, 3},  {30, 1, 3},  {31, 1, 3},
    {32, 1, 4},  {33, 0, 2},  {34, 1, 2},  {35, 1, 5},  {36, 0, 2},  {37, 0, 3},  {38, 1, 3},
    {39, 1, 2},  {40, 1, 2},  {41, 1, 3},  {42, 0, 2},  {43, 0, 2},  {44, 0, 1},  {45, 0, 1},
    {46, 0, 0},  {47, 0, 0},  {48, 0, 1},  {49, 0, 1},  {50, 0, 0},  {51, 0, 0},  {55, 0, 2},
    {57, 0, 2},  {60, 0, 2},  {61, 0, 0},  {64, 0, 0},  {65, 0, 0},  {66, 0, 2},  {68, 0, 1},
    {69, 0, 1},  {74, 0, 1},  {75, 0, 0},  {76, 1, 1},  {77, 1, 1},  {78, 1, 2},  {79, 1, 2},
    {80, 0, 1},  {81, 0, 0},  {83, 0, 0},  {84, 0, 0},  {85, 0, 1},  {86, 0, 0},  {87, 0, 1},
    {88, 0, 0},  {89, 0, 0},  {90, 0, 1},  {91, 0, 0},  {92, 0, 0}};
const std::map<std::int16_t, std::int16_t> kRaisedBy44 = {{18, 5}, {28, 6}, {42, 3}, {88, 1}, {89, 1}};

ApiVersionsRequest good_request() {
  ApiVersionsRequest request;
  request.client_software_name = "wire-client";
  request.client_software_version = "1.0";
  return request;
}

TEST_CASE("ApiVersions lists the same APIs in every version, each with Kafka's whole range",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto first = client.call(good_request(), 0);
  REQUIRE(first.error_code == 0);
  for (wire::Version v = 1; v <= 4; ++v) {
    const auto other = client.call(good_request(), v);
    REQUIRE(other.api_keys.size() == first.api_keys.size());
    for (std::size_t i = 0; i < first.api_keys.size(); ++i) {
      CHECK(other.api_keys[i].api_key == first.api_keys[i].api_key);
      CHECK(other.api_keys[i].max_version == first.api_keys[i].max_version);
    }
  }
  for (const auto& api : first.api_keys) {
    INFO("key " << api.api_key);
    const auto* row = std::find_if(std::begin(kKafka), std::end(kKafka),
                                   [&](const auto& k) { return k[0] == api.api_key; });
    REQUIRE(row != std::end(kKafka));
    CHECK(api.min_version == (*row)[1]);
    const auto raised = kRaisedBy44.find(api.api_key);
    const bool is_raised = raised != kRaisedBy44.end() && api.max_version == raised->second;
    CHECK((is_raised || api.max_version == (*row)[2]));
  }
}

TEST_CASE("ApiVersions v3 leaves out features whose minimum is 0, v4 names them", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto v3 = client.call(good_request(), 3);
  REQUIRE(v3.supported_features.size() == 1);
  CHECK(v3.supported_features[0].name == "metadata.version");
  CHECK(v3.supported_features[0].min_version == 7);
  CHECK(v3.supported_features[0].max_version == 30);
  const auto v4 = client.call(good_request(), 4);
  CHECK(v4.supported_features.size() > 1);
  for (const auto& feature : v4.finalized_features) {
    INFO(feature.name);
    CHECK(feature.min_version_level == feature.max_version_level);
    if (feature.name == "metadata.version") CHECK(feature.max_version_level == 30);
  }
}

TEST_CASE("the epoch of finalized features is above 0 and never falls", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const auto before = client.call(good_request(), 3).finalized_features_epoch;
  CHECK(before > 0);
  create_topic(client, unique_name("epoch"));
  CHECK(client.call(good_request(), 3).finalized_features_epoch >= before);
}

TEST_CASE("an unknown version of ApiVersions is answered in version 0 with 35 and one entry",
          "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  const std::int16_t version = GENERATE(std::int16_t{6}, std::int16_t{99});
  client.send_bytes(raw_request(18, version, 1));
  const auto answer = client.receive<ApiVersionsResponse>(0);
  CHECK(answer.error_code == 35);
  REQUIRE(answer.api_keys.size() == 1);
  CHECK(answer.api_keys[0].api_key == 18);
  CHECK(answer.api_keys[0].min_version == 0);
  CHECK(answer.api_keys[0].max_version == (broker.is_foreign() ? 4 : 5));
}

TEST_CASE("ApiVersions v3+ with an empty or illegal client software name is 42", "[e2e]") {
  BrokerFixture broker;
  auto client = broker.connect();
  auto request = good_request();
  request.client_software_name = GENERATE("", "my client", "client!");
  CHECK(client.call(request, 3).error_code == 42);
}

TEST_CASE("a client that names another cluster or node is told to bootstrap again", "[e2e]") {
  BrokerFixture broker;
  if (broker.is_foreign()) return;  // version 5 is of 4.4
  auto client = broker.connect();
  auto request = good_request();
  CHECK(client.call(request, 5).error_code == 0);
  request.cluster_id = "another";
  CHECK(client.call(request, 5).error_code == wire_code(ErrorCode::kRebootstrapRequired));
  request.cluster_id.reset();
  request.node_id = 77;
  CHECK(client.call(request, 5).error_code == wire_code(ErrorCode::kRebootstrapRequired));
}

}  // namespace
}  // namespace leat
