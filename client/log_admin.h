#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/client.h"
#include "client/error.h"

namespace leat {

class LostSegment {
 public:
  std::string file;
  std::int64_t recorded_bytes = 0;  // that were synced
  std::int64_t found_bytes = 0;     // of whole batches
  bool missing = false;
  std::int64_t lost_from = -1;
  std::int64_t lost_to = -1;  // exclusive
};

// What is missing of a partition that is offline because its log is shorter than what was synced.
class PartitionLoss {
 public:
  std::int64_t recorded_end = -1;
  std::int64_t recorded_bytes = -1;
  std::int64_t found_end = -1;
  std::int64_t found_bytes = -1;
  std::int64_t lost_offsets = -1;
  std::int64_t new_end = -1;  // the next record's offset, once the loss is accepted
  std::vector<LostSegment> segments;
};

// Calls about the files of a partition, which only a Leat broker has. Uses the client's executor.
class LogAdmin {
 public:
  explicit LogAdmin(std::shared_ptr<Client> client) : client_(std::move(client)) {}

  // INVALID_REQUEST when the partition is not offline for that reason.
  asio::awaitable<Result<PartitionLoss>> loss(std::string topic, std::int32_t partition);
  // Accepts just the loss that was `shown`, for ever. May be called again with the same.
  asio::awaitable<Result<PartitionLoss>> accept_loss(std::string topic, std::int32_t partition,
                                                     PartitionLoss shown);

 private:
  std::shared_ptr<Client> client_;
};

}  // namespace leat
