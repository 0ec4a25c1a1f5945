#pragma once

#include "common/protocol/types.h"

// A record of __transaction_state. The key begins with its version, the value (versions 0-1,
// flexible since 1) too, each in two bytes.
//   Value
//     v1: adds PreviousProducerId, NextProducerId, NextProducerEpoch, ClientTransactionVersion
namespace leat {

struct TransactionLogKey {
  std::string transactional_id;

  static constexpr std::int16_t kKey = 0;
  static const wire::MessageSpec& schema();
};

struct TransactionLogValue {
  struct TransactionPartition {
    std::string topic;
    std::vector<std::int32_t> partition_ids;
  };
  std::int64_t producer_id = 0;
  std::int64_t previous_producer_id = -1;
  std::int64_t next_producer_id = -1;
  std::int16_t producer_epoch = 0;
  std::int16_t next_producer_epoch = -1;
  std::int32_t transaction_timeout_ms = 0;
  std::int8_t transaction_status = 0;
  std::optional<std::vector<TransactionPartition>> transaction_partitions =
      std::vector<TransactionPartition>{};
  std::int64_t transaction_last_update_timestamp_ms = 0;
  std::int64_t transaction_start_timestamp_ms = 0;
  std::int16_t client_transaction_version = 0;

  static constexpr std::int16_t kKey = 0;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
