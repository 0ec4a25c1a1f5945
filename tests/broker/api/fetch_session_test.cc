#include "broker/api/fetch_session.h"

#include "broker/api/fetch_plan.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

namespace leat::api {
namespace {

FetchRequest request_for(std::string topic, std::int32_t partitions, std::int32_t first = 0) {
  FetchRequest request;
  auto& named = request.topics.emplace_back();
  named.topic = std::move(topic);
  for (std::int32_t i = 0; i < partitions; ++i) {
    named.partitions.emplace_back().partition = first + i;
  }
  return request;
}

struct Cache {
  ManualClock clock;
  FetchSessionCache sessions{100, clock, 1};

  std::shared_ptr<LockedFetchSession> make() { return sessions.create(); }
  static bool apply(LockedFetchSession& session, const FetchRequest& request) {
    MutexLock lock(session.mutex);
    return session.session.apply(request);
  }
  static std::vector<FetchTarget> targets(LockedFetchSession& session) {
    MutexLock lock(session.mutex);
    return session.session.targets();
  }
};

TEST_CASE("the partitions that one request names of a topic share its name", "[unit]") {
  const FetchRequest request = request_for(std::string(32'767, 'a'), 1000);
  const auto targets = targets_of(request);
  REQUIRE(targets.size() == 1000);
  CHECK(targets.back().topic == targets.front().topic);
  CHECK(*targets.back().topic == request.topics[0].topic);

  Cache cache;
  const auto session = cache.make();
  REQUIRE(Cache::apply(*session, request_for("t", 1000)));
  const auto remembered = Cache::targets(*session);
  REQUIRE(remembered.size() == 1000);
  CHECK(remembered.back().topic == remembered.front().topic);
}

TEST_CASE("a session remembers no topic whose name no topic can have", "[unit]") {
  Cache cache;
  const auto session = cache.make();
  CHECK(Cache::apply(*session, request_for(std::string(249, 'a'), 1)));
  CHECK_FALSE(Cache::apply(*session, request_for(std::string(250, 'a'), 1)));
  CHECK(cache.sessions.partitions() == 1);
}

TEST_CASE("a session remembers a bounded number of partitions", "[unit]") {
  Cache cache;
  const auto session = cache.make();
  const auto most = static_cast<std::int32_t>(FetchSession::kMaxPartitions);
  CHECK(Cache::apply(*session, request_for("t", most)));
  CHECK(Cache::apply(*session, request_for("t", most)));
  CHECK_FALSE(Cache::apply(*session, request_for("u", 1)));
  CHECK(cache.sessions.partitions() == most);

  FetchRequest forget;
  forget.forgotten_topics_data.push_back({"t", {}, {7}});
  CHECK(Cache::apply(*session, forget));
  CHECK(Cache::apply(*session, request_for("u", 1)));
}

TEST_CASE("all sessions together remember a bounded number of partitions", "[unit]") {
  Cache cache;
  const auto each = static_cast<std::int32_t>(FetchSession::kMaxPartitions);
  std::vector<std::int32_t> ids;
  for (std::int64_t held = 0; held < SessionPartitions::kMax; held += each) {
    const auto session = cache.make();
    REQUIRE(session);
    REQUIRE(Cache::apply(*session, request_for("t", each)));
    MutexLock lock(session->mutex);
    ids.push_back(session->session.id());
  }
  CHECK(cache.make() == nullptr);

  cache.sessions.remove(ids.front());
  CHECK(cache.sessions.partitions() == SessionPartitions::kMax - each);
  const auto next = cache.make();
  REQUIRE(next);
  CHECK(Cache::apply(*next, request_for("t", each)));
}

TEST_CASE("a session gives its partitions back when its last request is done", "[unit]") {
  Cache cache;
  auto session = cache.make();
  REQUIRE(Cache::apply(*session, request_for("t", 10)));
  {
    MutexLock lock(session->mutex);
    cache.sessions.remove(session->session.id());
  }
  CHECK(cache.sessions.partitions() == 10);
  session.reset();
  CHECK(cache.sessions.partitions() == 0);
}

}  // namespace
}  // namespace leat::api
