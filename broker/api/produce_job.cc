#include "broker/api/produce_job.h"

#include <algorithm>

#include "common/record/rewrite.h"

namespace leat::api {
namespace {

// More decompressed bytes than this in one batch are a worker's work.
constexpr std::uint64_t kDecompressHere = 1 << 20;
// And more than this to be compressed again.
constexpr std::uint64_t kRecompressHere = 64 << 10;

record::Compression target_codec(CompressionType type) {
  switch (type) {
    case CompressionType::kGzip: return record::Compression::kGzip;
    case CompressionType::kSnappy: return record::Compression::kSnappy;
    case CompressionType::kLz4: return record::Compression::kLz4;
    case CompressionType::kZstd: return record::Compression::kZstd;
    case CompressionType::kUncompressed:
    case CompressionType::kProducer: break;
  }
  return record::Compression::kNone;
}

record::CompressionLevel target_level(const TopicOptions& options) {
  switch (options.compression_type) {
    case CompressionType::kGzip: return options.compression_gzip_level;
    case CompressionType::kLz4: return options.compression_lz4_level;
    case CompressionType::kZstd: return options.compression_zstd_level;
    default: return std::nullopt;
  }
}

bool wants_other_codec(const ProduceItem& item) {
  return item.options->compression_type != CompressionType::kProducer &&
         item.verdict.header.compression() != target_codec(item.options->compression_type);
}

std::string too_large(std::uint64_t size, const TopicOptions& options) {
  return fmt::format("The record batch of {} bytes is larger than max.message.bytes={} of the topic",
                     size, options.max_message_bytes);
}

}  // namespace

ErrorCode error_of(record::Violation violation) {
  using enum record::Violation;
  switch (violation) {
    case kNone:
    case kDeferred: return ErrorCode::kNone;
    case kBadLength:
    case kBadCrc: return ErrorCode::kCorruptMessage;
    case kUnknownCompression: return ErrorCode::kUnsupportedCompressionType;
    case kTooLargeUncompressed: return ErrorCode::kMessageTooLarge;
    case kTimestamp:
    case kTimestampType: return ErrorCode::kInvalidTimestamp;
    default: return ErrorCode::kInvalidRecord;
  }
}

bool ProduceJob::open_partitions() {
  // Shared by all that are waited for: the request is handled again when the last lets go.
  std::shared_ptr<Hold> hold_until_open;
  for (const auto& item : items) {
    if (item.partition->is_open() || item.partition->availability() != ErrorCode::kNone) continue;
    if (!hold_until_open) hold_until_open = std::make_shared<Hold>(reply_.connection());
    item.partition->when_open(&reply_.connection()->executor(), [hold_until_open] {});
  }
  return hold_until_open != nullptr;
}

void ProduceJob::refuse(const ProduceItem& item, ErrorCode code, std::string text) {
  auto& answer = answer_of(item);
  answer.error_code = wire_code(code);
  answer.base_offset = -1;
  if (!text.empty()) answer.error_message = std::move(text);
}

// The faults of single records, in Kafka's words.
void ProduceJob::refuse_faulty(ProduceItem& item) {
  const record::Verdict& verdict = item.verdict;
  refuse(item, error_of(verdict.violation), verdict.text);
  auto& answer = answer_of(item);
  if (verdict.violation == record::Violation::kTimestamp) {
    answer.error_message =
        "One or more records have been rejected due to invalid timestamp";
  } else if (verdict.violation == record::Violation::kMissingKey) {
    answer.error_message = "One or more records have been rejected due to invalid records";
  }
  for (const auto& fault : verdict.faults) {
    auto& error = answer.record_errors.emplace_back();
    error.batch_index = fault.index;
    if (fault.violation == record::Violation::kMissingKey) {
      error.batch_index_error_message =
          fmt::format("Compacted topic cannot accept message without key in topic partition {}-{}.",
                      item.partition->topic(), item.partition->index());
    } else {
      error.batch_index_error_message =
          fmt::format("Timestamp {} of message with offset {} is out of range.", fault.timestamp,
                      fault.index);
    }
  }
}

void ProduceJob::recompress(ProduceItem& item, std::uint64_t max_uncompressed) {
  const TopicOptions& options = *item.options;
  auto& verdict = item.verdict;
  const record::Compression target = target_codec(options.compression_type);
  const auto largest = static_cast<std::uint64_t>(options.max_message_bytes);
  std::uint64_t size = record::kBatchHeaderSize + verdict.info.uncompressed_bytes;
  if (target != record::Compression::kNone || size <= largest) {
    auto rewritten = record::recompress(item.bytes, target, target_level(options), max_uncompressed);
    if (!rewritten.ok()) {
      verdict.violation = record::Violation::kDecompression;
      verdict.text = message(rewritten.status());
      return;
    }
    item.rewritten = *std::move(rewritten);
    item.bytes = item.rewritten;
    size = item.bytes.size();
  }
  if (size <= largest) return;
  verdict.violation = record::Violation::kTooLargeUncompressed;
  verdict.text = too_large(size, options);
}

bool ProduceJob::validate(ProduceItem& item, bool on_worker) {
  const TopicOptions& options = *item.options;
  record::ValidateOptions rules;
  rules.require_keys = options.compacts();
  rules.max_uncompressed_bytes =
      static_cast<std::uint64_t>(services_->config->options()->batch_max_uncompressed_bytes);
  rules.defer_above_bytes = on_worker ? 0 : kDecompressHere;
  if (options.message_timestamp_type == TimestampType::kCreateTime) {
    rules.now_ms = services_->clock->wall_ms();
    rules.timestamp_before_max_ms = options.message_timestamp_before_max_ms;
    rules.timestamp_after_max_ms = options.message_timestamp_after_max_ms;
  }
  item.verdict = record::validate(item.bytes, rules);
  if (item.verdict.violation == record::Violation::kDeferred) return false;
  if (!item.verdict.ok() || !wants_other_codec(item)) return true;
  if (!on_worker && item.verdict.info.uncompressed_bytes > kRecompressHere) return false;
  recompress(item, rules.max_uncompressed_bytes);
  return true;
}

ProduceJob::Validation ProduceJob::validate(bool on_worker) {
  for (auto& item : items) {
    if (item.validated) continue;
    if (item.bytes.size() > static_cast<std::size_t>(item.options->max_message_bytes)) {
      item.verdict.violation = record::Violation::kTooLargeUncompressed;
      item.verdict.text = too_large(item.bytes.size(), *item.options);
    } else if (!validate(item, on_worker)) {
      return Validation::kTooMuchForHere;
    }
    item.validated = true;
  }
  return Validation::kDone;
}

bool ProduceJob::may_be_gathered() const {
  return acks != 0 && std::all_of(items.begin(), items.end(),
                                  [](const ProduceItem& item) { return item.rewritten.empty(); });
}

bool ProduceJob::prepare(ProduceItem& item) {
  if (!knows_acks()) {
    refuse(item, ErrorCode::kInvalidRequiredAcks, "acks is 0, 1 or -1 (all)");
  } else if (!item.verdict.ok()) {
    refuse_faulty(item);
  } else if (item.verdict.header.is_transactional()) {
    // Producers take this code for final; INVALID_TXN_STATE they would abort and try again.
    refuse(item, ErrorCode::kTransactionalIdAuthorizationFailed,
           "This broker has no transactions: produce without a transactional id");
  } else if (item.verdict.header.compression() == record::Compression::kZstd &&
             reply_.version() < 7) {
    refuse(item, ErrorCode::kUnsupportedCompressionType,
           "Produce requests below version 7 cannot carry zstd");
  } else {
    if (!item.verdict.info.header_max_timestamp_exact)
      record::set_max_timestamp(item.bytes, item.verdict.info.max_timestamp);
    return true;
  }
  return false;
}

void ProduceJob::appended(ProduceItem& item, topics::AppendOutcome outcome) {
  auto& answer = answer_of(item);
  answer.log_start_offset = outcome.log_start.value();
  if (outcome.error != ErrorCode::kNone)
    return refuse(item, outcome.error, std::move(outcome.message));
  answer.base_offset = outcome.base_offset.value();
  answer.log_append_time_ms = outcome.log_append_ms;
  if (acks == -1 || (acks == 1 && outcome.wait_even_for_acks_1)) {
    item.stable_to = outcome.end;
    waits_ = true;
  }
}

bool ProduceJob::any_error() const {
  for (const auto& topic : response.responses) {
    for (const auto& partition : topic.partition_responses) {
      if (partition.error_code != 0) return true;
    }
  }
  return false;
}

void ProduceJob::append_and_answer() {
  for (auto& item : items) {
    if (!prepare(item)) continue;
    topics::ProduceBatch batch = item.batch();
    appended(item, item.partition->append(batch));
  }
  std::shared_ptr<PendingProduces> pending;
  answer(pending);
  if (pending) pending->start();
}

void ProduceJob::answer(std::shared_ptr<PendingProduces>& pending) {
  hold.release();
  if (acks == 0) {
    if (any_error()) return reply_.close("a produce request with acks=0 failed");
    return reply_.send_nothing();
  }
  if (!waits_) return reply_.send(response);
  if (!pending) {
    pending = std::make_shared<PendingProduces>(reply_.connection()->executor(),
                                                services_->clock->monotonic());
  }
  pending->add(std::move(reply_), std::move(response),
               std::chrono::milliseconds(std::max(timeout_ms, 0)));
  for (auto& item : items) {
    if (!item.stable_to) continue;
    pending->wait_for(std::move(item.partition), *item.stable_to, item.topic_at, item.partition_at);
  }
}

void validate_on_worker(std::shared_ptr<ProduceJob> job) {
  job->hold = Hold(job->connection());
  WorkerPool& workers = job->workers();
  workers.submit([job = std::move(job)]() mutable {
    job->validate(/*on_worker=*/true);
    Executor& executor = job->connection()->executor();
    executor.post([job = std::move(job)] { job->append_and_answer(); });
  });
}

}  // namespace leat::api
