#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "broker/storage/batch_scan.h"
#include "broker/storage/log.h"

namespace leat::storage {

// The rules that no power cut may break (the contract's terms).
enum class Invariant {
  kAckedKept,          // the acknowledged prefix is there, byte for byte
  kNoPhantom,          // nothing is there that was not appended at that offset
  kNoHole,             // from the log start to the log end every offset reads
  kNeverRefused,       // a power cut alone never makes a partition go offline
  kRecoveryIdempotent, // recovering again changes no byte
  kBelowDurableUntouched,
  kServedIsStable,     // what recovery serves survives another power cut
  kStartKept,          // the log start, once in the checkpoint, never goes back
  kStartNotInvented,   // nor beyond what was deleted
  kNoLeak,             // every file belongs to a segment or waits to be unlinked
  kCleanError,         // an operation succeeds or leaves everything as it was
};
inline constexpr std::size_t kInvariants = 11;

inline std::string_view name_of(Invariant invariant) {
  constexpr std::string_view kNames[] = {
      "acknowledged prefix kept", "no phantom", "no hole", "never refused",
      "recovery is idempotent", "nothing written below durable", "what is served is stable",
      "log start kept", "log start not invented", "no file leaked", "errors leave nothing behind"};
  static_assert(std::size(kNames) == kInvariants);
  return kNames[static_cast<std::size_t>(invariant)];
}

struct Violation {
  Invariant invariant;
  std::string detail;
};

// What the outside world knows of one partition.
struct LogOracle {
  std::map<Offset, Bytes> current;             // by base offset: the batches of the log now
  std::map<Offset, std::vector<Bytes>> ever;   // also those taken back, which may come back
  Offset acked;                                // end of what was acknowledged
  Offset start_committed;                      // log start in a committed checkpoint
  Offset start_requested;                      // greatest start ever asked for

  void appended(Offset base, const Bytes& batch) {
    current[base] = batch;
    ever[base].push_back(batch);
  }
  void taken_back(Offset from) { current.erase(current.lower_bound(from), current.end()); }

  bool allows(const ScannedBatch& batch, ByteView bytes) const {
    const auto same = [&](const Bytes& b) {
      return std::equal(b.begin(), b.end(), bytes.begin(), bytes.end());
    };
    if (batch.last_offset < acked) {
      const auto found = current.find(batch.base_offset);
      return found != current.end() && same(found->second);
    }
    const auto found = ever.find(batch.base_offset);
    return found != ever.end() && std::any_of(found->second.begin(), found->second.end(), same);
  }
};

// Reads the whole log as a consumer does and compares. `batches`, if given, receives what was read.
inline std::optional<Violation> compare(const Log& log, const LogOracle& oracle,
                                        std::map<Offset, Bytes>* batches = nullptr) {
  const Offset start = log.start_offset();
  const Offset end = log.end().offset;
  if (start < oracle.start_committed)
    return Violation{Invariant::kStartKept, fmt::format("{} < {}", start, oracle.start_committed)};
  if (start > oracle.start_requested)
    return Violation{Invariant::kStartNotInvented, fmt::format("{} > {}", start, oracle.start_requested)};
  if (end < oracle.acked)
    return Violation{Invariant::kAckedKept, fmt::format("log ends at {}, {} was acknowledged", end, oracle.acked)};
  Offset next = start;
  while (next < end) {
    auto result = log.read({next, 1 << 20, log.end(), true});
    if (!result.ok()) {
      const auto broken = next < oracle.acked ? Invariant::kAckedKept : Invariant::kNoHole;
      return Violation{broken, fmt::format("read at {}: {}", next, describe(result.status()))};
    }
    const Offset before = next;
    for (const auto& piece : result->data.pieces()) {
      ByteView bytes = std::get<SharedBytes>(piece).view();
      while (auto batch = scan_batch(bytes, 0)) {
        if (batch->size > bytes.size()) break;
        if (batch->last_offset < next || (batch->base_offset > next))
          return Violation{Invariant::kNoHole, fmt::format("batch {}..{} at {}", batch->base_offset, batch->last_offset, next)};
        const ByteView whole = bytes.first(batch->size);
        if (!oracle.allows(*batch, whole))
          return Violation{batch->last_offset < oracle.acked ? Invariant::kAckedKept : Invariant::kNoPhantom,
                           fmt::format("batch {}..{} is not the one appended", batch->base_offset, batch->last_offset)};
        if (batches != nullptr) (*batches)[batch->base_offset] = Bytes(whole.begin(), whole.end());
        next = batch->last_offset + 1;
        bytes = bytes.subspan(batch->size);
      }
    }
    if (next == before) return Violation{Invariant::kNoHole, fmt::format("nothing to read at {}", next)};
  }
  return std::nullopt;
}

}  // namespace leat::storage
