#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "common/base/log.h"

// Values that are one of a few names. The order of an enum is the order of its names.
namespace leat {

// When an acknowledged record survives a power cut; the terms are in broker/README.md.
enum class Durability : std::uint8_t { kCommit, kRelaxed };
constexpr std::array<std::string_view, 2> enum_names(Durability) {
  return {"commit", "relaxed"};
}

enum class CompressionType : std::uint8_t { kUncompressed, kZstd, kLz4, kSnappy, kGzip, kProducer };
constexpr std::array<std::string_view, 6> enum_names(CompressionType) {
  return {"uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"};
}

enum class TimestampType : std::uint8_t { kCreateTime, kLogAppendTime };
constexpr std::array<std::string_view, 2> enum_names(TimestampType) {
  return {"CreateTime", "LogAppendTime"};
}

constexpr std::array<std::string_view, 4> enum_names(LogLevel) {
  return {"debug", "info", "warn", "error"};
}

}  // namespace leat
