#include "broker/storage/checkpoint.h"

#include "broker/storage/log_format.h"
#include "broker/storage/text_lines.h"

namespace leat::storage {
StatusOr<std::unique_ptr<File>> write_beside(FileSystem& fs, const std::string& path,
                                             ByteView content) {
  ASSIGN_OR_RETURN(auto file, fs.open(path + std::string(kTemporarySuffix), OpenMode::kCreate));
  RETURN_IF_ERROR(file->truncate(0));
  RETURN_IF_ERROR(file->append({&content, 1}));
  return file;
}

Status put_in_place(FileSystem& fs, const std::string& path) {
  return fs.rename(path + std::string(kTemporarySuffix), path);
}

Status replace_file(FileSystem& fs, const std::string& path, ByteView content) {
  {
    ASSIGN_OR_RETURN(const auto file, write_beside(fs, path, content));
    RETURN_IF_ERROR(file->sync());
  }
  RETURN_IF_ERROR(put_in_place(fs, path));
  const auto slash = path.rfind('/');
  return fs.sync_directory(slash == std::string::npos ? "." : path.substr(0, slash));
}

StatusOr<Bytes> read_whole_file(FileSystem& fs, const std::string& path) {
  ASSIGN_OR_RETURN(const auto file, fs.open(path, OpenMode::kReadOnly));
  Bytes content(file->size());
  ASSIGN_OR_RETURN(const std::size_t n, file->read_at(0, content));
  content.resize(n);
  return content;
}

std::string format_epochs(const std::vector<EpochStart>& epochs) {
  std::string text = fmt::format("0\n{}\n", epochs.size());
  for (const EpochStart& e : epochs) text += fmt::format("{} {}\n", e.epoch, e.start);
  return text;
}

StatusOr<std::vector<EpochStart>> parse_epochs(std::string_view text) {
  if (take_line(text) != "0") return corruption("unknown version of the epoch file");
  const auto count = parse_number<std::size_t>(take_line(text));
  if (!count) return corruption("the epoch file does not say how many lines it has");
  std::vector<EpochStart> epochs;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const auto space = line.find(' ');
    if (space == std::string_view::npos) return corruption("epoch file: '{}'", line);
    const auto epoch = parse_number<std::int32_t>(line.substr(0, space));
    const auto start = parse_number<std::int64_t>(line.substr(space + 1));
    if (!epoch || !start) return corruption("epoch file: '{}'", line);
    epochs.push_back({LeaderEpoch{*epoch}, Offset{*start}});
  }
  if (epochs.size() != *count) return corruption("the epoch file has {} lines, not {}", epochs.size(), *count);
  return epochs;
}

std::string format_partition_metadata(const Uuid& topic_id) {
  return fmt::format("version: 0\ntopic_id: {}", to_string(topic_id));
}

StatusOr<Uuid> parse_partition_metadata(std::string_view text) {
  constexpr std::string_view kKey = "topic_id: ";
  if (take_line(text) != "version: 0") return corruption("unknown version of partition.metadata");
  std::string_view line = take_line(text);
  if (!line.starts_with(kKey)) return corruption("partition.metadata without a topic id");
  const auto id = parse_uuid(line.substr(kKey.size()));
  if (!id) return corruption("partition.metadata: '{}'", line);
  return *id;
}

}  // namespace leat::storage
