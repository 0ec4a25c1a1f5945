#include "tests/support/broker_fixture.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "common/base/log.h"
#include "tests/support/catch.h"

namespace leat::test {

BrokerFixture::BrokerFixture(Options options) : options_(std::move(options)) {
  if (const char* address = std::getenv("LEAT_TEST_BOOTSTRAP"); address != nullptr) {
    foreign_ = address;
    const auto colon = foreign_.rfind(':');
    REQUIRE(colon != std::string::npos);
    host_ = foreign_.substr(0, colon);
    port_ = static_cast<std::uint16_t>(std::stoi(foreign_.substr(colon + 1)));
    return;
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "leat-e2e-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  directory_ = pattern;
  start();
}

BrokerFixture::~BrokerFixture() {
  broker_.reset();
  std::error_code ignored;
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

void BrokerFixture::start() {
  if (std::getenv("LEAT_VERBOSE") == nullptr) set_log_level(LogLevel::kError);
  Settings settings{{"listeners", {"PLAINTEXT://127.0.0.1:0", "test"}},
                    {"log.dirs", {directory_ + "/data", "test"}},
                    {"leat.threads", {"2", "test"}},
                    {"leat.log.level", {"error", "test"}},
                    {"leat.file.system.override", {"true", "test"}}};
  for (const auto& [key, value] : options_) settings[key] = {value, "test"};
  auto config = BrokerConfig::make(settings);
  if (!config.ok()) FAIL(message(config.status()));
  Broker::Setup setup;
  setup.config = *std::move(config);
  broker_ = std::make_unique<Broker>(std::move(setup));
  if (Status s = broker_->start(); !s.ok()) FAIL(message(s));
  port_ = broker_->port();
}

void BrokerFixture::restart() {
  REQUIRE_FALSE(is_foreign());
  broker_.reset();
  start();
}

std::string unique_name(std::string_view prefix) {
  static int count = 0;
  return fmt::format("{}-{}-{}", prefix, ::getpid(), ++count);
}

}  // namespace leat::test
