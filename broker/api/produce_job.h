#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "broker/api/pending_produces.h"
#include "broker/api/request.h"
#include "broker/api/services.h"
#include "common/protocol/messages/00_produce.h"
#include "common/record/batch_validate.h"

namespace leat::api {

// One partition's batch of a produce request.
struct ProduceItem {
  std::shared_ptr<topics::Partition> partition;
  std::shared_ptr<const TopicOptions> options;
  MutableByteView bytes;    // in the request's frame
  Bytes rewritten;          // instead of `bytes`, where the topic recompresses
  std::size_t topic_at = 0;      // where its answer goes
  std::size_t partition_at = 0;
  bool validated = false;
  record::Verdict verdict;
  std::optional<Offset> stable_to;  // the answer waits until the log is stable up to there

  // Once it is validated.
  topics::ProduceBatch batch() const { return {bytes, verdict.header, verdict.info.max_timestamp}; }
};

// A produce request between its decoding and its answer. On the connection's thread, but for
// validate(true).
class ProduceJob {
 public:
  enum class Validation { kDone, kTooMuchForHere };

  ProduceJob(Services& services, Reply reply) : services_(&services), reply_(std::move(reply)) {}

  // True when some partition is not open yet: the connection is then held until they are, and the
  // request is to be handled again.
  bool open_partitions();
  // Checks every batch, and compresses it anew where the topic wants that. On the event loop it stops
  // at a batch that takes long.
  Validation validate(bool on_worker);
  // Stage 1 for every sound batch, then the answer: now, or when what was written is stable. The job
  // is spent.
  void append_and_answer();

  // The parts of that, for whoever appends the batches of several jobs together. An acks=0 job is
  // not for that: what follows it on its connection must not take effect when it is refused. Nor is
  // one that was compressed anew, whose memory is its own.
  bool may_be_gathered() const;
  // Makes the item's batch ready to be appended; false: it is answered why it cannot be.
  bool prepare(ProduceItem& item);
  void appended(ProduceItem& item, topics::AppendOutcome outcome);
  // Now, or once it is stable, by way of `pending`, which is made when it is needed and to be
  // started after the last job.
  void answer(std::shared_ptr<PendingProduces>& pending);

  const std::shared_ptr<Connection>& connection() const { return reply_.connection(); }
  WorkerPool& workers() const { return *services_->workers; }

  ProduceResponse response;
  std::vector<ProduceItem> items;
  std::int16_t acks = 0;
  std::int32_t timeout_ms = 0;
  bool may_write_internal_topics = false;
  Hold hold;  // while a worker validates

 private:
  ProduceResponse::Partition& answer_of(const ProduceItem& item) {
    return response.responses[item.topic_at].partition_responses[item.partition_at];
  }
  bool validate(ProduceItem& item, bool on_worker);
  void refuse(const ProduceItem& item, ErrorCode code, std::string text);
  void refuse_faulty(ProduceItem& item);
  // Into the topic's codec; what comes of it is bounded by max.message.bytes.
  void recompress(ProduceItem& item, std::uint64_t max_uncompressed);
  bool knows_acks() const { return acks >= -1 && acks <= 1; }
  bool any_error() const;

  Services* services_;
  Reply reply_;
  bool waits_ = false;  // some item has a stable_to
};

// Lets a worker validate, then continues on the connection's thread. The frame is kept.
void validate_on_worker(std::shared_ptr<ProduceJob> job);

// What Kafka answers to a producer whose batch broke `violation`.
ErrorCode error_of(record::Violation violation);

}  // namespace leat::api
