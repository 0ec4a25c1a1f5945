#pragma once

#include "common/protocol/types.h"

// ListTransactions (key 66): versions 0-2, flexible since 0.
//   Request
//     v1: adds DurationFilter
//     v2: adds TransactionalIdPattern
namespace leat {

struct ListTransactionsResponse;

struct ListTransactionsRequest {
  std::vector<std::string> state_filters;
  std::vector<std::int64_t> producer_id_filters;
  std::int64_t duration_filter = -1;
  std::optional<std::string> transactional_id_pattern;

  static constexpr std::int16_t kKey = 66;
  using Response = ListTransactionsResponse;
  static const wire::MessageSpec& schema();
};

struct ListTransactionsResponse {
  struct TransactionState {
    std::string transactional_id;
    std::int64_t producer_id = 0;
    std::string transaction_state;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<std::string> unknown_state_filters;
  std::vector<TransactionState> transaction_states;

  static constexpr std::int16_t kKey = 66;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
