#include "broker/storage/recovery_table.h"

#include <algorithm>

#include "tests/support/catch.h"

using namespace leat::storage;

namespace {

constexpr Place kPlaces[] = {Place::kBelowStart, Place::kStray, Place::kBelow, Place::kAt,
                             Place::kAbove};
constexpr Found kFounds[] = {Found::kComplete, Found::kShort, Found::kMissing};
constexpr Chain kChains[] = {Chain::kJoins, Chain::kBroken};
constexpr Tail kTails[] = {Tail::kNotScanned, Tail::kWhole, Tail::kTorn};

template <class Check>
void for_every_finding(Check check) {
  for (const Place place : kPlaces)
    for (const Found found : kFounds)
      for (const Chain chain : kChains)
        for (const Tail tail : kTails) check(Finding{place, found, chain, tail});
}

}  // namespace

TEST_CASE("every combination of findings meets exactly one recovery rule", "[unit]") {
  int findings = 0;
  for_every_finding([&](const Finding& finding) {
    const auto rules = recovery_rules();
    const auto matching = std::count_if(rules.begin(), rules.end(), [&](const RecoveryRule& rule) {
      return rule.matches(finding);
    });
    INFO("place " << int(finding.place) << " found " << int(finding.found) << " chain "
                  << int(finding.chain) << " tail " << int(finding.tail));
    CHECK(matching == 1);
    ++findings;
  });
  CHECK(findings == 5 * 3 * 2 * 3);
}

TEST_CASE("every recovery rule is met by some combination", "[unit]") {
  for (const RecoveryRule& rule : recovery_rules()) {
    bool met = false;
    for_every_finding([&](const Finding& finding) { met |= rule.matches(finding); });
    INFO(rule.label);
    CHECK(met);
  }
}

TEST_CASE("nothing below the durable position is ever cut, dropped or scanned", "[unit]") {
  for_every_finding([](const Finding& finding) {
    if (finding.place != Place::kBelow) return;
    const Decision decision = decide(finding);
    CHECK((decision == Decision::kTrust || decision == Decision::kRefuse));
  });
}

TEST_CASE("lost durable data is refused, whatever else was found", "[unit]") {
  for_every_finding([](const Finding& finding) {
    const bool durable = finding.place == Place::kBelow || finding.place == Place::kAt;
    const bool lost = finding.found != Found::kComplete;
    CHECK((decide(finding) == Decision::kRefuse) == (durable && lost));
  });
}

TEST_CASE("records behind a hole are never kept", "[unit]") {
  for_every_finding([](const Finding& finding) {
    if (finding.place != Place::kAbove || finding.chain != Chain::kBroken) return;
    const Decision decision = decide(finding);
    CHECK((decision == Decision::kDrop || decision == Decision::kIgnore));
  });
}
