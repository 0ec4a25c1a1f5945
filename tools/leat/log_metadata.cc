#include "tools/leat/log_metadata.h"

#include "broker/topics/topic_record.h"

namespace leat::cli {

LogReadOptions MetadataFold::read_everything() const {
  LogReadOptions all = options_;
  all.details = all.records = true;
  all.from = Offset{0};
  all.to = Offset{INT64_MAX};
  return all;
}

void MetadataFold::batch(const LogBatch& batch) {
  if (options_.details && batch.header.last_offset() >= options_.from &&
      batch.header.base_offset < options_.to)
    report_.batch(batch);
}

void MetadataFold::record(const LogBatch& batch, const record::RecordView& record) {
  if (!record.key)
    entries_.clear();  // a snapshot follows
  else if (record.value)
    entries_[to_string(*record.key)] = to_string(*record.value);
  else
    entries_.erase(to_string(*record.key));
  if (options_.records && record.offset >= options_.from && record.offset < options_.to)
    report_.record(batch, record);
}

void MetadataFold::fact(std::string_view path, const LogFact& fact) {
  if (options_.details) report_.fact(path, fact);
}

StringMap<Uuid> MetadataFold::report_topics(const std::string& directory) {
  LogFileReport out(report_, directory, "metadata", 0);
  StringMap<Uuid> ids;
  for (const auto& [key, value] : entries_) {
    out.summary().bytes += key.size() + value.size();
    ++out.summary().entries;
    if (!key.starts_with(topics::kTopicPrefix)) continue;
    const auto topic = topics::decode_topic_record(value);
    if (!topic.ok()) {
      out.damage(0, "topic", fmt::format("'{}': {}", key, message(topic.status())));
      continue;
    }
    ids[topic->name] = topic->id;
    if (options_.details)
      out.fact({{"topic", topic->name},
                {"topic_id", to_string(topic->id)},
                {"partitions", topic->partitions}});
  }
  return ids;
}

}  // namespace leat::cli
