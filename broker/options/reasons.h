#pragma once

#include <string>
#include <string_view>

#include "common/config/option.h"

// What the tables of this folder share: why keys change nothing here, and checks that a range
// cannot say. A check gives the reason for refusing, or "".
namespace leat {

inline constexpr auto kLive = config::Apply::kLive;

inline constexpr std::string_view kOneNode = "one node holds every partition and leads it";
inline constexpr std::string_view kCleanerThread = "one thread compacts";
inline constexpr std::string_view kCleanerBuffers = "the buffers follow the batches: about 4 MiB";
inline constexpr std::string_view kTiered = "tiered storage is not in this version";
inline constexpr std::string_view kFlush =
    "every acknowledged record is already synced (leat.durability=commit)";
inline constexpr std::string_view kPreallocate = "segments are never preallocated";
inline constexpr std::string_view kThreads = "one event loop serves each CPU; see leat.threads";
inline constexpr std::string_view kQueue =
    "requests do not queue between threads; see leat.max.queued.requests";
inline constexpr std::string_view kMemory =
    "memory is budgeted as a whole; see leat.memory.budget.bytes";
inline constexpr std::string_view kNoPurgatory = "waiting requests leave their list when answered";
inline constexpr std::string_view kBuffers = "the kernel sizes socket buffers by itself";
inline constexpr std::string_view kLater = "changing it is not in this version";
inline constexpr std::string_view kCheckpoint =
    "one checkpoint of the whole broker advances by itself";
inline constexpr std::string_view kTimers = "what expires has a timer of its own";

std::string check_cleanup_policy(std::string_view policies);
std::string check_gzip_level(std::string_view level);
std::string check_retention_time(std::string_view time);
std::string check_offsets_retention(std::string_view minutes);
std::string check_one_directory(std::string_view directories);
std::string check_listeners(std::string_view listeners);
std::string check_advertised(std::string_view listeners);
std::string check_protocol_map(std::string_view map);
std::string check_throttled_replicas(std::string_view replicas);

}  // namespace leat
