#include "broker/storage/recovery_table.h"

#include "common/base/check.h"

namespace leat::storage {
namespace {

template <class... Values>
constexpr std::uint8_t any_of(Values... values) {
  return static_cast<std::uint8_t>((0u | ... | (1u << static_cast<unsigned>(values))));
}
constexpr std::uint8_t kAny = 0xff;

// A  Deletion is a promise (consumers saw the log start move): it is carried on, whatever is left.
// B  Nothing left of it: done.
// C  Not ours to judge: an operator's copy, or something a later version left.
// D  Everything below the durable position was synced and is not read again at a start.
// E  Less than what a successful sync covered: the disk lost durable data. Never shrug.
// F  The part above the durable position has to be looked at.
// G  Whole batches up to the end of the file.
// H  Bytes that are no batch: an append that a crash interrupted, or one that failed and whose taking
//    back was lost. The log may go on in the next segment, if that begins just here.
// I  As F, for a segment begun after the checkpoint, when the log reaches up to it.
// J  The log ends before this segment begins, so its records were never stable (a record is stable
//    only with everything before it), and serving them would show a hole.
// K  A segment that the row could not have named and that is not there.
constexpr RecoveryRule kRules[] = {
    {'A', any_of(Place::kBelowStart), any_of(Found::kComplete, Found::kShort), kAny, kAny,
     Decision::kForget},
    {'B', any_of(Place::kBelowStart), any_of(Found::kMissing), kAny, kAny, Decision::kIgnore},
    {'C', any_of(Place::kStray), kAny, kAny, kAny, Decision::kLeaveAlone},
    {'D', any_of(Place::kBelow), any_of(Found::kComplete), kAny, kAny, Decision::kTrust},
    {'E', any_of(Place::kBelow, Place::kAt), any_of(Found::kShort, Found::kMissing), kAny, kAny,
     Decision::kRefuse},
    {'F', any_of(Place::kAt), any_of(Found::kComplete), kAny, any_of(Tail::kNotScanned),
     Decision::kScan},
    {'G', any_of(Place::kAt), any_of(Found::kComplete), kAny, any_of(Tail::kWhole), Decision::kKeep},
    {'H', any_of(Place::kAt), any_of(Found::kComplete), kAny, any_of(Tail::kTorn), Decision::kCut},
    {'I', any_of(Place::kAbove), any_of(Found::kComplete, Found::kShort), any_of(Chain::kJoins),
     any_of(Tail::kNotScanned), Decision::kScan},
    {'G', any_of(Place::kAbove), any_of(Found::kComplete, Found::kShort), any_of(Chain::kJoins),
     any_of(Tail::kWhole), Decision::kKeep},
    {'H', any_of(Place::kAbove), any_of(Found::kComplete, Found::kShort), any_of(Chain::kJoins),
     any_of(Tail::kTorn), Decision::kCut},
    {'J', any_of(Place::kAbove), any_of(Found::kComplete, Found::kShort), any_of(Chain::kBroken),
     kAny, Decision::kDrop},
    {'K', any_of(Place::kAbove), any_of(Found::kMissing), kAny, kAny, Decision::kIgnore},
};

template <class Value>
bool contains(std::uint8_t set, Value value) {
  return (set & (1u << static_cast<unsigned>(value))) != 0;
}

}  // namespace

bool RecoveryRule::matches(const Finding& finding) const {
  return contains(places, finding.place) && contains(founds, finding.found) &&
         contains(chains, finding.chain) && contains(tails, finding.tail);
}

std::span<const RecoveryRule> recovery_rules() { return kRules; }

Decision decide(const Finding& finding) {
  for (const RecoveryRule& rule : kRules)
    if (rule.matches(finding)) return rule.decision;
  LEAT_CHECK(false, "no recovery rule");
  __builtin_unreachable();
}

}  // namespace leat::storage
