#include "tests/support/sim_file_system.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "common/base/check.h"

namespace leat::storage {
namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0x9fb21c651e98df25;
  return hash ^ (hash >> 32);
}

// Eight bytes at a time: hashing every disk is a good part of the simulation's work.
std::uint64_t mix(std::uint64_t hash, ByteView bytes) {
  hash = mix(hash, bytes.size());
  while (bytes.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    hash = mix(hash, word);
    bytes = bytes.subspan(8);
  }
  std::uint64_t rest = 0;
  if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
  return mix(hash, rest);
}
constexpr std::uint64_t kHashStart = 0xcbf29ce484222325;

// Bytes that copies share until one of them changes, with their hash: most files of a disk that a
// power cut leaves are those of the disk before it. A disk and its copies belong to one thread while
// either changes.
class SharedContent {
 public:
  const Bytes& bytes() const { return block_->bytes; }
  std::size_t size() const { return block_->bytes.size(); }
  std::uint64_t hash() const {
    std::uint64_t hash = block_->hash.load(std::memory_order_relaxed);
    if (hash != 0) return hash;
    hash = mix(kHashStart, block_->bytes);
    block_->hash.store(hash, std::memory_order_relaxed);
    return hash;
  }
  // To be changed: this copy's own from now on.
  Bytes& change() {
    if (block_.use_count() > 1) block_ = std::make_shared<Block>(block_->bytes);
    block_->hash.store(0, std::memory_order_relaxed);
    return block_->bytes;
  }

 private:
  struct Block {
    Block() = default;
    explicit Block(Bytes b) : bytes(std::move(b)) {}
    Bytes bytes;
    std::atomic<std::uint64_t> hash = 0;  // 0: not known
  };
  std::shared_ptr<Block> block_ = std::make_shared<Block>();
};

}  // namespace

struct SimFileSystem::DataChange {
  std::uint64_t when = 0;
  bool is_truncation = false;
  std::uint64_t position = 0;  // or the new size
  Bytes bytes;
};

struct SimFileSystem::Inode {
  SharedContent live;
  SharedContent durable;
  std::vector<DataChange> pending;

  static void apply(const DataChange& change, Bytes& to) {
    if (change.is_truncation) {
      to.resize(change.position);
      return;
    }
    if (change.bytes.empty()) return;
    if (to.size() < change.position + change.bytes.size())
      to.resize(change.position + change.bytes.size());
    std::memcpy(to.data() + change.position, change.bytes.data(), change.bytes.size());
  }
  // What a failed sync leaves: data counts as written and is not. A truncation is in the journal, and
  // a journal that fails is aborted, so it stays to be synced, as names do.
  void forget_pending_data() {
    std::erase_if(pending, [](const DataChange& change) { return !change.is_truncation; });
  }
  // What the disk would answer: a direct read makes the kernel write back first.
  Bytes on_disk() const {
    Bytes bytes = durable.bytes();
    for (const DataChange& change : pending) apply(change, bytes);
    bytes.resize(live.size());
    return bytes;
  }
};

struct SimFileSystem::NameChange {
  enum class Kind { kLink, kUnlink, kRename };
  std::uint64_t when = 0;
  Kind kind;
  std::string path;
  std::string to;                // of a rename
  std::shared_ptr<Inode> inode;  // of a link; null for a folder
};

// Which pending changes survive one power cut.
struct SimFileSystem::CrashPlan {
  PowerModel model;
  Random random;
  std::uint64_t moment = 0;     // kPrefix
  bool variant = false;         // the second half of P4 and P8
  int fill = 0;                 // P4: zeros, garbage, another file's bytes
  Bytes stale;

  bool keeps(const NameChange& change) {
    switch (model) {
      case PowerModel::kPrefix:
      case PowerModel::kAnySubset: return change.when < moment;
      case PowerModel::kOnlySynced: return false;
      case PowerModel::kSizeNotData:
      case PowerModel::kTorn:
      case PowerModel::kNamesFirst: return true;
      case PowerModel::kNamesAnySubset: return random.chance(1, 2);
      case PowerModel::kRemovalsFirst:
        return (change.kind == NameChange::Kind::kUnlink) != variant;
    }
    return false;
  }
  bool keeps(const DataChange& change) {
    switch (model) {
      case PowerModel::kPrefix: return change.when < moment;
      case PowerModel::kOnlySynced:
      case PowerModel::kNamesFirst: return false;
      case PowerModel::kAnySubset:
      case PowerModel::kNamesAnySubset: return random.chance(1, 2);
      case PowerModel::kRemovalsFirst: return change.is_truncation != variant;
      case PowerModel::kSizeNotData:
      case PowerModel::kTorn: return true;
    }
    return false;
  }
  void fill_in(MutableByteView lost) {
    if (fill == 0) std::fill(lost.begin(), lost.end(), std::byte{0});
    // The same garbage every time, so that it does not make new states by itself.
    if (fill == 1) std::fill(lost.begin(), lost.end(), std::byte{0xdb});
    if (fill == 2)
      for (std::size_t i = 0; i < lost.size(); ++i)
        lost[i] = stale.empty() ? std::byte{0} : stale[i % stale.size()];
  }
  void apply(const DataChange& change, Bytes& bytes);
  void apply_torn(const DataChange& change, Bytes& bytes);
};

void SimFileSystem::CrashPlan::apply(const DataChange& change, Bytes& bytes) {
  if (model == PowerModel::kTorn && !change.is_truncation) return apply_torn(change, bytes);
  if (model != PowerModel::kSizeNotData || change.is_truncation)
    return Inode::apply(change, bytes);
  if (variant) {  // data without the longer size
    const std::size_t size = bytes.size();
    Inode::apply(change, bytes);
    bytes.resize(size);
    return;
  }
  // A sector that was there before keeps its old content: only what is new holds something else.
  const std::size_t old_size = bytes.size();
  const std::uint64_t end = change.position + change.bytes.size();
  if (end <= old_size) return;
  bytes.resize(end);
  fill_in(MutableByteView(bytes).subspan(old_size));
}

// The first, a middle or the last fragment is lost; sectors are those of the file.
void SimFileSystem::CrashPlan::apply_torn(const DataChange& change, Bytes& bytes) {
  const std::uint64_t sector = random.chance(1, 2) ? 512 : 4096;
  DataChange piece;
  std::uint64_t at = change.position;
  const std::uint64_t end = at + change.bytes.size();
  const bool all_but_some = random.chance(1, 2);
  while (at < end) {
    const std::uint64_t next = std::min(end, (at / sector + 1) * sector);
    if (random.chance(1, 4) != all_but_some) {
      piece.position = at;
      const auto begin = change.bytes.begin() + static_cast<std::ptrdiff_t>(at - change.position);
      piece.bytes.assign(begin, begin + static_cast<std::ptrdiff_t>(next - at));
      Inode::apply(piece, bytes);
    }
    at = next;
  }
}

std::string_view name_of(PowerModel model) {
  switch (model) {
    case PowerModel::kPrefix: return "P1 prefix";
    case PowerModel::kOnlySynced: return "P2 only synced";
    case PowerModel::kAnySubset: return "P3 any subset";
    case PowerModel::kSizeNotData: return "P4 size without data";
    case PowerModel::kTorn: return "P5 torn";
    case PowerModel::kNamesAnySubset: return "P6 names any subset";
    case PowerModel::kNamesFirst: return "P7 names first";
    case PowerModel::kRemovalsFirst: return "P8 removals first";
  }
  return "?";
}

std::string_view name_of(SimCall call) {
  constexpr std::string_view kNames[] = {
      "open",           "list",     "file_size",  "rename",   "remove", "make_directory",
      "sync_directory", "sync_all", "free_bytes", "lock",     "read",   "read_resident",
      "read_uncached",  "write_at", "append",     "truncate", "sync"};
  static_assert(std::size(kNames) == static_cast<std::size_t>(SimCall::kSync) + 1);
  return kNames[static_cast<std::size_t>(call)];
}

namespace {

std::string_view parent_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : path.substr(0, slash);
}

}  // namespace

class SimFile final : public File {
 public:
  SimFile(SimFileSystem& fs, std::shared_ptr<SimFileSystem::Inode> inode, std::string path)
      : fs_(fs), inode_(std::move(inode)), path_(std::move(path)) {}

  StatusOr<std::size_t> read_at(std::uint64_t position, MutableByteView into) const override {
    RETURN_IF_ERROR(fs_.enter(SimCall::kRead, path_, position, into.size(), false));
    return fs_.read(*inode_, position, into, true);
  }
  StatusOr<std::size_t> read_resident_at(std::uint64_t position,
                                         MutableByteView into) const override {
    RETURN_IF_ERROR(fs_.enter(SimCall::kReadResident, path_, position, into.size(), false));
    return fs_.read(*inode_, position, into, true);
  }
  StatusOr<std::size_t> read_uncached_at(std::uint64_t position,
                                         MutableByteView into) const override {
    RETURN_IF_ERROR(fs_.enter(SimCall::kReadUncached, path_, position, into.size(), false));
    return fs_.read(*inode_, position, into, false);
  }
  FileRange range(std::uint64_t position, std::uint64_t size) const override {
    return {nullptr, -1, position, size};
  }
  bool is_resident(std::uint64_t, std::uint64_t) const override { return true; }
  Status write_at(std::uint64_t position, ByteView bytes) override {
    RETURN_IF_ERROR(fs_.enter(SimCall::kWriteAt, path_, position, bytes.size(), true));
    return fs_.write(*inode_, position, {&bytes, 1});
  }
  Status append(std::span<const ByteView> parts) override {
    std::uint64_t total = 0;
    for (const ByteView part : parts) total += part.size();
    const std::uint64_t end = size();
    if (Status failed = fs_.enter(SimCall::kAppend, path_, end, total, true); !failed.ok()) {
      const ByteView half = parts.empty() ? ByteView() : parts[0].first(parts[0].size() / 2);
      (void)fs_.write(*inode_, end, {&half, 1});
      return failed;
    }
    return fs_.write(*inode_, end, parts);
  }
  Status truncate(std::uint64_t size) override {
    RETURN_IF_ERROR(fs_.enter(SimCall::kTruncate, path_, size, 0, true));
    return fs_.truncate(*inode_, size);
  }
  Status sync() override {
    if (Status failed = fs_.enter(SimCall::kSync, path_, 0, 0, true); !failed.ok()) {
      MutexLock lock(fs_.mutex_);
      inode_->forget_pending_data();
      return failed;
    }
    return fs_.sync(*inode_);
  }
  void start_writeback() override {}
  std::uint64_t size() const override {
    MutexLock lock(fs_.mutex_);
    return inode_->live.size();
  }

 private:
  SimFileSystem& fs_;
  const std::shared_ptr<SimFileSystem::Inode> inode_;
  const std::string path_;
};

class SimLock final : public DirectoryLock {
 public:
  SimLock(SimFileSystem& fs, std::string path) : fs_(fs), path_(std::move(path)) {}
  ~SimLock() override {
    MutexLock lock(fs_.mutex_);
    fs_.locks_.erase(path_);
  }

 private:
  SimFileSystem& fs_;
  const std::string path_;
};

SimFileSystem::SimFileSystem() = default;
SimFileSystem::~SimFileSystem() = default;

void SimFileSystem::set_hook(SimHook hook) { hook_ = std::move(hook); }

void SimFileSystem::fail_next_sync(Status error, std::uint64_t passing) {
  MutexLock lock(mutex_);
  passing_syncs_ = passing;
  if (!error.ok()) failed_sync_.reset();
  next_sync_ = std::move(error);
}

std::optional<SimCall> SimFileSystem::failed_sync_call() const {
  MutexLock lock(mutex_);
  return failed_sync_;
}

Status SimFileSystem::take_sync_failure(SimCall call) {
  if (next_sync_.ok()) return {};
  if (passing_syncs_ > 0) return --passing_syncs_, Status();
  failed_sync_ = call;
  return std::exchange(next_sync_, Status());
}

void SimFileSystem::set_capacity(std::uint64_t bytes) {
  MutexLock lock(mutex_);
  capacity_ = bytes;
}

std::uint64_t SimFileSystem::calls() const {
  MutexLock lock(mutex_);
  return calls_;
}

Status SimFileSystem::enter(SimCall call, const std::string& path, std::uint64_t position,
                            std::uint64_t size, bool changes) {
  SimOperation operation{0, call, path, position, size, changes};
  {
    MutexLock lock(mutex_);
    operation.index = calls_++;
  }
  return hook_ ? hook_(operation) : Status();
}

void SimFileSystem::apply(const NameChange& change, Names& names) {
  switch (change.kind) {
    case NameChange::Kind::kLink: names[change.path] = change.inode; return;
    case NameChange::Kind::kUnlink: names.erase(change.path); return;
    case NameChange::Kind::kRename: {
      const auto from = names.find(change.path);
      // Its own creation was lost: the name that was to go away is not there, the new one neither.
      if (from == names.end()) return;
      names[change.to] = from->second;
      names.erase(change.path);
      return;
    }
  }
}

void SimFileSystem::pend(NameChange change) {
  change.when = clock_++;
  apply(change, live_);
  pending_.push_back(std::move(change));
}

bool SimFileSystem::folder_exists(std::string_view path) const {
  if (path.empty() || path == "/" || path == ".") return true;
  const auto found = live_.find(path);
  return found != live_.end() && found->second == nullptr;
}

std::uint64_t SimFileSystem::used_bytes() const {
  std::uint64_t used = 0;
  for (const auto& [path, inode] : live_)
    if (inode) used += inode->live.size();
  return used;
}

StatusOr<std::unique_ptr<File>> SimFileSystem::open(const std::string& path, OpenMode mode) {
  const bool creates = mode == OpenMode::kCreate || mode == OpenMode::kCreateNew;
  RETURN_IF_ERROR(enter(SimCall::kOpen, path, 0, 0, creates));
  MutexLock lock(mutex_);
  const auto found = live_.find(path);
  const bool exists = found != live_.end();
  if (exists && !found->second) return io_error("open {}: is a directory", path);
  if (exists && mode == OpenMode::kCreateNew) return already_exists("open {}: exists", path);
  if (exists) return std::make_unique<SimFile>(*this, found->second, path);
  if (!creates || !folder_exists(parent_of(path))) return not_found("open {}: no such file", path);
  auto inode = std::make_shared<Inode>();
  pend({0, NameChange::Kind::kLink, path, {}, inode});
  return std::make_unique<SimFile>(*this, std::move(inode), path);
}

StatusOr<std::vector<DirectoryEntry>> SimFileSystem::list(const std::string& directory) {
  RETURN_IF_ERROR(enter(SimCall::kList, directory, 0, 0, false));
  MutexLock lock(mutex_);
  if (!folder_exists(directory)) return not_found("list {}: no such directory", directory);
  std::vector<DirectoryEntry> entries;
  for (const auto& [path, inode] : live_)
    if (parent_of(path) == directory)
      entries.push_back({path.substr(directory.size() + 1), inode == nullptr,
                         inode ? inode->live.size() : 0});
  return entries;
}

StatusOr<std::uint64_t> SimFileSystem::file_size(const std::string& path) {
  RETURN_IF_ERROR(enter(SimCall::kFileSize, path, 0, 0, false));
  MutexLock lock(mutex_);
  const auto found = live_.find(path);
  if (found == live_.end() || !found->second) return not_found("stat {}: no such file", path);
  return std::uint64_t{found->second->live.size()};
}

Status SimFileSystem::rename(const std::string& from, const std::string& to) {
  RETURN_IF_ERROR(enter(SimCall::kRename, from, 0, 0, true));
  MutexLock lock(mutex_);
  const auto found = live_.find(from);
  if (found == live_.end()) return not_found("rename {}: no such file", from);
  if (!found->second) return unimplemented("rename {}: folders are not modelled", from);
  pend({0, NameChange::Kind::kRename, from, to, nullptr});
  return {};
}

Status SimFileSystem::remove(const std::string& path) {
  RETURN_IF_ERROR(enter(SimCall::kRemove, path, 0, 0, true));
  MutexLock lock(mutex_);
  const auto found = live_.find(path);
  if (found == live_.end()) return not_found("remove {}: no such file", path);
  const auto child = std::find_if(live_.begin(), live_.end(),
                                  [&](const auto& entry) { return parent_of(entry.first) == path; });
  if (!found->second && child != live_.end()) return io_error("remove {}: not empty", path);
  pend({0, NameChange::Kind::kUnlink, path, {}, nullptr});
  return {};
}

Status SimFileSystem::make_directory(const std::string& path) {
  RETURN_IF_ERROR(enter(SimCall::kMakeDirectory, path, 0, 0, true));
  MutexLock lock(mutex_);
  if (const auto found = live_.find(path); found != live_.end())
    return found->second ? already_exists("make directory {}: a file is there", path) : Status();
  if (!folder_exists(parent_of(path))) return not_found("make directory {}: no parent", path);
  pend({0, NameChange::Kind::kLink, path, {}, nullptr});
  return {};
}

Status SimFileSystem::sync_directory(const std::string& path) {
  RETURN_IF_ERROR(enter(SimCall::kSyncDirectory, path, 0, 0, true));
  MutexLock lock(mutex_);
  if (!folder_exists(path)) return not_found("sync directory {}: no such directory", path);
  RETURN_IF_ERROR(take_sync_failure(SimCall::kSyncDirectory));
  const std::string folder = path == "/" ? "" : path;
  std::vector<NameChange> left;
  for (NameChange& change : pending_) {
    if (parent_of(change.path) == folder) {
      apply(change, durable_);
    } else {
      left.push_back(std::move(change));
    }
  }
  pending_ = std::move(left);
  return {};
}

Status SimFileSystem::sync_all(const std::string& path) {
  RETURN_IF_ERROR(enter(SimCall::kSyncAll, path, 0, 0, true));
  MutexLock lock(mutex_);
  if (const Status failed = take_sync_failure(SimCall::kSyncAll); !failed.ok()) {
    for (const auto& [name, inode] : live_)
      if (inode) inode->forget_pending_data();
    return failed;
  }
  for (const auto& [name, inode] : live_)
    if (inode) sync_locked(*inode);
  for (const NameChange& change : pending_) apply(change, durable_);
  pending_.clear();
  return {};
}

StatusOr<std::uint64_t> SimFileSystem::free_bytes(const std::string& path) {
  RETURN_IF_ERROR(enter(SimCall::kFreeBytes, path, 0, 0, false));
  MutexLock lock(mutex_);
  const std::uint64_t used = used_bytes();
  return used >= capacity_ ? std::uint64_t{0} : capacity_ - used;
}

StatusOr<std::unique_ptr<DirectoryLock>> SimFileSystem::lock(const std::string& path) {
  RETURN_IF_ERROR(enter(SimCall::kLock, path, 0, 0, false));
  MutexLock lock(mutex_);
  if (!locks_.insert(path).second) return failed_precondition("{} is locked by process 1", path);
  if (!live_.contains(path))
    pend({0, NameChange::Kind::kLink, path, {}, std::make_shared<Inode>()});
  return std::make_unique<SimLock>(*this, path);
}

StatusOr<std::size_t> SimFileSystem::read(const Inode& inode, std::uint64_t position,
                                          MutableByteView into, bool cached) const {
  MutexLock lock(mutex_);
  const bool as_written = inode.pending.empty() && inode.durable.size() == inode.live.size();
  const Bytes disk = cached || as_written ? Bytes() : inode.on_disk();
  const Bytes& from = cached ? inode.live.bytes() : as_written ? inode.durable.bytes() : disk;
  if (position >= from.size()) return std::size_t{0};
  const std::size_t n = std::min<std::size_t>(into.size(), from.size() - position);
  std::memcpy(into.data(), from.data() + position, n);
  return n;
}

Status SimFileSystem::write(Inode& inode, std::uint64_t position,
                            std::span<const ByteView> parts) {
  MutexLock lock(mutex_);
  DataChange change{clock_++, false, position, {}};
  for (const ByteView part : parts) leat::append(change.bytes, part);
  const std::uint64_t end = position + change.bytes.size();
  const std::uint64_t growth = end > inode.live.size() ? end - inode.live.size() : 0;
  const std::uint64_t used = used_bytes();
  const bool full = growth > 0 && used + growth > capacity_;
  if (full) {
    const std::uint64_t room = capacity_ > used ? capacity_ - used : 0;
    change.bytes.resize(change.bytes.size() - growth + std::min(room, growth));
  }
  Inode::apply(change, inode.live.change());
  inode.pending.push_back(std::move(change));
  return full ? disk_full("write: no space left") : Status();
}

Status SimFileSystem::truncate(Inode& inode, std::uint64_t size) {
  MutexLock lock(mutex_);
  DataChange change{clock_++, true, size, {}};
  Inode::apply(change, inode.live.change());
  inode.pending.push_back(std::move(change));
  return {};
}

Status SimFileSystem::sync(Inode& inode) {
  MutexLock lock(mutex_);
  if (const Status failed = take_sync_failure(SimCall::kSync); !failed.ok()) {
    inode.forget_pending_data();
    return failed;
  }
  sync_locked(inode);
  return {};
}

void SimFileSystem::sync_locked(Inode& inode) {
  for (const DataChange& change : inode.pending) Inode::apply(change, inode.durable.change());
  inode.pending.clear();
}

// One copy for all of a file's names, of which there are few.
std::shared_ptr<SimFileSystem::Inode> SimFileSystem::after_cut(const Inode& inode, CrashPlan& plan,
                                                               InodeCopies& copies) {
  for (const auto& [from, copy] : copies)
    if (from == &inode) return copy;
  auto copy = std::make_shared<Inode>();
  copy->durable = inode.durable;
  for (const DataChange& change : inode.pending)
    if (plan.keeps(change)) plan.apply(change, copy->durable.change());
  copy->live = copy->durable;
  copies.emplace_back(&inode, copy);
  return copy;
}

std::unique_ptr<SimFileSystem> SimFileSystem::crash(PowerModel model, std::uint64_t seed) const {
  auto after = std::make_unique<SimFileSystem>();
  MutexLock lock(mutex_);
  CrashPlan plan{model, Random(seed), 0, false, 0, {}};
  plan.moment = clock_ == 0 ? 0 : plan.random.below(clock_ + 1);
  plan.variant = plan.random.chance(1, 2);
  plan.fill = static_cast<int>(plan.random.below(3));
  Names names = durable_;
  for (const NameChange& change : pending_)
    if (plan.keeps(change)) apply(change, names);
  const bool wants_stale = model == PowerModel::kSizeNotData && plan.fill == 2 && exposes_other_files_;
  for (const auto& [path, inode] : live_)
    if (wants_stale && inode && !path.ends_with(".torn") && inode->durable.size() > plan.stale.size())
      plan.stale = inode->durable.bytes();

  MutexLock other(after->mutex_);
  InodeCopies copies;
  for (auto name = names.begin(); name != names.end();) {
    const auto parent = parent_of(name->first);
    // What lies in a folder whose own name was lost is gone with it.
    if (!parent.empty() && !names.contains(parent)) {
      name = names.erase(name);
      continue;
    }
    if (std::shared_ptr<Inode>& inode = name->second) inode = after_cut(*inode, plan, copies);
    ++name;
  }
  after->live_ = std::move(names);
  after->durable_ = after->live_;
  after->capacity_ = capacity_;
  return after;
}

std::unique_ptr<SimFileSystem> SimFileSystem::kill() const {
  auto after = std::make_unique<SimFileSystem>();
  MutexLock lock(mutex_);
  MutexLock other(after->mutex_);
  std::map<const Inode*, std::shared_ptr<Inode>> copies;
  const auto copy_of = [&](const std::shared_ptr<Inode>& inode) {
    if (!inode) return std::shared_ptr<Inode>();
    auto& copy = copies[inode.get()];
    if (!copy) copy = std::make_shared<Inode>(*inode);
    return copy;
  };
  for (const auto& [path, inode] : live_) after->live_[path] = copy_of(inode);
  for (const auto& [path, inode] : durable_) after->durable_[path] = copy_of(inode);
  for (NameChange change : pending_) {
    change.inode = copy_of(change.inode);
    after->pending_.push_back(std::move(change));
  }
  after->clock_ = clock_;
  after->capacity_ = capacity_;
  return after;
}

std::uint64_t SimFileSystem::durable_hash() const {
  MutexLock lock(mutex_);
  std::uint64_t hash = kHashStart;
  for (const auto& [path, inode] : durable_) {
    hash = mix(hash, as_bytes(path));
    if (inode) hash = mix(hash, inode->durable.hash());
  }
  return hash;
}

std::uint64_t SimFileSystem::live_hash() const {
  MutexLock lock(mutex_);
  std::uint64_t hash = kHashStart;
  for (const auto& [path, inode] : live_) {
    hash = mix(hash, as_bytes(path));
    if (inode) hash = mix(hash, inode->live.hash());
  }
  return hash;
}

std::vector<SimFileSystem::Content> SimFileSystem::contents() const {
  MutexLock lock(mutex_);
  std::vector<Content> out;
  for (const auto& [path, inode] : live_)
    if (inode) out.push_back({path, inode->live.size(), inode->live.hash()});
  return out;
}

std::vector<std::string> SimFileSystem::files() const {
  MutexLock lock(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, inode] : live_)
    if (inode) paths.push_back(path);
  return paths;
}

}  // namespace leat::storage
