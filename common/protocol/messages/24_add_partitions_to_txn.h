#pragma once

#include "common/protocol/types.h"

// AddPartitionsToTxn (key 24): versions 0-5, flexible since 3.
//   Request
//     v4: adds Transactions; drops V3AndBelowTransactionalId, V3AndBelowProducerId,
//        V3AndBelowProducerEpoch, V3AndBelowTopics
//   Response
//     v4: adds ErrorCode, ResultsByTransaction; drops ResultsByTopicV3AndBelow
namespace leat {

struct AddPartitionsToTxnResponse;

struct AddPartitionsToTxnRequest {
  struct Topic {
    std::string name;
    std::vector<std::int32_t> partitions;
  };
  struct Transaction {
    std::string transactional_id;
    std::int64_t producer_id = 0;
    std::int16_t producer_epoch = 0;
    bool verify_only = false;
    std::vector<Topic> topics;
  };
  std::vector<Transaction> transactions;
  std::string v3_and_below_transactional_id;
  std::int64_t v3_and_below_producer_id = 0;
  std::int16_t v3_and_below_producer_epoch = 0;
  std::vector<Topic> v3_and_below_topics;

  static constexpr std::int16_t kKey = 24;
  using Response = AddPartitionsToTxnResponse;
  static const wire::MessageSpec& schema();
};

struct AddPartitionsToTxnResponse {
  struct PartitionResult {
    std::int32_t partition_index = 0;
    std::int16_t partition_error_code = 0;
  };
  struct TopicResult {
    std::string name;
    std::vector<PartitionResult> results_by_partition;
  };
  struct ResultsByTransaction {
    std::string transactional_id;
    std::vector<TopicResult> topic_results;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::vector<ResultsByTransaction> results_by_transaction;
  std::vector<TopicResult> results_by_topic_v3_and_below;

  static constexpr std::int16_t kKey = 24;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
