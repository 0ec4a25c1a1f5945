#include "common/protocol/messages/27_write_txn_markers.h"

#include "common/protocol/schema.h"

namespace leat {
namespace wire {

WIRE_STRUCT(WriteTxnMarkersRequest::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partition_indexes, "PartitionIndexes"));

WIRE_STRUCT(WriteTxnMarkersRequest::Marker, WIRE_FIELD(producer_id, "ProducerId"),
            WIRE_FIELD(producer_epoch, "ProducerEpoch"),
            WIRE_FIELD(transaction_result, "TransactionResult"), WIRE_FIELD(topics, "Topics"),
            WIRE_FIELD(coordinator_epoch, "CoordinatorEpoch"),
            WIRE_FIELD(transaction_version, "TransactionVersion", .present = since(2),
                       .ignorable = true));

WIRE_STRUCT(WriteTxnMarkersRequest, WIRE_FIELD(markers, "Markers"));

WIRE_STRUCT(WriteTxnMarkersResponse::Partition, WIRE_FIELD(partition_index, "PartitionIndex"),
            WIRE_FIELD(error_code, "ErrorCode"));

WIRE_STRUCT(WriteTxnMarkersResponse::Topic, WIRE_FIELD(name, "Name"),
            WIRE_FIELD(partitions, "Partitions"));

WIRE_STRUCT(WriteTxnMarkersResponse::Marker, WIRE_FIELD(producer_id, "ProducerId"),
            WIRE_FIELD(topics, "Topics"));

WIRE_STRUCT(WriteTxnMarkersResponse, WIRE_FIELD(markers, "Markers"));

}  // namespace wire

const wire::MessageSpec& WriteTxnMarkersRequest::schema() {
  static constexpr auto kSpec = wire::message<WriteTxnMarkersRequest>(
      "WriteTxnMarkersRequest", wire::MessageType::kRequest, {1, 2}, 1);
  return kSpec;
}

const wire::MessageSpec& WriteTxnMarkersResponse::schema() {
  static constexpr auto kSpec = wire::message<WriteTxnMarkersResponse>(
      "WriteTxnMarkersResponse", wire::MessageType::kResponse, {1, 2}, 1);
  return kSpec;
}

}  // namespace leat
