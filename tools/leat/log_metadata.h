#pragma once

#include <functional>
#include <string>

#include "common/base/ids.h"
#include "common/base/string_map.h"
#include "tools/leat/log_report.h"

// The log in which a broker keeps what it must remember of itself (broker/meta/log_meta_store.h).
namespace leat::cli {

// Stands between the readers of that log's files and `report`: passes on what `options` ask for,
// and keeps the newest value of each key. Both outlive it.
class MetadataFold final : public LogReport {
 public:
  MetadataFold(LogReport& report, const LogReadOptions& options)
      : report_(report), options_(options) {}

  // What the readers are to be asked for.
  LogReadOptions read_everything() const;
  // Says which topics there are, under the name of `directory`, and returns their ids. Rule: topic
  // (a topic's record cannot be read).
  StringMap<Uuid> report_topics(const std::string& directory);

  void begin(const LogSummary& file) override { report_.begin(file); }
  void batch(const LogBatch& batch) override;
  void record(const LogBatch& batch, const record::RecordView& record) override;
  void fact(std::string_view path, const LogFact& fact) override;
  void damage(const LogDamage& damage) override { report_.damage(damage); }
  void note(std::string_view path, std::string_view text) override { report_.note(path, text); }
  void end(const LogSummary& file) override { report_.end(file); }

 private:
  LogReport& report_;
  const LogReadOptions& options_;
  StringMap<std::string> entries_;
};

}  // namespace leat::cli
