#include "tests/sim/partition_world.h"

#include <algorithm>
#include <array>

#include "common/base/crc32c.h"
#include "common/record/batch_builder.h"
#include "tests/sim/mutant_file_system.h"

namespace leat::sim {
namespace {

using storage::PowerModel;
using storage::SimFileSystem;
using topics::Partition;

constexpr const char* kRoot = "/data";
constexpr int kPartitions = 2;
constexpr int kProducers = 2;

// A batch as it was handed to append, with the offset it got.
struct Appended {
  int producer = 0;
  std::int32_t first_sequence = 0;
  Bytes bytes;  // as stored
  Offset base;
  Offset end;
};

// What the outside world knows of one partition.
struct Lineage {
  std::vector<Appended> appended;  // in offset order; a crash may cut its tail
  Offset acknowledged{0};          // everything below was acknowledged with acks=all
  Offset read{0};                  // everything below was shown to a consumer
  std::array<std::int32_t, kProducers> next_sequence{};
};

// One life of the broker on one disk.
struct Life {
  Life(storage::FileSystem& disk, const Clock& now, std::uint64_t seed, const PartitionBugs& bugs)
      : files(disk), clock(now), workers(seed) {
    if (bugs.no_start_sync) sabotage.drop_sync_all = [](const std::string&) { return true; };
  }

  Status boot() {
    Random random(3);
    ASSIGN_OR_RETURN(directory, meta::take_data_directory(files, kRoot, 1, random));
    ASSIGN_OR_RETURN(metadata, meta::LogMetaStore::open(files, clock, std::string(kRoot) + "/meta",
                                                        [this](const Status& s) { died = s; }));
    ASSIGN_OR_RETURN(checkpoint, storage::BrokerCheckpoint::open(files, kRoot));
    const auto fatal = [this](const Status& s) { died = s; };
    gate = std::make_unique<topics::FlushGate>(topics::Syncer(files, kRoot), fatal);
    context.files = &files;
    context.clock = &clock;
    context.gate = gate.get();
    context.start_sync = &start_sync;
    context.partition_metadata = &partition_metadata;
    context.checkpoint = checkpoint.get();
    context.workers = &workers;
    context.leader_epoch = LeaderEpoch{directory.identity.start_count};
    context.fatal = fatal;
    context.disk_is_full = &disk_is_full;
    context.unsynced_bytes = &unsynced;
    context.appended_bytes = &appended;
    catalog = std::make_unique<topics::TopicCatalog>(*metadata, context, kRoot, 7);
    RETURN_IF_ERROR(catalog->load(BrokerOptions()));
    checkpointer = std::make_unique<topics::Checkpointer>(files, *catalog, *checkpoint,
                                                          topics::Syncer(files, kRoot), fatal);
    return {};
  }
  std::shared_ptr<Partition> partition(int index) {
    const auto topic = catalog->image()->find("t");
    return topic ? *topic->partition(index) : nullptr;
  }

  storage::FileSystem& files;
  const Clock& clock;
  storage::Sabotage sabotage;  // of the start's sync only
  storage::MutantFileSystem mutant{files, sabotage};
  topics::StartSync start_sync{mutant, kRoot};
  SimWorkers workers;
  topics::PartitionMetadataWriter partition_metadata{files, topics::Syncer(files, kRoot), workers};
  SimExecutor executor;
  Status died;
  std::atomic<bool> disk_is_full{false};
  std::atomic<std::int64_t> unsynced{0};
  std::atomic<std::int64_t> appended{0};
  meta::DataDirectory directory;
  std::unique_ptr<meta::LogMetaStore> metadata;
  std::unique_ptr<storage::BrokerCheckpoint> checkpoint;
  std::unique_ptr<topics::FlushGate> gate;
  topics::PartitionContext context;
  std::unique_ptr<topics::TopicCatalog> catalog;
  std::unique_ptr<topics::Checkpointer> checkpointer;
};

StatusOr<Bytes> read_all(const Partition& partition) {
  Bytes all;
  topics::Ends ends = partition.ends();
  Offset from = ends.start;
  while (from < ends.high_watermark.offset) {
    // As the broker does it: on the event loop what is in memory, the rest on a worker.
    auto part = partition.read(from, 1 << 20, true, false, storage::Wait::kMustNot);
    if (is_unavailable(part.status()))
      part = partition.read(from, 1 << 20, true, false, storage::Wait::kMay);
    RETURN_IF_ERROR(part.status());
    RETURN_IF_ERROR(storage::materialize(part->data));
    const Bytes bytes = flatten(part->data);
    record::BatchIterator batches{ByteView(bytes)};
    while (batches.next()) from = batches.header().next_offset();
    if (batches.position() == 0) return corruption("nothing readable at {}", from);
    append(all, ByteView(bytes).first(batches.position()));
  }
  return all;
}

class World {
 public:
  World(std::uint64_t seed, const PartitionBugs& bugs, absl::flat_hash_set<std::uint64_t>& states)
      : bugs_(bugs), states_(states), random_(seed), crashes_(seed + 1) {}

  WorldReport run(int steps) {
    start_on(std::make_unique<SimFileSystem>());
    for (int i = 0; i < steps && !report_.broken; ++i) step();
    life_.reset();
    return std::move(report_);
  }

 private:
  void fail(Promise promise, std::string detail) {
    if (!report_.broken) report_.broken = Broken{promise, std::move(detail)};
  }

  void start_on(std::unique_ptr<SimFileSystem> disk) {
    life_.reset();
    disk_ = std::move(disk);
    disk_->set_exposes_other_files(false);
    life_ = std::make_unique<Life>(*disk_, clock_, random_.next(), bugs_);
    if (Status s = life_->boot(); !s.ok()) return fail(Promise::kOpens, describe(s));
    disk_->set_hook([this](const storage::SimOperation& operation) {
      if (operation.changes_something && !checking_ && !report_.broken) cut_everywhere(operation);
      return Status();
    });
    if (!created_) create_topic();
    open_partitions(*life_, "start");
  }

  void create_topic() {
    if (bugs_.create_without_sync) created_ = true;
    topics::NewTopic topic;
    topic.name = "t";
    topic.partitions = kPartitions;
    topic.overrides = {{"segment.bytes", "1500"}, {"index.interval.bytes", "200"}};
    if (life_->catalog->create(topic, BrokerOptions()).ok()) created_ = true;
  }

  void open_partitions(Life& life, const std::string& where) {
    for (int p = 0; p < kPartitions; ++p) {
      const auto partition = life.partition(p);
      if (!partition) return fail(Promise::kTopicIsThere, where + ": the created topic is gone");
      partition->open_now();
      if (!partition->is_open()) return fail(Promise::kOpens, where + ": " + describe(partition->offline_reason()));
    }
  }

  // --- what clients do ---

  void step() {
    clock_.advance(std::chrono::milliseconds(random_.below(40)));
    switch (random_.below(10)) {
      case 0:
      case 1:
      case 2:
      case 3: produce(); break;
      case 4:
      case 5: flush(); break;
      case 6: run_checkpoint(); break;
      case 7: consume(); break;
      case 8: retry_in_this_life(); break;
      default:
        if (random_.chance(1, 4)) crash_for_real();
    }
    life_->workers.run_all();
    life_->executor.run_all();
    if (!life_->died.ok()) fail(Promise::kOpens, "a sync failed: " + describe(life_->died));
  }

  Bytes make_batch(int producer, std::int32_t sequence, int count) {
    record::BatchBuilder builder;
    for (int i = 0; i < count; ++i) {
      const std::string value = fmt::format("p{} s{} {}", producer, sequence + i,
                                            std::string(random_.below(120), 'v'));
      builder.add(clock_.wall_ms(), std::nullopt, as_bytes(value));
    }
    record::BuildOptions options;
    options.producer_id = ProducerId{producer + 1};
    options.producer_epoch = ProducerEpoch{0};
    options.base_sequence = sequence;
    return builder.build(options);
  }

  static topics::PendingAppend to_append(Bytes& bytes) {
    topics::PendingAppend one;
    one.batch.bytes = bytes;
    one.batch.header = *record::parse_header(bytes);
    one.batch.max_timestamp = one.batch.header.max_timestamp;
    return one;
  }
  static topics::AppendOutcome append_to(Partition& partition, Bytes& bytes) {
    topics::PendingAppend one = to_append(bytes);
    return partition.append(one.batch);
  }

  // One batch, or a few together, perhaps of one producer.
  void produce() {
    const int p = static_cast<int>(random_.below(kPartitions));
    const auto partition = life_->partition(p);
    std::vector<Bytes> batches(random_.below(3) > 0 ? 1 : 2 + random_.below(2));
    std::vector<topics::PendingAppend> appends;
    Offset next = partition->log().end().offset;
    for (Bytes& bytes : batches) {
      bytes = next_batch(p, next);
      appends.push_back(to_append(bytes));
    }
    partition->append(appends);
    for (const auto& appended : appends) {
      if (appended.outcome.error != ErrorCode::kNone)
        return fail(Promise::kOpens, "append was refused");
      acknowledge_when_stable(p, *partition, appended.outcome.end);
    }
  }

  // Known to the outside before the disk changes: a crash in between may keep it or not.
  Bytes next_batch(int p, Offset& next) {
    const int producer = static_cast<int>(random_.below(kProducers));
    const int count = 1 + static_cast<int>(random_.below(4));
    Lineage& lineage = lineages_[static_cast<std::size_t>(p)];
    auto& sequence = lineage.next_sequence[static_cast<std::size_t>(producer)];
    Bytes bytes = make_batch(producer, sequence, count);
    lineage.appended.push_back({producer, sequence, bytes, next, next + count});
    record::patch_base_offset(lineage.appended.back().bytes, next);
    record::patch_leader_epoch(lineage.appended.back().bytes, life_->context.leader_epoch);
    sequence += count;
    next = next + count;
    return bytes;
  }

  void acknowledge_when_stable(int p, Partition& partition, Offset end) {
    const auto acknowledge = [this, p, end] {
      Lineage& l = lineages_[static_cast<std::size_t>(p)];
      l.acknowledged = std::max(l.acknowledged, end);
    };
    if (bugs_.ack_at_append) return acknowledge();
    Task done = acknowledge;
    if (!partition.wait_stable(end, &life_->executor, done)) acknowledge();
  }

  void flush() {
    life_->gate->flush_once();
    life_->executor.run_all();
  }

  void run_checkpoint() {
    if (!bugs_.producers_ahead && !bugs_.forget_producers && !bugs_.window_of_one) {
      static_cast<void>(life_->checkpointer->run());
      return;
    }
    for (int p = 0; p < kPartitions; ++p) buggy_checkpoint(*life_->partition(p));
  }

  // The checkpointer's steps with a mistake in what it records of the producers.
  void buggy_checkpoint(Partition& partition) {
    auto candidate = partition.prepare_checkpoint();
    if (!candidate) return;
    const storage::SyncTicket ticket = candidate->ticket;
    if (bugs_.producers_ahead) {
      produce();
      if (auto later = partition.prepare_checkpoint()) candidate->producers = later->producers;
    }
    if (bugs_.forget_producers) candidate->producers.clear();
    if (bugs_.window_of_one) {
      const auto all = topics::ProducerState::decode(candidate->producers);
      topics::ProducerState last_only;
      for (int producer = 0; producer < kProducers; ++producer) {
        if (auto b = all->last_batch(ProducerId{producer + 1})) last_only.remember(*b);
      }
      candidate->producers = last_only.encode();
    }
    if (!topics::Syncer(life_->files, kRoot).make_durable(std::span(&ticket, 1)).ok()) return;
    topics::WakeList wakes;
    partition.flushed(ticket, wakes);
    wakes.post();
    const storage::LogRow row = partition.checkpoint_row(*candidate);
    const storage::CheckpointChange change{
        partition.id(), storage::CheckpointEntry{row, candidate->producers}};
    if (life_->checkpoint->commit(std::span(&change, 1)).ok()) {
      partition.checkpointed(*candidate, row);
    }
  }

  void consume() {
    for (int p = 0; p < kPartitions; ++p) {
      Lineage& lineage = lineages_[static_cast<std::size_t>(p)];
      const auto partition = life_->partition(p);
      lineage.read = std::max(lineage.read, bugs_.ack_at_append
                                                ? partition->log().end().offset
                                                : partition->ends().high_watermark.offset);
    }
  }

  void retry_in_this_life() {
    for (int p = 0; p < kPartitions; ++p) check_retries(*life_, p, lineages_[static_cast<std::size_t>(p)]);
  }

  // --- crashes ---

  void cut_everywhere(const storage::SimOperation& operation) {
    checking_ = true;
    for (const PowerModel model : storage::kAllPowerModels) {
      auto image = disk_->crash(model, crashes_.next());
      check(*image, fmt::format("power cut before {} of {}, model {}",
                                storage::name_of(operation.call), operation.path,
                                storage::name_of(model)));
      if (report_.broken) break;
    }
    checking_ = false;
  }

  void crash_for_real() {
    checking_ = true;
    const bool kill = random_.chance(1, 3);
    const auto model = storage::kAllPowerModels[random_.below(std::size(storage::kAllPowerModels))];
    auto next = kill ? disk_->kill() : disk_->crash(model, crashes_.next());
    life_.reset();
    start_on(std::move(next));
    checking_ = false;
    if (report_.broken) return;
    for (int p = 0; p < kPartitions; ++p) check_partition(*life_, p, "restart", /*adopt=*/true);
  }

  // Boots a copy of the disk and looks at what it holds.
  void check(SimFileSystem& image, const std::string& where) {
    ++report_.images;
    states_.insert(absl::HashOf(image.live_hash(), lineages_[0].acknowledged,
                                lineages_[1].acknowledged));
    Life life(image, clock_, 1, bugs_);
    if (Status s = life.boot(); !s.ok()) return fail(Promise::kOpens, where + ": " + describe(s));
    if (!created_) return;
    open_partitions(life, where);
    for (int p = 0; p < kPartitions && !report_.broken; ++p) check_partition(life, p, where, false);
  }

  void check_partition(Life& life, int p, const std::string& where, bool adopt) {
    Lineage& lineage = lineages_[static_cast<std::size_t>(p)];
    const auto partition = life.partition(p);
    const auto content = read_all(*partition);
    if (!content.ok()) return fail(Promise::kOpens, where + ": " + describe(content.status()));
    const Offset end = partition->ends().high_watermark.offset;
    const auto text = [&] {
      return fmt::format("{}: partition {} ends at {}, acknowledged {}, read {}", where, p, end,
                         lineage.acknowledged, lineage.read);
    };
    if (end < lineage.acknowledged) return fail(Promise::kAcknowledgedIsThere, text());
    if (end < lineage.read) return fail(Promise::kReadIsNotTakenBack, text());
    Bytes expected;
    std::size_t kept = 0;
    for (const auto& batch : lineage.appended) {
      if (batch.end > end) break;
      append(expected, batch.bytes);
      ++kept;
    }
    if (expected != *content) return fail(Promise::kNothingInvented, text());
    Lineage now = lineage;
    now.appended.resize(kept);
    check_retries(life, p, now);
    if (!adopt) return;
    lineage.appended.resize(kept);
    lineage.next_sequence = {};
    for (const auto& batch : lineage.appended) {
      lineage.next_sequence[static_cast<std::size_t>(batch.producer)] =
          batch.first_sequence + static_cast<std::int32_t>(batch.end - batch.base);
    }
  }

  void check_retries(Life& life, int p, const Lineage& lineage) {
    const auto partition = life.partition(p);
    std::array<int, kProducers> seen{};
    for (auto batch = lineage.appended.rbegin(); batch != lineage.appended.rend(); ++batch) {
      if (++seen[static_cast<std::size_t>(batch->producer)] > 5) continue;
      Bytes again = batch->bytes;
      record::patch_base_offset(again, Offset{0});
      const auto outcome = append_to(*partition, again);
      if (outcome.error == ErrorCode::kNone && outcome.base_offset == batch->base) continue;
      return fail(Promise::kRetryIsRecognised,
                  fmt::format("a retry of producer {} sequence {} got offset {} error {}, not {}",
                              batch->producer, batch->first_sequence, outcome.base_offset,
                              name(outcome.error), batch->base));
    }
  }

  const PartitionBugs bugs_;
  absl::flat_hash_set<std::uint64_t>& states_;
  Random random_;
  Random crashes_;
  ManualClock clock_;
  std::unique_ptr<SimFileSystem> disk_;
  std::unique_ptr<Life> life_;
  std::array<Lineage, kPartitions> lineages_;
  bool created_ = false;
  bool checking_ = false;
  WorldReport report_;
};

}  // namespace

std::string_view name_of(Promise promise) {
  switch (promise) {
    case Promise::kAcknowledgedIsThere: return "acknowledged is there";
    case Promise::kReadIsNotTakenBack: return "read is not taken back";
    case Promise::kNothingInvented: return "nothing invented";
    case Promise::kRetryIsRecognised: return "retry is recognised";
    case Promise::kTopicIsThere: return "topic is there";
    case Promise::kOpens: return "opens";
  }
  return "?";
}

WorldReport run_partition_world(std::uint64_t seed, int steps, const PartitionBugs& bugs,
                                absl::flat_hash_set<std::uint64_t>& states) {
  return World(seed, bugs, states).run(steps);
}

}  // namespace leat::sim
