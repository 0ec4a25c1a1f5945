// A disk that loses what was acknowledged, under a running broker.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/support/broker_fixture.h"
#include "tests/support/catch.h"
#include "tests/support/wire_calls.h"

using namespace leat;
using namespace leat::test;

namespace {

constexpr auto kPatience = std::chrono::seconds(30);
constexpr std::size_t kValueBytes = 100'000;  // sent from memory, unchecked
constexpr std::int16_t kCorruptMessage = 2;

// The log lines of a broker in this process.
class CapturedLog {
 public:
  explicit CapturedLog(std::filesystem::path path) : path_(std::move(path)), stderr_(::dup(2)) {
    const int file = ::open(path_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND, 0600);
    REQUIRE(::dup2(file, 2) == 2);
    ::close(file);
  }
  ~CapturedLog() {
    ::dup2(stderr_, 2);
    ::close(stderr_);
  }
  // The lines with `text` in them.
  std::vector<std::string> lines(std::string_view text) const {
    std::vector<std::string> found;
    std::ifstream stream(path_);
    for (std::string line; std::getline(stream, line);)
      if (line.find(text) != line.npos) found.push_back(line);
    return found;
  }

 private:
  const std::filesystem::path path_;
  const int stderr_;
};

}  // namespace

TEST_CASE("a flipped byte is found, told once and refused; the records around it are served",
          "[e2e]") {
  BrokerFixture broker({{"leat.scrub.interval.ms", "50"}});
  if (broker.is_foreign()) return;
  TestTopic topic;
  {
    WireClient client = broker.connect();
    topic = create_topic(client, unique_name("rot"));
    for (int i = 0; i < 4; ++i) must_produce(client, topic, {std::string(kValueBytes, 'v')});
  }
  const std::filesystem::path data(broker.data_directory());
  CapturedLog log(data / "stderr");
  // Stopping writes the checkpoint, below which rot is looked for.
  broker.restart();
  WireClient client = broker.connect();
  REQUIRE(fetch(client, topic, 2).error_code == 0);
  {
    std::fstream file(data / "data" / (topic.name + "-0") / "00000000000000000000.log",
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(2 * kValueBytes + 5000);
    file << '!';
    REQUIRE(file.flush().good());
  }
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (fetch(client, topic, 2).error_code != kCorruptMessage) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::yield();
  }
  for (const std::int64_t offset : {0, 1, 3}) {
    const auto answer = fetch(client, topic, offset);
    CHECK(answer.error_code == 0);
    CHECK_FALSE(values_in(answer).empty());
  }
  CHECK(must_produce(client, topic, {"more"}) == 4);
  CHECK(values_in(fetch(client, topic, 4)) == std::vector<std::string>{"more"});

  // A restart knows it at once, and says so once more.
  broker.restart();
  WireClient again = broker.connect();
  while (log.lines("damaged data").size() < 2) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::yield();
  }
  CHECK(log.lines("damaged data").size() == 2);
  CHECK(log.lines("offsets=2..2").size() == 2);
}
