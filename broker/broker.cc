#include "broker/broker.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "broker/meta/data_directory.h"
#include "broker/meta/log_meta_store.h"
#include "broker/net/listener.h"
#include "broker/storage/posix_file_system.h"
#include "broker/storage/sync_guard.h"
#include "broker/topics/cleaner.h"
#include "broker/topics/group/timer_thread.h"
#include "broker/topics/housekeeper.h"
#include "broker/topics/partition_metadata.h"
#include "broker/topics/scrubber.h"
#include "broker/topics/start_sync.h"
#include "broker/worker_pool.h"
#include "common/base/log.h"
#include "common/base/random.h"

namespace leat {
namespace {

// They mostly wait for the disk: on two CPUs 10,000 partitions open in 0.9 s with eight of them and
// in 1.15 s with four.
constexpr std::size_t kWorkers = 8;
constexpr Duration kDrainTime = std::chrono::seconds(10);

std::size_t usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

std::uint64_t descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return std::min<std::uint64_t>(limit.rlim_cur, 1u << 30);
}

// 60 % of the descriptors, less what the broker itself needs; segment files get 30 %.
std::int64_t default_max_connections() {
  return std::max<std::int64_t>(64, static_cast<std::int64_t>(descriptor_limit() * 6 / 10) - 256);
}

std::size_t segment_handles() { return std::max<std::size_t>(64, descriptor_limit() * 3 / 10); }

std::uint64_t memory_budget(const BrokerOptions& options) {
  std::uint64_t bytes = static_cast<std::uint64_t>(options.memory_budget_bytes);
  if (bytes == 0) bytes = 1u << 30;
  // Never below one frame of the largest size, or such a frame could never be read.
  return std::max<std::uint64_t>(
      bytes, static_cast<std::uint64_t>(options.socket_request_max_bytes) + 4);
}

// The smaller of 256 MiB and 5 % of the file system, unless a setting says otherwise: of its size and
// not of what is free, or a start on a full disk would keep nothing back.
std::int64_t disk_reserve(const BrokerOptions& options, const std::string& directory) {
  if (options.disk_reserve_bytes != 0) return options.disk_reserve_bytes;
  const auto size = storage::file_system_bytes(directory);
  if (!size.ok()) return topics::kMaxAutomaticReserve;
  return std::min(topics::kMaxAutomaticReserve, static_cast<std::int64_t>(*size / 20));
}

[[noreturn]] void end_process(const Status& why) {
  LOG_ERROR("the disk failed and nothing can be acknowledged any more: {}. The broker ends now "
            "(exit code {}); on restart it re-reads and verifies what was not yet stable.",
            describe(why), kExitDiskError);
  std::_Exit(kExitDiskError);
}

}  // namespace

// In the order in which they are built; destroyed in reverse.
struct Broker::Parts {
  storage::PosixFileSystem disk;
  storage::FileSystem* below = nullptr;  // the disk, or what a test put in its place
  std::unique_ptr<storage::SyncGuard> files;
  std::function<void(const Status&)> fatal;
  meta::DataDirectory directory;
  std::unique_ptr<meta::LogMetaStore> metadata;
  std::unique_ptr<topics::ConfigStore> config;
  std::unique_ptr<storage::BrokerCheckpoint> checkpoint;
  std::unique_ptr<topics::DiskGuard> disk_guard;
  std::unique_ptr<topics::FlushGate> gate;
  std::unique_ptr<topics::StartSync> start_sync;
  std::atomic<std::int64_t> unsynced_bytes{0};
  std::atomic<std::int64_t> appended_bytes{0};
  std::unique_ptr<topics::PartitionMetadataWriter> partition_metadata;  // outlives its worker
  std::unique_ptr<ThreadPool> workers;
  topics::PartitionContext context;
  std::unique_ptr<topics::TopicCatalog> catalog;
  std::unique_ptr<topics::ProducerIds> producer_ids;
  std::unique_ptr<topics::TimerThread> group_thread;
  std::unique_ptr<topics::GroupCoordinator> groups;
  topics::LagReader lag{system_clock()};
  std::unique_ptr<topics::Checkpointer> checkpointer;
  std::unique_ptr<topics::Housekeeper> housekeeper;
  std::unique_ptr<topics::Cleaner> cleaner;
  std::unique_ptr<topics::Scrubber> scrubber;
  std::unique_ptr<api::FetchSessionCache> fetch_sessions;
  api::Services services;
  std::unique_ptr<net::MemoryBudget> budget;
  net::ServerContext server;
  std::vector<std::unique_ptr<net::IoThread>> threads;
  std::vector<std::unique_ptr<net::SessionSet>> sets;
  std::vector<std::unique_ptr<net::Acceptor>> acceptors;

  Status open_storage(const BrokerConfig& config);
  Status open_topics();
  Status open_network();
  void start_threads();
  void drain_connections();

  topics::Syncer make_syncer() { return {*files, directory.path}; }
};

Status Broker::Parts::open_storage(const BrokerConfig& given) {
  Random random(entropy());
  const BrokerOptions& options = given.options();
  ASSIGN_OR_RETURN(directory, meta::take_data_directory(*files, data_directory(options),
                                                        options.node_id, random));
  if (below == &disk) {
    const auto kind = storage::file_system_kind(directory.path);
    if (kind.ok() && kind->doubtful && !options.file_system_override) {
      LOG_WARN("{} is on {}: what a sync promises there is not known, so the durability contract "
               "does not hold", directory.path, kind->name);
    }
  }
  files->handles().set_limit(segment_handles());
  const std::string root = directory.path;
  ASSIGN_OR_RETURN(metadata,
                   meta::LogMetaStore::open(*files, system_clock(),
                                            fmt::format("{}/{}", root, meta::kMetadataDirectory),
                                            fatal));
  config = std::make_unique<topics::ConfigStore>(*metadata, given);
  RETURN_IF_ERROR(config->load());
  set_log_level(config->options()->log_level);
  ASSIGN_OR_RETURN(checkpoint,
                   storage::BrokerCheckpoint::open(*files, root));
  const std::int64_t reserve = below == &disk ? disk_reserve(options, root)
                                              : options.disk_reserve_bytes;
  disk_guard = std::make_unique<topics::DiskGuard>(*files, root, reserve);
  disk_guard->check();
  return {};
}

Status Broker::Parts::open_topics() {
  const auto options = config->options();
  gate = std::make_unique<topics::FlushGate>(make_syncer(), fatal);
  start_sync = std::make_unique<topics::StartSync>(*files, directory.path);
  workers = std::make_unique<ThreadPool>(kWorkers);
  partition_metadata =
      std::make_unique<topics::PartitionMetadataWriter>(*files, make_syncer(), *workers);
  context.files = files.get();
  context.clock = &system_clock();
  context.gate = gate.get();
  context.start_sync = start_sync.get();
  context.partition_metadata = partition_metadata.get();
  context.checkpoint = checkpoint.get();
  context.workers = workers.get();
  context.leader_epoch = LeaderEpoch{directory.identity.start_count};
  context.fatal = fatal;
  context.disk_is_full = &disk_guard->is_full();
  context.unsynced_bytes = &unsynced_bytes;
  context.appended_bytes = &appended_bytes;
  catalog = std::make_unique<topics::TopicCatalog>(*metadata, context, directory.path, entropy());
  RETURN_IF_ERROR(catalog->load(*options));
  producer_ids = std::make_unique<topics::ProducerIds>(*metadata);
  group_thread = std::make_unique<topics::TimerThread>(system_clock());
  topics::GroupCoordinator::Parts group_parts;
  group_parts.catalog = catalog.get();
  group_parts.config = config.get();
  group_parts.workers = workers.get();
  group_parts.executor = group_thread.get();
  group_parts.clock = &system_clock();
  group_parts.seed = entropy();
  groups = std::make_unique<topics::GroupCoordinator>(group_parts);
  checkpointer =
      std::make_unique<topics::Checkpointer>(*files, *catalog, *checkpoint, make_syncer(), fatal);
  topics::Housekeeper::Parts housekeeping;
  housekeeping.catalog = catalog.get();
  housekeeping.checkpointer = checkpointer.get();
  housekeeping.disk = disk_guard.get();
  housekeeping.clock = &system_clock();
  housekeeping.appended_bytes = &appended_bytes;
  housekeeping.options = [this] { return config->options(); };
  housekeeper = std::make_unique<topics::Housekeeper>(std::move(housekeeping));
  topics::Cleaner::Parts cleaning;
  cleaning.catalog = catalog.get();
  cleaning.checkpointer = checkpointer.get();
  cleaning.clock = &system_clock();
  cleaning.disk = disk_guard.get();
  cleaning.fatal = fatal;
  cleaning.options = [this] { return config->options(); };
  cleaning.seed = entropy();
  cleaner = std::make_unique<topics::Cleaner>(std::move(cleaning));
  topics::Scrubber::Parts scrubbing;
  scrubbing.catalog = catalog.get();
  scrubbing.files = files.get();
  scrubbing.data_directory = directory.path;
  scrubbing.clock = &system_clock();
  scrubbing.options = [this] { return config->options(); };
  scrubber = std::make_unique<topics::Scrubber>(std::move(scrubbing));
  fetch_sessions = std::make_unique<api::FetchSessionCache>(
      static_cast<std::size_t>(options->max_incremental_fetch_session_cache_slots), system_clock(),
      entropy());
  services.catalog = catalog.get();
  services.config = config.get();
  services.producer_ids = producer_ids.get();
  services.groups = groups.get();
  services.lag = &lag;
  services.gate = gate.get();
  services.metadata = metadata.get();
  services.files = files.get();
  services.checkpoint = checkpoint.get();
  services.fatal = fatal;
  services.fetch_sessions = fetch_sessions.get();
  services.workers = workers.get();
  services.clock = &system_clock();
  services.data_directory = directory.path;
  services.identity = directory.identity;
  services.leader_epoch = context.leader_epoch;
  services.unsynced_bytes = &unsynced_bytes;
  return {};
}

Status Broker::Parts::open_network() {
  const auto options = config->options();
  budget = std::make_unique<net::MemoryBudget>(memory_budget(*options));
  const auto count = options->threads > 0 ? static_cast<std::size_t>(options->threads)
                                          : usable_cpus();
  net::SessionSet::Timeouts timeouts;
  timeouts.idle = std::chrono::milliseconds(options->connections_max_idle_ms);
  timeouts.frame_progress = std::chrono::milliseconds(options->frame_progress_timeout_ms);
  for (std::size_t i = 0; i < count; ++i) {
    threads.push_back(std::make_unique<net::IoThread>());
    sets.push_back(std::make_unique<net::SessionSet>(*threads.back(), timeouts));
  }
  server.services = &services;
  server.budget = budget.get();
  server.threads = &threads;
  server.sets = &sets;
  server.limits.max_frame_bytes = static_cast<std::size_t>(options->socket_request_max_bytes);
  server.limits.max_pipelined = static_cast<std::size_t>(options->max_pipelined_requests);
  server.limits.max_unanswered = options->max_queued_requests;
  server.connection_limits = [this] {
    const auto now = config->options();
    return net::ConnectionCount::Limits{
        now->max_connections == kNoLimit32 ? default_max_connections() : now->max_connections,
        now->max_connections_per_ip};
  };
  for (const auto& listener : listeners(*options)) {
    net::ListenOptions listening;
    listening.backlog = options->socket_listen_backlog_size;
    listening.congestion_control = options->tcp_congestion_control;
    auto acceptor = std::make_unique<net::Acceptor>(
        server, listener, advertised_address(*options, listener.name), std::move(listening));
    const Status s = acceptor->listen();
    // The default listens on both loopback addresses; a machine without IPv6 has only one.
    const bool may_miss = listener.host == "::1" && !acceptors.empty() &&
                          s.code() == StatusCode::kUnavailable;
    if (!s.ok() && !may_miss) return s;
    if (s.ok()) acceptors.push_back(std::move(acceptor));
  }
  return {};
}

void Broker::Parts::start_threads() {
  gate->start();
  // Ahead of whoever touches a partition first; who does meanwhile waits for it.
  workers->submit([sync = start_sync.get()] { static_cast<void>(sync->wait()); });
  group_thread->start();
  groups->start();
  housekeeper->start();
  cleaner->start();
  scrubber->start();
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i]->post([set = sets[i].get()] { set->start_sweeping(); });
    threads[i]->start();
  }
  for (auto& acceptor : acceptors) {
    threads.front()->post([acceptor = acceptor.get()] { acceptor->start(); });
  }
}

// Connections finish what they have; those that do not in time are closed.
void Broker::Parts::drain_connections() {
  for (auto& acceptor : acceptors) acceptor->stop();
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i]->post([set = sets[i].get()] { set->drain_all(); });
  }
  const MonotonicTime give_up = system_clock().monotonic() + kDrainTime;
  while (server.connections.open() > 0 && system_clock().monotonic() < give_up) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i]->post([set = sets[i].get()] { set->close_all(); });
  }
}

Broker::Broker(Setup setup) : setup_(std::move(setup)) {}

Broker::~Broker() { stop(); }

Status Broker::start() {
  auto parts = std::make_unique<Parts>();
  parts->below = setup_.files != nullptr ? setup_.files : &parts->disk;
  parts->fatal = setup_.on_fatal_disk_error ? setup_.on_fatal_disk_error : end_process;
  parts->files = std::make_unique<storage::SyncGuard>(*parts->below, parts->fatal);
  RETURN_IF_ERROR(parts->open_storage(setup_.config));
  RETURN_IF_ERROR(parts->open_topics());
  RETURN_IF_ERROR(parts->open_network());
  parts->start_threads();
  parts_ = std::move(parts);
  return {};
}

void Broker::stop() {
  if (!parts_) return;
  Parts& parts = *parts_;
  // Who waits for a group to rebalance is answered, or the connections would not drain.
  parts.groups->stop();
  parts.drain_connections();
  parts.cleaner->stop();
  parts.scrubber->stop();
  parts.housekeeper->stop();
  parts.gate->stop();
  parts.workers->stop();
  parts.group_thread->stop();
  if (Status s = parts.checkpointer->run(); !s.ok()) {
    LOG_WARN("the last checkpoint was not written; the next start scans more: {}", describe(s));
  }
  for (auto& thread : parts.threads) thread->stop();
  parts_.reset();
}

std::uint16_t Broker::port() const { return parts_->acceptors.front()->port(); }

std::string Broker::addresses() const {
  std::string out;
  for (const auto& acceptor : parts_->acceptors) {
    if (!out.empty()) out += ", ";
    out += acceptor->bound_address();
  }
  return out;
}

std::size_t Broker::topic_count() const { return parts_->catalog->image()->by_name.size(); }

}  // namespace leat
