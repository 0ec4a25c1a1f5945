#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/options/broker_config.h"
#include "broker/storage/file_system.h"
#include "common/base/status.h"

namespace leat {

// A whole broker in one object: options in, start, bound port out, stop. `leatd` is a thin main
// around it; services and tests run it in process.
class Broker {
 public:
  struct Setup {
    BrokerConfig config;
    // The machine's disk when null; must outlive the broker.
    storage::FileSystem* files = nullptr;
    // What happens when the disk lies (a failed sync): by default a message and exit code 74, for
    // nothing that was not acknowledged may be after it.
    std::function<void(const Status&)> on_fatal_disk_error;
  };

  explicit Broker(Setup setup);
  // Stops if it runs.
  ~Broker();

  // Takes the data directory, recovers what is needed to answer, binds and serves. Blocks until
  // clients are served. On an error nothing runs.
  Status start();
  // Takes no more requests, answers those in hand, makes everything stable. Idempotent.
  void stop();

  // The first listener's port, as bound.
  std::uint16_t port() const;
  // "127.0.0.1:9092, [::1]:9092"
  std::string addresses() const;
  std::size_t topic_count() const;

 private:
  struct Parts;
  Setup setup_;
  std::unique_ptr<Parts> parts_;
};

// The exit code of a broker whose disk failed (EX_IOERR of sysexits.h).
inline constexpr int kExitDiskError = 74;

}  // namespace leat
