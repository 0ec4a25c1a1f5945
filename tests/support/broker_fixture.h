#pragma once

#include <map>
#include <memory>
#include <string>

#include "broker/broker.h"
#include "tests/support/wire_client.h"

namespace leat::test {

// A broker in this process on a free port of 127.0.0.1, in a directory that goes away with it. With
// LEAT_TEST_BOOTSTRAP=HOST:PORT (an IPv4 address) in the environment the same test talks to that
// broker, so that what a test demands can be compared with a real Kafka by hand.
class BrokerFixture {
 public:
  using Options = std::map<std::string, std::string>;

  // `options` are configuration keys; they do not reach a foreign broker.
  explicit BrokerFixture(Options options = {});
  ~BrokerFixture();

  // True for a broker of LEAT_TEST_BOOTSTRAP.
  bool is_foreign() const { return !foreign_.empty(); }
  WireClient connect() const { return WireClient(host_, port_); }
  const std::string& host() const { return host_; }
  std::uint16_t port() const { return port_; }
  const std::string& data_directory() const { return directory_; }
  // Stops and starts again on the same data; another port.
  void restart();

 private:
  void start();

  const Options options_;
  std::string foreign_;
  std::string directory_;
  std::string host_ = "127.0.0.1";
  std::uint16_t port_ = 0;
  std::unique_ptr<Broker> broker_;
};

// A name that no earlier test or run used.
std::string unique_name(std::string_view prefix);

}  // namespace leat::test
