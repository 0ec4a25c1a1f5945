#pragma once

#include "common/protocol/types.h"

// DescribeTransactions (key 65): versions 0, flexible since 0.
namespace leat {

struct DescribeTransactionsResponse;

struct DescribeTransactionsRequest {
  std::vector<std::string> transactional_ids;

  static constexpr std::int16_t kKey = 65;
  using Response = DescribeTransactionsResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeTransactionsResponse {
  struct Topic {
    std::string topic;
    std::vector<std::int32_t> partitions;
  };
  struct TransactionState {
    std::int16_t error_code = 0;
    std::string transactional_id;
    std::string transaction_state;
    std::int32_t transaction_timeout_ms = 0;
    std::int64_t transaction_start_time_ms = 0;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    std::vector<Topic> topics;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<TransactionState> transaction_states;

  static constexpr std::int16_t kKey = 65;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
