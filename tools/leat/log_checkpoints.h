#pragma once

#include <absl/container/flat_hash_map.h>

#include <optional>
#include <string>

#include "broker/storage/broker_checkpoint.h"
#include "broker/storage/file_system.h"
#include "tools/leat/log_report.h"

// The small files: what a broker remembers of its logs.
namespace leat::cli {

// "leader-epoch-checkpoint". Rules: form; order (an epoch or its start does not rise).
void read_epochs(storage::FileSystem& files, const std::string& path, const LogReadOptions& options,
                 LogReport& report);

// "partition.metadata"; the topic's id, nullopt when there is none to be had. Rule: form.
std::optional<Uuid> read_partition_metadata(storage::FileSystem& files, const std::string& path,
                                            const LogReadOptions& options, LogReport& report);

using CheckpointRows = absl::flat_hash_map<TopicPartitionId, storage::CheckpointEntry>;

// "leat-checkpoint": a row per partition and change, of which the newest counts; these come back.
// Rules: header (magic or version); entry (CRC, form or sequence); torn tail. The broker repairs
// the last two by itself, as an older row is also true.
CheckpointRows read_broker_checkpoint(storage::FileSystem& files, const std::string& path,
                                      const LogReadOptions& options, LogReport& report);

// Kafka's "*-offset-checkpoint" (topic, partition, offset a line). Rule: form.
void read_offset_checkpoint(storage::FileSystem& files, const std::string& path,
                            const LogReadOptions& options, LogReport& report);

// "leat.properties" and Kafka's "meta.properties", line by line.
void read_properties(storage::FileSystem& files, const std::string& path,
                     const LogReadOptions& options, LogReport& report);

}  // namespace leat::cli
