#include "broker/storage/broker_checkpoint.h"

#include <algorithm>

#include "broker/storage/checkpoint_codec.h"
#include "broker/storage/log_format.h"
#include "common/base/check.h"
#include "common/base/log.h"

namespace leat::storage {
namespace {

constexpr std::uint64_t kFoldFactor = 4;
constexpr std::uint64_t kFoldAbove = 1 << 20;

Bytes file_header() {
  Bytes header;
  append(header, as_bytes(kCheckpointMagic));
  header.push_back(std::byte{kCheckpointVersion});
  LEAT_CHECK(header.size() == kCheckpointHeaderBytes);
  return header;
}

StatusOr<Bytes> read_entry(const File& file, std::uint64_t position, std::uint32_t size) {
  Bytes entry(size);
  ASSIGN_OR_RETURN(const std::size_t n, file.read_at(position, entry));
  entry.resize(n);
  return entry;
}

}  // namespace

std::string BrokerCheckpoint::path() const {
  return directory_ + "/" + std::string(kCheckpointFile);
}

StatusOr<std::unique_ptr<BrokerCheckpoint>> BrokerCheckpoint::open(FileSystem& fs,
                                                                   std::string directory) {
  std::unique_ptr<BrokerCheckpoint> checkpoint(new BrokerCheckpoint(fs, std::move(directory)));
  MutexLock lock(checkpoint->commit_mutex_);
  const Status leftover = fs.remove(checkpoint->path() + std::string(kTemporarySuffix));
  if (!leftover.ok() && !is_not_found(leftover)) return leftover;
  auto file = fs.open(checkpoint->path(), OpenMode::kReadWrite);
  if (is_not_found(file.status())) {
    RETURN_IF_ERROR(checkpoint->fold());
    return checkpoint;
  }
  if (!file.ok()) return file.status();
  ASSIGN_OR_RETURN(const bool whole, checkpoint->load(*std::move(file)));
  // Nothing may be appended behind bytes that are not understood.
  if (!whole) RETURN_IF_ERROR(checkpoint->fold());
  // Files are deleted on the word of these rows, and a process that was killed between writing and
  // syncing one left it to the page cache.
  if (whole) RETURN_IF_ERROR(checkpoint->sync_file());
  // A process killed while it folded may have renamed the file and not synced that.
  RETURN_IF_ERROR(fs.sync_directory(checkpoint->directory_));
  return checkpoint;
}

Status BrokerCheckpoint::sync_file() {
  MutexLock lock(mutex_);
  return file_->sync();
}

StatusOr<bool> BrokerCheckpoint::load(std::shared_ptr<File> file) {
  MutexLock lock(mutex_);
  file_ = std::move(file);
  const std::uint64_t end = file_->size();
  Bytes content(end);
  // Not through the page cache: it may hold rows of a commit whose sync failed.
  ASSIGN_OR_RETURN(const std::size_t n, file_->read_uncached_at(0, content));
  content.resize(n);
  const Bytes header = file_header();
  if (n < header.size()) return false;
  const ByteView magic = ByteView(content).first(kCheckpointMagic.size());
  if (as_text(magic) != kCheckpointMagic) {
    LOG_WARN("not a checkpoint file, ignored path={}", path());
    return false;
  }
  if (content[kCheckpointMagic.size()] != header.back())
    return unimplemented("{} has format version {}, this program knows {}", path(),
                         static_cast<int>(content[kCheckpointMagic.size()]), kCheckpointVersion);
  bool whole = n == end;
  std::uint64_t at = header.size();
  while (at + kEntryPrefixBytes <= n) {
    const std::uint64_t payload = load_be<std::uint32_t>(content.data() + at);
    const std::uint64_t size = kEntryPrefixBytes + payload;
    if (payload > kMaxEntryBytes || size > n - at) break;
    const auto head = decode_head(ByteView(content).subspan(at, size));
    if (head && head->sequence > sequence_) {
      sequence_ = head->sequence;
      apply(head->partition, head->kind == EntryKind::kRow, {at, static_cast<std::uint32_t>(size)});
    } else {
      whole = false;
    }
    at += size;
  }
  return whole && at == n;
}

void BrokerCheckpoint::apply(const TopicPartitionId& partition, bool is_row, Place place) {
  if (const auto old = index_.find(partition); old != index_.end()) {
    live_bytes_ -= old->second.size;
    index_.erase(old);
  }
  if (!is_row) return;
  index_[partition] = place;
  live_bytes_ += place.size;
}

StatusOr<std::optional<CheckpointEntry>> BrokerCheckpoint::find(
    const TopicPartitionId& partition) const {
  std::shared_ptr<File> file;
  Place place;
  {
    MutexLock lock(mutex_);
    const auto found = index_.find(partition);
    if (found == index_.end()) return std::optional<CheckpointEntry>();
    place = found->second;
    file = file_;
  }
  ASSIGN_OR_RETURN(const Bytes bytes, read_entry(*file, place.position, place.size));
  auto entry = decode_row(bytes);
  if (!entry) return corruption("{} is damaged at {}", path(), place.position);
  return entry;
}

Status BrokerCheckpoint::for_each(
    const std::function<Status(const TopicPartitionId&, CheckpointEntry)>& visit) const {
  std::vector<std::pair<std::uint64_t, TopicPartitionId>> order;
  {
    MutexLock lock(mutex_);
    for (const auto& [partition, place] : index_) order.emplace_back(place.position, partition);
  }
  std::sort(order.begin(), order.end());
  for (const auto& [position, partition] : order) {
    ASSIGN_OR_RETURN(auto entry, find(partition));
    if (entry) RETURN_IF_ERROR(visit(partition, *std::move(entry)));
  }
  return {};
}

std::size_t BrokerCheckpoint::partitions() const {
  MutexLock lock(mutex_);
  return index_.size();
}

std::uint64_t BrokerCheckpoint::file_bytes() const {
  MutexLock lock(mutex_);
  return file_->size();
}

std::uint64_t BrokerCheckpoint::live_bytes() const {
  MutexLock lock(mutex_);
  return live_bytes_;
}

Status BrokerCheckpoint::commit(std::span<const CheckpointChange> changes) {
  if (changes.empty()) return {};
  MutexLock lock(commit_mutex_);
  if (must_fold_) RETURN_IF_ERROR(fold());
  RETURN_IF_ERROR(append(changes));
  if (!wants_fold()) return {};
  const Status folded = fold();
  // The rows are durable already; a full disk only leaves the file long.
  return is_disk_full(folded) ? Status() : folded;
}

Status BrokerCheckpoint::erase(const TopicPartitionId& partition) {
  const CheckpointChange change{partition, std::nullopt};
  return commit({&change, 1});
}

Status BrokerCheckpoint::append(std::span<const CheckpointChange> changes) {
  std::shared_ptr<File> file;
  {
    MutexLock lock(mutex_);
    file = file_;
  }
  const std::uint64_t begin = file->size();
  Bytes block;
  std::vector<Place> places;
  std::uint64_t sequence = sequence_;
  for (const CheckpointChange& change : changes) {
    const std::size_t at = block.size();
    encode_change(change, ++sequence, block);
    places.push_back({begin + at, static_cast<std::uint32_t>(block.size() - at)});
  }
  const ByteView part = block;
  if (const Status written = file->append({&part, 1}); !written.ok()) {
    must_fold_ = !file->truncate(begin).ok();
    return written;
  }
  RETURN_IF_ERROR(file->sync());
  sequence_ = sequence;
  MutexLock lock(mutex_);
  for (std::size_t i = 0; i < changes.size(); ++i)
    apply(changes[i].partition, changes[i].entry.has_value(), places[i]);
  return {};
}

bool BrokerCheckpoint::wants_fold() const {
  MutexLock lock(mutex_);
  return file_->size() > kFoldAbove && file_->size() > kFoldFactor * live_bytes_;
}

Status BrokerCheckpoint::fold() {
  std::shared_ptr<File> old;
  std::vector<std::pair<Place, TopicPartitionId>> live;
  {
    MutexLock lock(mutex_);
    old = file_;
    for (const auto& [partition, place] : index_) live.emplace_back(place, partition);
  }
  // In file order, so that sequence numbers keep rising.
  std::sort(live.begin(), live.end(),
            [](const auto& a, const auto& b) { return a.first.position < b.first.position; });
  const std::string temporary = path() + std::string(kTemporarySuffix);
  ASSIGN_OR_RETURN(std::shared_ptr<File> fresh, fs_.open(temporary, OpenMode::kCreate));
  if (fresh->size() != 0) RETURN_IF_ERROR(fresh->truncate(0));
  Bytes block = file_header();
  Index index;
  for (const auto& [place, partition] : live) {
    ASSIGN_OR_RETURN(const Bytes entry, read_entry(*old, place.position, place.size));
    if (!decode_head(entry)) return corruption("{} is damaged at {}", path(), place.position);
    index[partition] = {fresh->size() + block.size(), place.size};
    leat::append(block, entry);
    if (block.size() < kFoldAbove) continue;
    const ByteView part = block;
    RETURN_IF_ERROR(fresh->append({&part, 1}));
    block.clear();
  }
  const ByteView part = block;
  RETURN_IF_ERROR(fresh->append({&part, 1}));
  RETURN_IF_ERROR(fresh->sync());
  RETURN_IF_ERROR(fs_.rename(temporary, path()));
  RETURN_IF_ERROR(fs_.sync_directory(directory_));
  must_fold_ = false;
  MutexLock lock(mutex_);
  file_ = std::move(fresh);
  index_ = std::move(index);
  return {};
}

}  // namespace leat::storage
