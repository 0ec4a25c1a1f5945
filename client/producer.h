#pragma once

#include <absl/functional/any_invocable.h>

#include <asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "client/accumulator.h"
#include "client/client.h"
#include "client/error.h"
#include "client/record.h"

namespace leat {

enum class Acks : std::int16_t { kNone = 0, kLeader = 1, kAll = -1 };

// What became of a batch; views last for the call.
class DeliveryReport {
 public:
  Error error;
  std::string_view topic;
  std::int32_t partition = -1;
  std::int64_t base_offset = -1;
  std::int32_t count = 0;
};

class ProducerOptions {
 public:
  ProducerOptions() = default;

  Acks acks = Acks::kAll;
  // Every batch is written exactly once and in order, whatever is retried (KIP-98). Needs acks=all;
  // with other acks it is off.
  bool idempotent = true;
  bool auto_create_topics = true;  // ask the broker to make unknown topics, as Kafka's producer does
  int max_in_flight = 5;           // requests per broker; at most 5 keep their order when idempotent
  std::size_t max_request_bytes = 1024 * 1024;  // of batches; one that is larger goes alone
  std::size_t max_record_bytes = 1024 * 1024;
  // From try_send() to the report, retries included.
  Duration delivery_timeout = std::chrono::minutes(2);
  AccumulatorOptions buffer;
};

// Sends records to the partitions' leaders, in batches, many requests ahead of the answers.
// Records of one partition are written in the order in which they were given.
//
// A record that fails is not in the log, and may be sent again, except with kUnknownOutcome: then an
// attempt was sent and its answer never came, or came with an error that leaves it open.
//
// Uses the client's executor only. close() or the destructor fail what is left with kClosed (with
// kUnknownOutcome what was sent); flush() first to lose nothing. Handlers run inside close(), the
// destructor and an assignment; never inside any other call.
class Producer {
 public:
  using BatchHandler = absl::AnyInvocable<void(const DeliveryReport&)>;

  enum class Sent {
    kYes,
    kFull,           // no room: co_await wait_room(), then try again
    kUnknownTopic,   // co_await prepare(topic) first
    kTooLarge,       // over max_record_bytes
    kNoPartition,    // the topic has no such partition
    kClosed,
  };

  Producer(std::shared_ptr<Client> client, ProducerOptions options);
  ~Producer();
  Producer(Producer&&) noexcept;
  Producer& operator=(Producer&&) noexcept;

  // Learns the topic's partitions, so that try_send() knows it.
  asio::awaitable<Error> prepare(std::string topic);

  // Copies the record into a batch; never waits. Partition by `partition`, else by key, else
  // sticky. `handler` runs when its fate is known, for every record that was taken.
  Sent try_send(std::string_view topic, const RecordToSend& record,
                std::optional<std::int32_t> partition = std::nullopt, RecordHandler handler = {});
  // Until there may be room again.
  asio::awaitable<void> wait_room();

  // All of the above for one record, and its result. `record` and what it borrows must last until
  // this returns.
  asio::awaitable<RecordResult> send(std::string topic, RecordToSend record,
                                     std::optional<std::int32_t> partition = std::nullopt);

  // Sends what waits without lingering; returns when everything given before has its report.
  asio::awaitable<void> flush();

  // Called with the report of every batch, before its records' handlers.
  void on_batch(BatchHandler handler);

  std::size_t buffered_bytes() const;
  void close();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace leat
