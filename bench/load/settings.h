#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/record/compression.h"

namespace leat::bench {

enum class Command : std::uint8_t { kProduce, kConsume, kEndToEnd, kMixed, kReady, kGroup, kConnect };

// One run of leat-bench, as the command line says. `leat-bench --help` explains each.
struct Settings {
  Command command = Command::kProduce;
  std::string host = "127.0.0.1";
  int port = 9092;
  std::string topic = "leat-bench";
  int partitions = 1;
  std::vector<std::pair<std::string, std::string>> topic_configs;
  bool delete_topic = false;  // when done

  std::size_t record_size = 1024;
  std::size_t batch_bytes = 64 * 1024;
  std::size_t records_per_batch = 0;  // 0: as many as batch_bytes holds
  std::size_t keys = 0;               // of a batch, evenly; 0: records have none
  record::Compression codec = record::Compression::kNone;
  std::int16_t acks = -1;

  std::size_t connections = 1;  // producers, or consumers for kConsume
  std::size_t consumers = 1;    // kMixed
  std::size_t in_flight = 1;    // requests per connection
  std::size_t idle_connections = 0;
  bool sticky = false;  // connection i stays with partition i modulo partitions
  std::size_t fetch_bytes = 1 << 20;
  bool fetch_when_ready = false;  // kReady: until each partition's first batch was fetched
  int wait_s = 120;               // kReady: at most

  std::size_t members = 100;  // kGroup, and the three after it
  std::string assignor = "range";
  int heartbeat_ms = 3000;
  int runs = 5;

  bool through_library = false;  // kProduce: Leat's client instead of batches encoded beforehand
  double rate = 0;  // records per second, open loop; 0: closed loop
  double seconds = 10;
  double warmup = 2;
  std::uint64_t max_bytes = std::uint64_t{8} << 30;
  int broker_pid = 0;
  int pin = -1;
  std::string client = "leat-bench, batches encoded beforehand";  // for the report
  bool json = false;
};

std::string_view to_string(Command command);

// What the command line asks for. nullopt: it said what is wrong, or printed its help; `exit_code`
// is then the program's.
std::optional<Settings> parse_settings(int argc, char** argv, int& exit_code);

}  // namespace leat::bench
