#include "tools/leat/log_checkpoints.h"

#include "broker/storage/checkpoint.h"
#include "broker/storage/checkpoint_codec.h"
#include "broker/storage/text_lines.h"

namespace leat::cli {
namespace {

// A small file as a whole; damage was reported when it is nullopt.
std::optional<Bytes> content_of(storage::FileSystem& files, LogFileReport& out) {
  auto content = storage::read_whole_file(files, out.path());
  if (!content.ok()) {
    out.damage(0, "unreadable", std::string(message(content.status())));
    return std::nullopt;
  }
  out.summary().bytes = content->size();
  return *std::move(content);
}

std::uint64_t size_of(storage::FileSystem& files, const std::string& path) {
  return files.file_size(path).value_or(0);
}

std::optional<std::int64_t> number_in(std::string_view text) {
  return storage::parse_number<std::int64_t>(text);
}

std::string describe_segments(const storage::LogRow& row) {
  std::string text;
  for (const storage::SegmentRow& segment : row.segments)
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", segment.base, segment.size);
  return text;
}

void show_row(const TopicPartitionId& id, const storage::CheckpointEntry& entry,
              std::uint64_t position, LogFileReport& out) {
  const storage::LogRow& row = entry.row;
  out.fact({{"position", static_cast<std::int64_t>(position)},
            {"topic_id", to_string(id.topic)},
            {"partition", id.partition.value()},
            {"start", row.start.value()},
            {"durable", row.durable.offset.value()},
            {"segment", row.durable.segment_base.value()},
            {"bytes", static_cast<std::int64_t>(row.durable.position)},
            {"segments", describe_segments(row)},
            {"epochs", static_cast<std::int64_t>(row.epochs.size())},
            {"producer_bytes", static_cast<std::int64_t>(entry.blob.size())}});
}

class CheckpointReader {
 public:
  CheckpointReader(ByteView content, const LogReadOptions& options, LogFileReport& out)
      : content_(content), options_(options), out_(out) {}

  CheckpointRows run() {
    if (!header_is_right()) return {};
    std::uint64_t at = storage::kCheckpointHeaderBytes;
    while (at < content_.size()) {
      const std::uint64_t size = entry_size(at);
      if (size == 0) {
        out_.damage(at, "torn tail",
                    fmt::format("{} bytes are no whole entry", content_.size() - at));
        break;
      }
      read_entry(at, content_.subspan(at, size));
      at += size;
    }
    return std::move(rows_);
  }

 private:
  bool header_is_right() {
    const auto magic = storage::kCheckpointMagic;
    if (content_.size() < storage::kCheckpointHeaderBytes ||
        as_text(content_.first(magic.size())) != magic) {
      out_.damage(0, "header", "this is no checkpoint file");
      return false;
    }
    const int version = static_cast<int>(content_[magic.size()]);
    if (version == storage::kCheckpointVersion) return true;
    out_.damage(magic.size(), "header",
                fmt::format("version {}, known is {}", version, storage::kCheckpointVersion));
    return false;
  }

  // 0 when no whole entry begins there.
  std::uint64_t entry_size(std::uint64_t at) const {
    const std::uint64_t left = content_.size() - at;
    if (left < storage::kEntryPrefixBytes) return 0;
    const std::uint64_t payload = load_be<std::uint32_t>(content_.data() + at);
    const std::uint64_t size = storage::kEntryPrefixBytes + payload;
    return payload > storage::kMaxEntryBytes || size > left ? 0 : size;
  }

  void read_entry(std::uint64_t at, ByteView bytes) {
    const auto head = storage::decode_head(bytes);
    if (!head)
      return out_.damage(at, "entry",
                         fmt::format("{} bytes with a wrong CRC or form", bytes.size()));
    if (head->sequence <= sequence_)
      out_.damage(at, "entry", fmt::format("sequence {} after {}", head->sequence, sequence_));
    sequence_ = head->sequence;
    ++out_.summary().entries;
    if (head->kind == storage::EntryKind::kErase) {
      rows_.erase(head->partition);
      if (options_.details)
        out_.fact({{"position", static_cast<std::int64_t>(at)},
                   {"topic_id", to_string(head->partition.topic)},
                   {"partition", head->partition.partition.value()},
                   {"forget", 1}});
      return;
    }
    auto row = storage::decode_row(bytes);
    if (!row) return out_.damage(at, "entry", "the row's form is wrong");
    if (options_.details) show_row(head->partition, *row, at, out_);
    rows_[head->partition] = *std::move(row);
  }

  ByteView content_;
  const LogReadOptions& options_;
  LogFileReport& out_;
  std::uint64_t sequence_ = 0;
  CheckpointRows rows_;
};

}  // namespace

void read_epochs(storage::FileSystem& files, const std::string& path, const LogReadOptions& options,
                 LogReport& report) {
  LogFileReport out(report, path, "epochs", size_of(files, path));
  const auto content = content_of(files, out);
  if (!content || content->empty()) return;  // not written yet
  const auto epochs = storage::parse_epochs(as_text(*content));
  if (!epochs.ok()) return out.damage(0, "form", std::string(message(epochs.status())));
  out.summary().entries = static_cast<std::int64_t>(epochs->size());
  constexpr std::uint64_t kHeaderLines = 2;
  for (std::size_t i = 0; i < epochs->size(); ++i) {
    const storage::EpochStart& now = (*epochs)[i];
    if (options.details) out.fact({{"epoch", now.epoch.value()}, {"start", now.start.value()}});
    if (i == 0) continue;
    const storage::EpochStart& before = (*epochs)[i - 1];
    if (now.epoch <= before.epoch || now.start <= before.start)
      out.damage(kHeaderLines + i, "order",
                 fmt::format("epoch {} from {} after epoch {} from {}", now.epoch, now.start,
                             before.epoch, before.start));
  }
}

std::optional<Uuid> read_partition_metadata(storage::FileSystem& files, const std::string& path,
                                            const LogReadOptions& options, LogReport& report) {
  LogFileReport out(report, path, "partition metadata", size_of(files, path));
  const auto content = content_of(files, out);
  if (!content) return std::nullopt;
  const auto id = storage::parse_partition_metadata(as_text(*content));
  if (!id.ok()) {
    out.damage(0, "form", std::string(message(id.status())));
    return std::nullopt;
  }
  if (options.details) out.fact({{"topic_id", to_string(*id)}});
  return *id;
}

CheckpointRows read_broker_checkpoint(storage::FileSystem& files, const std::string& path,
                                      const LogReadOptions& options, LogReport& report) {
  LogFileReport out(report, path, "broker checkpoint", size_of(files, path));
  const auto content = content_of(files, out);
  return content ? CheckpointReader(*content, options, out).run() : CheckpointRows();
}

void read_offset_checkpoint(storage::FileSystem& files, const std::string& path,
                            const LogReadOptions& options, LogReport& report) {
  LogFileReport out(report, path, "offset checkpoint", size_of(files, path));
  const auto content = content_of(files, out);
  if (!content) return;
  if (content->empty()) return;  // not written yet
  std::string_view text = as_text(*content);
  const auto version = number_in(storage::take_line(text));
  const auto count = number_in(storage::take_line(text));
  if (!version || !count) return out.damage(0, "form", "no version or no count");
  std::uint64_t line_number = 2;
  for (; !text.empty(); ++line_number) {
    const std::string_view line = storage::take_line(text);
    const auto last = line.rfind(' ');
    const auto middle =
        last == std::string_view::npos || last == 0 ? last : line.rfind(' ', last - 1);
    if (middle == std::string_view::npos || !number_in(line.substr(last + 1)))
      return out.damage(line_number, "form", fmt::format("'{}'", line));
    ++out.summary().entries;
    if (options.details)
      out.fact({{"topic", std::string(line.substr(0, middle))},
                {"partition", std::string(line.substr(middle + 1, last - middle - 1))},
                {"offset", *number_in(line.substr(last + 1))}});
  }
  if (out.summary().entries != *count)
    out.damage(1, "form", fmt::format("{} lines, not {}", out.summary().entries, *count));
}

void read_properties(storage::FileSystem& files, const std::string& path,
                     const LogReadOptions& options, LogReport& report) {
  LogFileReport out(report, path, "properties", size_of(files, path));
  const auto content = content_of(files, out);
  if (!content) return;
  std::string_view text = as_text(*content);
  while (!text.empty()) {
    const std::string_view line = storage::take_line(text);
    if (line.empty() || line.front() == '#') continue;
    ++out.summary().entries;
    if (options.details) out.fact({{"line", std::string(line)}});
  }
}

}  // namespace leat::cli
