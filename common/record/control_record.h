#pragma once

#include <cstdint>
#include <optional>

#include "common/base/bytes.h"
#include "common/base/ids.h"
#include "common/record/record_reader.h"

// Control batches hold one record that speaks to brokers and consumers instead of the application
// (KIP-98; Kafka's ControlRecordType and EndTxnMarker, version 0 of each).
namespace leat::record {

// The type in a control record's key; values are on disk. Kafka's raft types (2..6) are passed
// through by readers and never written here.
enum class ControlType : std::int16_t { kAbort = 0, kCommit = 1 };

// The type number in `key` (version int16, type int16; more bytes in later versions are allowed);
// nullopt when it is no control key.
std::optional<std::int16_t> parse_control_type(ByteView key);

struct EndTxnMarker {
  ControlType type = ControlType::kAbort;
  std::int32_t coordinator_epoch = 0;
  bool operator==(const EndTxnMarker&) const = default;
};

Bytes encode_control_key(ControlType type);
Bytes encode_end_txn_value(std::int32_t coordinator_epoch);
// nullopt when the record is not a marker: another type, or key or value cut off.
std::optional<EndTxnMarker> parse_end_txn_marker(const RecordView& record);

// The batch that ends a producer's transaction in a partition: transactional and control bits, one
// record, no sequence. Base offset 0; patch it as any batch's.
Bytes build_end_txn_batch(const EndTxnMarker& marker, ProducerId producer_id,
                          ProducerEpoch producer_epoch, std::int64_t timestamp_ms);

}  // namespace leat::record
