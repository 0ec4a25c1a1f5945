#include "broker/storage/scrub_progress.h"

#include <fmt/format.h>

#include "broker/storage/text_lines.h"

namespace leat::storage {
namespace {

std::string_view take_word(std::string_view& line) {
  const auto end = line.find(' ');
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  return word;
}

std::string format_place(const SegmentPlace& place) {
  return fmt::format("{} {} {}\n", to_string(place.partition.topic), place.partition.partition,
                     place.base);
}

std::optional<SegmentPlace> parse_place(std::string_view line) {
  const auto topic = parse_uuid(take_word(line));
  const auto partition = parse_number<std::int32_t>(take_word(line));
  const auto base = parse_number<std::int64_t>(line);
  if (!topic || !partition || !base) return std::nullopt;
  return SegmentPlace{{*topic, PartitionIndex{*partition}}, Offset{*base}};
}

}  // namespace

std::string format_scrub_progress(const ScrubProgress& progress) {
  std::string text = fmt::format("0\n{}\n", progress.started_ms);
  text += progress.next ? format_place(*progress.next) : "-\n";
  for (const SegmentPlace& place : progress.damaged) text += format_place(place);
  return text;
}

std::optional<ScrubProgress> parse_scrub_progress(std::string_view text) {
  ScrubProgress progress;
  if (take_line(text) != "0") return std::nullopt;
  const auto started_ms = parse_number<std::int64_t>(take_line(text));
  if (!started_ms || *started_ms < 0) return std::nullopt;
  progress.started_ms = *started_ms;
  if (const std::string_view next = take_line(text); next != "-") {
    progress.next = parse_place(next);
    if (!progress.next) return std::nullopt;
  }
  while (!text.empty()) {
    const auto place = parse_place(take_line(text));
    if (!place) return std::nullopt;
    progress.damaged.push_back(*place);
  }
  return progress;
}

}  // namespace leat::storage
