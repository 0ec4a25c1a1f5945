#include "common/record/control_record.h"

#include "common/record/batch_builder.h"

namespace leat::record {
namespace {
constexpr std::int16_t kVersion = 0;
constexpr std::size_t kKeySize = 4;    // version int16, type int16
constexpr std::size_t kValueSize = 6;  // version int16, coordinator epoch int32
}  // namespace

std::optional<std::int16_t> parse_control_type(ByteView key) {
  if (key.size() < kKeySize || load_be<std::int16_t>(key.data()) < 0) return std::nullopt;
  return load_be<std::int16_t>(key.data() + 2);
}

Bytes encode_control_key(ControlType type) {
  Bytes out;
  append_be(out, kVersion);
  append_be(out, static_cast<std::int16_t>(type));
  return out;
}

Bytes encode_end_txn_value(std::int32_t coordinator_epoch) {
  Bytes out;
  append_be(out, kVersion);
  append_be(out, coordinator_epoch);
  return out;
}

std::optional<EndTxnMarker> parse_end_txn_marker(const RecordView& record) {
  if (!record.key || !record.value || record.value->size() < kValueSize) return std::nullopt;
  const auto type = parse_control_type(*record.key);
  const bool ends = type == static_cast<std::int16_t>(ControlType::kAbort) ||
                    type == static_cast<std::int16_t>(ControlType::kCommit);
  if (!ends || load_be<std::int16_t>(record.value->data()) < 0) return std::nullopt;
  return EndTxnMarker{static_cast<ControlType>(*type),
                      load_be<std::int32_t>(record.value->data() + 2)};
}

Bytes build_end_txn_batch(const EndTxnMarker& marker, ProducerId producer_id,
                          ProducerEpoch producer_epoch, std::int64_t timestamp_ms) {
  const Bytes key = encode_control_key(marker.type);
  const Bytes value = encode_end_txn_value(marker.coordinator_epoch);
  BatchBuilder builder;
  builder.add(timestamp_ms, key, value);
  BuildOptions options;
  options.producer_id = producer_id;
  options.producer_epoch = producer_epoch;
  options.transactional = true;
  options.control = true;
  return builder.build(options);
}

}  // namespace leat::record
