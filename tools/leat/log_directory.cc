#include "tools/leat/log_directory.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "broker/meta/data_directory.h"
#include "broker/storage/checkpoint_codec.h"
#include "broker/storage/log_format.h"
#include "tools/leat/log_checkpoints.h"
#include "tools/leat/log_index.h"
#include "tools/leat/log_metadata.h"
#include "tools/leat/log_segment.h"

namespace leat::cli {
namespace {

using storage::DirectoryEntry;
using storage::FileSystem;
using storage::parse_segment_file_name;
using storage::SegmentFileName;

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string folder(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? "." : std::string(path.substr(0, slash));
}

std::string joined(const std::string& directory, std::string_view name) {
  return fmt::format("{}{}{}", directory, directory.ends_with('/') ? "" : "/", name);
}

// "orders-7": the partition's number. Kafka's folders on their way out ("orders-7.<id>-delete")
// have none.
std::optional<PartitionIndex> partition_of(std::string_view directory) {
  while (directory.ends_with('/')) directory.remove_suffix(1);
  const std::string_view name = file_name(directory);
  const std::string_view digits = name.substr(name.rfind('-') + 1);
  std::int32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return std::nullopt;
  return PartitionIndex{number};
}

// "orders-7": "orders".
std::string_view topic_of(std::string_view directory) {
  const std::string_view name = file_name(directory);
  return name.substr(0, name.rfind('-'));
}

struct SegmentFiles {
  bool log = false;
  bool index = false;
  bool time_index = false;
};

struct PartitionFiles {
  std::map<Offset, SegmentFiles> segments;
  std::vector<std::string> torn;
  bool epochs = false;
  bool metadata = false;

  bool empty() const { return segments.empty() && torn.empty() && !epochs && !metadata; }
};

PartitionFiles sort_files(const std::vector<DirectoryEntry>& entries) {
  PartitionFiles found;
  for (const DirectoryEntry& entry : entries) {
    if (entry.is_directory) continue;
    found.epochs |= entry.name == storage::kEpochFile;
    found.metadata |= entry.name == storage::kMetadataFile;
    if (entry.name.ends_with(storage::kTornSuffix)) found.torn.push_back(entry.name);
    const auto name = parse_segment_file_name(entry.name);
    if (!name || name->deleted) continue;
    if (name->suffix == storage::kLogSuffix) found.segments[name->base].log = true;
    if (name->suffix == storage::kIndexSuffix) found.segments[name->base].index = true;
    if (name->suffix == storage::kTimeIndexSuffix) found.segments[name->base].time_index = true;
  }
  std::sort(found.torn.begin(), found.torn.end());
  return found;
}

class PartitionReader {
 public:
  PartitionReader(FileSystem& files, std::string directory, const LogReadOptions& options,
                  LogReport& report)
      : files_(files), directory_(std::move(directory)), options_(options), report_(report) {}

  // `rows`: what the broker-wide checkpoint says, if it was read; `topic`: the topic's id, where
  // the metadata log has it.
  void run(const PartitionFiles& found, const CheckpointRows* rows = nullptr,
           std::optional<Uuid> topic = std::nullopt) {
    if (found.metadata) {
      const auto own = read_partition_metadata(files_, joined(directory_, storage::kMetadataFile),
                                               options_, report_);
      if (own) topic = own;
    }
    if (found.epochs)
      read_epochs(files_, joined(directory_, storage::kEpochFile), options_, report_);
    for (const auto& [base, segment] : found.segments)
      read(base, segment, base == found.segments.rbegin()->first);
    for (const std::string& name : found.torn) {
      LogProgress own;
      read_segment(files_, {.path = joined(directory_, name), .torn = true}, options_, own,
                   report_);
    }
    const auto partition = partition_of(directory_);
    if (rows && topic && partition) compare(*rows, {*topic, *partition});
  }

 private:
  std::string path(Offset base, std::string_view suffix) const {
    return joined(directory_, storage::segment_file_name(base, suffix));
  }

  void read(Offset base, const SegmentFiles& segment, bool newest) {
    const std::string log = path(base, storage::kLogSuffix);
    if (segment.log) {
      read_segment(files_, {.path = log, .base = base, .newest = newest}, options_, progress_,
                   report_);
    } else {
      report_.note(log, "is missing, but has an index");
    }
    IndexToRead index{path(base, storage::kIndexSuffix), log, base, newest};
    if (segment.index) read_offset_index(files_, index, options_, report_);
    index.path = path(base, storage::kTimeIndexSuffix);
    if (segment.time_index) read_time_index(files_, index, options_, report_);
  }

  void compare(const CheckpointRows& rows, const TopicPartitionId& id) {
    const auto found = rows.find(id);
    if (found == rows.end()) return;
    for (const storage::SegmentRow& segment : found->second.row.segments) {
      const std::string log = path(segment.base, storage::kLogSuffix);
      const auto size = files_.file_size(log);
      if (size.ok() && *size >= segment.size) continue;
      // On its way out, which the next checkpoint will say.
      if (files_.file_size(log + std::string(storage::kDeletedSuffix)).ok()) continue;
      report_.damage(
          {log, size.value_or(0), "durable data missing",
           fmt::format("the checkpoint knows {} bytes of it, {}", segment.size,
                       size.ok() ? fmt::format("there are {}", *size) : "it is not there")});
    }
  }

  FileSystem& files_;
  const std::string directory_;
  const LogReadOptions& options_;
  LogReport& report_;
  LogProgress progress_;
};

// True when the base is that of the last segment of its folder.
bool is_newest(FileSystem& files, const std::string& path, Offset base) {
  const auto entries = files.list(folder(path));
  if (!entries.ok()) return true;
  const PartitionFiles found = sort_files(*entries);
  return found.segments.empty() || found.segments.rbegin()->first <= base;
}

void read_segment_file(FileSystem& files, const std::string& path, const SegmentFileName& name,
                       const LogReadOptions& options, LogReport& report) {
  const bool newest = !name.deleted && is_newest(files, path, name.base);
  const std::string log =
      joined(folder(path), storage::segment_file_name(name.base, storage::kLogSuffix)) +
      (name.deleted ? std::string(storage::kDeletedSuffix) : "");
  const IndexToRead index{path, log, name.base, newest};
  LogProgress progress;
  if (name.suffix == storage::kLogSuffix)
    read_segment(files, {.path = path, .base = name.base, .newest = newest}, options, progress,
                 report);
  else if (name.suffix == storage::kIndexSuffix)
    read_offset_index(files, index, options, report);
  else if (name.suffix == storage::kTimeIndexSuffix)
    read_time_index(files, index, options, report);
  else
    report.note(path, "is of a kind that is not read");
}

// False when the name says nothing.
bool read_small_file(FileSystem& files, const std::string& path, const LogReadOptions& options,
                     LogReport& report) {
  const std::string_view name = file_name(path);
  if (name == storage::kEpochFile)
    read_epochs(files, path, options, report);
  else if (name == storage::kMetadataFile)
    read_partition_metadata(files, path, options, report);
  else if (name == storage::kCheckpointFile)
    read_broker_checkpoint(files, path, options, report);
  else if (name.ends_with("-offset-checkpoint"))
    read_offset_checkpoint(files, path, options, report);
  else if (name == "leat.properties" || name == "meta.properties")
    read_properties(files, path, options, report);
  else
    return false;
  return true;
}

Status read_file(FileSystem& files, const std::string& path, const LogReadOptions& options,
                 LogReport& report) {
  RETURN_IF_ERROR(files.open(path, storage::OpenMode::kReadOnly).status());
  if (const auto name = parse_segment_file_name(file_name(path))) {
    read_segment_file(files, path, *name, options, report);
  } else if (path.ends_with(storage::kTornSuffix)) {
    LogProgress progress;
    read_segment(files, {.path = path, .torn = true}, options, progress, report);
  } else if (!read_small_file(files, path, options, report)) {
    return invalid_argument("'{}' is no file of a log", path);
  }
  return {};
}

StringMap<Uuid> read_metadata_log(FileSystem& files, const std::string& directory,
                                  const PartitionFiles& found, const LogReadOptions& options,
                                  LogReport& report) {
  MetadataFold fold(report, options);
  const LogReadOptions everything = fold.read_everything();
  PartitionReader(files, directory, everything, fold).run(found);
  return fold.report_topics(directory);
}

class DataDirectoryReader {
 public:
  DataDirectoryReader(FileSystem& files, const std::string& path, const LogReadOptions& options,
                      LogReport& report)
      : files_(files), path_(path), options_(options), report_(report) {}

  // The checkpoint first, then the topics: what it says stays true while a broker goes on, but not
  // the other way round.
  Status run(std::vector<DirectoryEntry> entries) {
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const DirectoryEntry& entry : entries)
      if (!entry.is_directory) read_small(entry.name);
    for (const DirectoryEntry& entry : entries)
      if (entry.is_directory && entry.name == meta::kMetadataDirectory) read_folder(entry.name);
    for (const DirectoryEntry& entry : entries)
      if (entry.is_directory && entry.name != meta::kMetadataDirectory) read_folder(entry.name);
    if (folders_ > 0) return {};
    if (small_ == 0) return invalid_argument("'{}' holds no files of a log", path_);
    report_.note(path_, "holds no partition");
    return {};
  }

 private:
  void read_small(const std::string& name) {
    if (name == storage::kCheckpointFile) {
      rows_ = read_broker_checkpoint(files_, joined(path_, name), options_, report_);
      ++small_;
    } else if (read_small_file(files_, joined(path_, name), options_, report_)) {
      ++small_;
    }
  }

  void read_folder(const std::string& name) {
    const std::string directory = joined(path_, name);
    const auto inside = files_.list(directory);
    if (is_not_found(inside.status())) return;
    if (!inside.ok())
      return report_.damage({directory, 0, "unreadable", std::string(message(inside.status()))});
    const PartitionFiles found = sort_files(*inside);
    if (found.empty()) return;
    ++folders_;
    if (name == meta::kMetadataDirectory) {
      topics_ = read_metadata_log(files_, directory, found, options_, report_);
      return;
    }
    const auto topic = topics_.find(topic_of(name));
    PartitionReader(files_, directory, options_, report_)
        .run(found, rows_ ? &*rows_ : nullptr,
             topic == topics_.end() ? std::nullopt : std::optional(topic->second));
  }

  FileSystem& files_;
  const std::string& path_;
  const LogReadOptions& options_;
  LogReport& report_;
  std::optional<CheckpointRows> rows_;
  StringMap<Uuid> topics_;
  std::size_t folders_ = 0;
  std::size_t small_ = 0;
};

}  // namespace

Status read_log_path(FileSystem& files, const std::string& path, const LogReadOptions& options,
                     LogReport& report) {
  auto entries = files.list(path);
  if (!entries.ok()) return read_file(files, path, options, report);
  const PartitionFiles found = sort_files(*entries);
  if (found.empty()) return DataDirectoryReader(files, path, options, report).run(*std::move(entries));
  if (file_name(path) == meta::kMetadataDirectory)
    read_metadata_log(files, path, found, options, report);
  else
    PartitionReader(files, path, options, report).run(found);
  return {};
}

}  // namespace leat::cli
