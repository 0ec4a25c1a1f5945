#include "tools/leat/log_index.h"

#include <algorithm>

#include "broker/storage/batch_scan.h"
#include "broker/storage/log_format.h"
#include "broker/storage/offset_index.h"
#include "broker/storage/time_index.h"

namespace leat::cli {
namespace {

using storage::File;
using storage::HeaderWalk;
using storage::OffsetPosition;
using storage::ScannedBatch;
using storage::TimeEntry;

constexpr std::size_t kLookupChunk = 4096;
constexpr std::size_t kWalkChunk = 64 * 1024;

// The common part: how many entries there are to look at.
class EntryCount {
 public:
  EntryCount(const IndexToRead& index, std::size_t entry_bytes, LogFileReport& out)
      : index_(index), entry_bytes_(entry_bytes), out_(out) {}

  StatusOr<std::size_t> find(const storage::IndexFile& file) {
    const std::size_t all = file.entries();
    const std::uint64_t left = out_.summary().bytes % entry_bytes_;
    if (left != 0)
      out_.damage(all * entry_bytes_, "size",
                  fmt::format("{} bytes are no whole entry of {}", left, entry_bytes_));
    ASSIGN_OR_RETURN(const auto opened, file.file(out_.path()));
    ASSIGN_OR_RETURN(const std::uint64_t bytes, end_of_content(*opened, all * entry_bytes_));
    const auto used = static_cast<std::size_t>((bytes + entry_bytes_ - 1) / entry_bytes_);
    if (used < all) say_zeros(used, all - used);
    out_.summary().entries = static_cast<std::int64_t>(used);
    return used;
  }

 private:
  // Where the zeros begin that fill the file up to `end`.
  static StatusOr<std::uint64_t> end_of_content(const File& file, std::uint64_t end) {
    Bytes block;
    while (end > 0) {
      block.resize(static_cast<std::size_t>(std::min<std::uint64_t>(end, kWalkChunk)));
      const std::uint64_t from = end - block.size();
      ASSIGN_OR_RETURN(const std::size_t n, file.read_at(from, block));
      block.resize(n);
      const auto last =
          std::find_if(block.rbegin(), block.rend(), [](std::byte b) { return b != std::byte{0}; });
      if (last != block.rend()) return from + static_cast<std::uint64_t>(block.rend() - last);
      end = from;
    }
    return 0;
  }

  void say_zeros(std::size_t at, std::size_t count) {
    if (index_.newest) return out_.note(fmt::format("{} entries are preallocated", count));
    out_.damage(at * entry_bytes_, "zeros", fmt::format("{} empty entries at the end", count));
  }

  const IndexToRead& index_;
  const std::size_t entry_bytes_;
  LogFileReport& out_;
};

// What both indexes do around their entries. `Index` is OffsetIndex or TimeIndex, `check` looks at
// the first `count` entries of it beside the log, which may be null.
template <class Index, class Check>
void read_index(storage::FileSystem& files, const IndexToRead& index, std::string_view kind,
                std::size_t entry_bytes, LogReport& report, const Check& check) {
  const auto size = files.file_size(index.path);
  if (is_not_found(size.status())) return report.note(index.path, "is gone");
  LogFileReport out(report, index.path, std::string(kind), size.ok() ? *size : 0);
  const auto run = [&]() -> Status {
    RETURN_IF_ERROR(size.status());
    Index entries(files, index.base);
    RETURN_IF_ERROR(entries.file().load(index.path));
    ASSIGN_OR_RETURN(const std::size_t count,
                     EntryCount(index, entry_bytes, out).find(entries.file()));
    // Opened after the entries were counted: a broker writes the batch first, then its entry.
    auto log = files.open(index.log_path, storage::OpenMode::kReadOnly);
    if (!log.ok()) out.note(fmt::format("not compared with the log: {}", message(log.status())));
    return check(entries, count, log.ok() ? log->get() : nullptr, out);
  };
  if (const Status done = run(); !done.ok())
    out.damage(0, "unreadable", std::string(message(done)));
}

class OffsetEntries {
 public:
  OffsetEntries(const File* log, LogFileReport& out) : log_(log), out_(out) {}

  Status check(std::size_t i, const OffsetPosition& entry) {
    at_ = i * storage::kOffsetIndexEntryBytes;
    if (i > 0 &&
        (entry.last_offset <= previous_.last_offset || entry.position <= previous_.position))
      out_.damage(at_, "order",
                  fmt::format("offset {} at {} after offset {} at {}", entry.last_offset,
                              entry.position, previous_.last_offset, previous_.position));
    previous_ = entry;
    return log_ ? compare(entry) : Status();
  }

 private:
  Status compare(const OffsetPosition& entry) {
    if (entry.position >= log_->size()) {
      out_.damage(at_, "past the end",
                  fmt::format("offset {} at {}, the log has {} bytes", entry.last_offset,
                              entry.position, log_->size()));
      return {};
    }
    HeaderWalk walk(*log_, entry.position, log_->size(), kLookupChunk);
    auto batch = walk.next();
    if (is_corruption(batch.status())) {
      out_.damage(at_, "position", fmt::format("no batch begins at {}", entry.position));
      return {};
    }
    RETURN_IF_ERROR(batch.status());
    const ScannedBatch first = **batch;
    while (batch.ok() && *batch && (*batch)->last_offset < entry.last_offset) batch = walk.next();
    if (batch.ok() && *batch && (*batch)->last_offset == entry.last_offset) return {};
    out_.damage(at_, "offset",
                fmt::format("offset {}, the batch at {} has {} to {}", entry.last_offset,
                            entry.position, first.base_offset, first.last_offset));
    return {};
  }

  const File* log_;
  LogFileReport& out_;
  OffsetPosition previous_;
  std::uint64_t at_ = 0;
};

class TimeEntries {
 public:
  TimeEntries(const File* log, LogFileReport& out) : log_(log), out_(out) {
    if (log_) walk_.emplace(*log_, 0, log_->size(), kWalkChunk);
  }

  Status check(std::size_t i, const TimeEntry& entry) {
    at_ = i * storage::kTimeIndexEntryBytes;
    if (i > 0 &&
        (entry.timestamp <= previous_.timestamp || entry.last_offset < previous_.last_offset))
      out_.damage(at_, "order",
                  fmt::format("timestamp {} at offset {} after {} at {}", entry.timestamp,
                              entry.last_offset, previous_.timestamp, previous_.last_offset));
    previous_ = entry;
    return walk_ ? compare(entry) : Status();
  }

 private:
  Status compare(const TimeEntry& entry) {
    while (!reached_ || *reached_ < entry.last_offset) {
      auto batch = walk_->next();
      if (is_corruption(batch.status())) {
        out_.note(
            fmt::format("entries from position {} on are not compared with the log, which is "
                        "damaged: {}",
                        at_, message(batch.status())));
        walk_.reset();
        return {};
      }
      RETURN_IF_ERROR(batch.status());
      if (!*batch) {
        out_.damage(at_, "past the end", fmt::format("offset {}", entry.last_offset));
        return {};
      }
      newest_ = std::max(newest_, (*batch)->max_timestamp);
      reached_ = (*batch)->last_offset;
    }
    if (newest_ != entry.timestamp)
      out_.damage(at_, "timestamp",
                  fmt::format("{} up to offset {}, the batches up to there have {}",
                              entry.timestamp, entry.last_offset, newest_));
    return {};
  }

  const File* log_;
  LogFileReport& out_;
  std::optional<HeaderWalk> walk_;
  std::optional<Offset> reached_;
  std::int64_t newest_ = -1;
  TimeEntry previous_;
  std::uint64_t at_ = 0;
};

bool shown(const LogReadOptions& options, Offset offset) {
  return options.details && offset >= options.from && offset < options.to;
}

}  // namespace

void read_offset_index(storage::FileSystem& files, const IndexToRead& index,
                       const LogReadOptions& options, LogReport& report) {
  const auto check = [&](const storage::OffsetIndex& entries, std::size_t count, const File* log,
                         LogFileReport& out) -> Status {
    OffsetEntries checker(log, out);
    for (std::size_t i = 0; i < count; ++i) {
      ASSIGN_OR_RETURN(const OffsetPosition entry, entries.entry(index.path, i));
      if (shown(options, entry.last_offset))
        out.fact({{"offset", entry.last_offset.value()},
                  {"position", static_cast<std::int64_t>(entry.position)}});
      RETURN_IF_ERROR(checker.check(i, entry));
    }
    return {};
  };
  read_index<storage::OffsetIndex>(files, index, "offset index", storage::kOffsetIndexEntryBytes,
                                   report, check);
}

void read_time_index(storage::FileSystem& files, const IndexToRead& index,
                     const LogReadOptions& options, LogReport& report) {
  const auto check = [&](const storage::TimeIndex& entries, std::size_t count, const File* log,
                         LogFileReport& out) -> Status {
    TimeEntries checker(log, out);
    for (std::size_t i = 0; i < count; ++i) {
      ASSIGN_OR_RETURN(const TimeEntry entry, entries.entry(index.path, i));
      if (shown(options, entry.last_offset))
        out.fact({{"timestamp", entry.timestamp}, {"offset", entry.last_offset.value()}});
      RETURN_IF_ERROR(checker.check(i, entry));
    }
    return {};
  };
  read_index<storage::TimeIndex>(files, index, "time index", storage::kTimeIndexEntryBytes, report,
                                 check);
}

}  // namespace leat::cli
