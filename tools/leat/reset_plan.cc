#include "tools/leat/reset_plan.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace leat::cli {
namespace {

// Cuts `text` at the first `separator`; the rest stays in `text`.
std::string_view cut(std::string_view& text, char separator) {
  const std::size_t at = std::min(text.find(separator), text.size());
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(std::min(text.size(), at + 1));
  return head;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

// A number of digits only, so not negative.
template <class T>
std::optional<T> whole_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool all = error == std::errc() && end == text.data() + text.size();
  return all && value >= 0 ? std::optional(value) : std::nullopt;
}

std::string_view unquote(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

ResetRow plan_reset(std::string topic, std::int32_t partition, std::int64_t committed,
                    const OffsetSpec& spec, const PartitionBounds& bounds) {
  ResetRow row;
  row.topic = std::move(topic);
  row.partition = partition;
  row.from = committed;
  row.asked = resolve(spec, bounds);
  row.to = std::clamp(row.asked, bounds.beginning, bounds.end);
  if (committed < 0) return row;
  const std::int64_t from = std::clamp(committed, bounds.beginning, bounds.end);
  row.again = std::max<std::int64_t>(0, from - row.to);
  row.skipped = std::max<std::int64_t>(0, row.to - from);
  return row;
}

StatusOr<TopicSelection> parse_topic_selection(std::string_view text) {
  TopicSelection out;
  std::string_view rest = text;
  out.topic = cut(rest, ':');
  const bool has_partitions = out.topic.size() < text.size();
  if (out.topic.empty() || (has_partitions && rest.empty()))
    return invalid_argument("'{}' is no topic; write TOPIC or TOPIC:0,3", text);
  while (!rest.empty()) {
    const auto partition = whole_number<std::int32_t>(cut(rest, ','));
    if (!partition) return invalid_argument("'{}': partitions are numbers, TOPIC:0,3", text);
    out.partitions.push_back(*partition);
  }
  return out;
}

bool selects(const std::vector<TopicSelection>& selections, std::string_view topic,
             std::int32_t partition) {
  return selections.empty() ||
         std::any_of(selections.begin(), selections.end(), [&](const TopicSelection& s) {
           const auto end = s.partitions.end();
           return s.topic == topic && (s.partitions.empty() ||
                                       std::find(s.partitions.begin(), end, partition) != end);
         });
}

StatusOr<std::vector<FileOffset>> parse_offsets_file(std::string_view text) {
  std::vector<FileOffset> out;
  std::set<std::pair<std::string, std::int32_t>> named;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = trim(cut(text, '\n'));
    if (line.empty() || line.front() == '#') continue;
    const std::string_view topic = unquote(trim(cut(line, ',')));
    const auto partition = whole_number<std::int32_t>(trim(cut(line, ',')));
    const auto offset = whole_number<std::int64_t>(trim(line));
    if (topic.empty() || !partition || !offset)
      return invalid_argument("line {}: write TOPIC,PARTITION,OFFSET", number);
    if (!named.emplace(topic, *partition).second)
      return invalid_argument("line {}: {}-{} is named twice", number, topic, *partition);
    out.push_back({std::string(topic), *partition, *offset});
  }
  if (out.empty()) return invalid_argument("there is no offset in it");
  return out;
}

}  // namespace leat::cli
