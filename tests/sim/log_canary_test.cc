// Bugs planted on purpose: a simulation that does not catch them proves nothing. Each names the rule
// that must break; being caught by any other rule does not count.
#include <algorithm>

#include "common/base/log.h"
#include "tests/sim/budget.h"
#include "tests/sim/log_world.h"
#include "tests/support/catch.h"

using namespace leat;
using namespace leat::storage;

namespace {

bool is_segment(const std::string& path) { return path.ends_with(".log"); }
bool is_checkpoint(const std::string& path) { return path.find("leat-checkpoint") != path.npos; }
bool is_partition(const std::string& path) { return path == "/p/t-0"; }
bool always(const std::string&) { return true; }

using enum Invariant;

struct Canary {
  std::string_view name;
  void (*plant)(WorldOptions&);
  std::vector<Invariant> caught_by;
};

const Canary kCanaries[] = {
    // Whoever drives the log.
    {"acknowledged before the sync (B1)",
     [](WorldOptions& o) { o.bugs.ack_before_sync = true; },
     {kAckedKept}},
    {"a sync acknowledges what came while it ran",
     [](WorldOptions& o) { o.bugs.ack_log_end = true; },
     {kAckedKept}},
    {"a failed sync is tried again and believed",
     [](WorldOptions& o) { o.bugs.retry_failed_sync = true; },
     {kAckedKept, kNoHole}},
    {"an acknowledged suffix is taken back",
     [](WorldOptions& o) { o.bugs.take_back_acked = true; },
     {kAckedKept}},
    {"of a ticket only the active segment is synced",
     [](WorldOptions& o) { o.bugs.sync_active_only = true; },
     {kAckedKept, kNoHole}},
    // The checkpoint.
    {"the checkpoint is ahead of the data (K7, B1)",
     [](WorldOptions& o) { o.bugs.checkpoint_ahead = true; },
     {kNeverRefused}},
    {"the checkpoint is not synced, deletion relies on it (K2, K3)",
     [](WorldOptions& o) { o.sabotage.drop_sync = is_checkpoint; },
     {kNeverRefused, kStartKept}},
    {"a checkpoint that was not written is reported as written",
     [](WorldOptions& o) { o.bugs.commit_lost = true; },
     {kStartKept}},
    {"the checkpoint's start was never asked for (K12)",
     [](WorldOptions& o) { o.bugs.start_ahead = true; },
     {kStartNotInvented}},
    {"the checkpoint's start goes back to zero",
     [](WorldOptions& o) { o.bugs.start_forgotten = true; },
     {kStartKept, kNeverRefused, kNoHole}},
    {"a start ignores the checkpoint",
     [](WorldOptions& o) { o.bugs.checkpoint_ignored = true; },
     {kStartKept, kNeverRefused}},
    {"half a checkpoint row is written and reported as written",
     [](WorldOptions& o) { o.sabotage.append_in_part = is_checkpoint; },
     {kStartKept, kNeverRefused}},
    {"deleted segments are unlinked before the checkpoint forgets them",
     [](WorldOptions& o) { o.bugs.release_before_commit = true; },
     {kNeverRefused, kAckedKept}},
    {"a deleted segment is unlinked at once",
     [](WorldOptions& o) {
       o.sabotage.remove_at_rename = [](const std::string& p) { return p.ends_with(".deleted"); };
     },
     {kNeverRefused, kAckedKept}},
    // The disk's calls.
    {"segments are never synced",
     [](WorldOptions& o) { o.sabotage.drop_sync = is_segment; },
     {kAckedKept, kNeverRefused, kServedIsStable}},
    {"no directory is ever synced (K1)",
     [](WorldOptions& o) { o.sabotage.drop_directory_sync = always; },
     {kAckedKept, kNeverRefused, kServedIsStable}},
    {"the partition's directory is not synced after a new segment (K1)",
     [](WorldOptions& o) { o.sabotage.drop_directory_sync = is_partition; },
     {kAckedKept, kNeverRefused, kServedIsStable}},
    {"the directory's own name is not synced",
     [](WorldOptions& o) {
       o.sabotage.drop_directory_sync = [](const std::string& p) { return p == "/p"; };
     },
     {kAckedKept, kNeverRefused, kServedIsStable}},
    {"a failed append is not taken back",
     [](WorldOptions& o) { o.sabotage.drop_truncate = is_segment; },
     {kAckedKept, kNoHole, kNoPhantom}},
    {"a full disk is reported as success",
     [](WorldOptions& o) { o.sabotage.full_disk_is_success = true; },
     {kAckedKept, kNoHole}},
    {"half a batch is written and reported as written",
     [](WorldOptions& o) { o.sabotage.append_in_part = is_segment; },
     {kAckedKept, kNoHole, kNeverRefused}},
    {"a batch is written twice",
     [](WorldOptions& o) { o.sabotage.append_twice = is_segment; },
     {kAckedKept, kNoHole, kNoPhantom}},
    {"a truncation takes one byte more",
     [](WorldOptions& o) { o.sabotage.truncate_one_byte_less = is_segment; },
     {kAckedKept, kNoHole, kNoPhantom, kNeverRefused, kRecoveryIdempotent, kServedIsStable}},
    // Recovery.
    {"recovery does not sync what it serves",
     [](WorldOptions& o) {
       o.bugs.sabotage_only_recovery = true;
       o.sabotage.drop_sync = is_segment;
     },
     {kServedIsStable, kAckedKept}},
    {"recovery does not sync the names of what it serves",
     [](WorldOptions& o) {
       o.bugs.sabotage_only_recovery = true;
       o.sabotage.drop_directory_sync = is_partition;
     },
     {kServedIsStable, kAckedKept, kNeverRefused}},
    {"recovery believes the page cache after a failed sync",
     [](WorldOptions& o) { o.sabotage.uncached_reads_hit_the_cache = true; },
     {kServedIsStable, kAckedKept}},
    {"a torn tail is not cut",
     [](WorldOptions& o) {
       o.bugs.sabotage_only_recovery = true;
       o.sabotage.drop_truncate = is_segment;
     },
     {kNoHole, kNoPhantom, kAckedKept, kServedIsStable, kRecoveryIdempotent}},
    {"recovery cuts a torn segment down to nothing (N1)",
     [](WorldOptions& o) {
       o.bugs.sabotage_only_recovery = true;
       o.sabotage.truncate_to_nothing = is_segment;
     },
     {kAckedKept, kNoHole, kNeverRefused, kServedIsStable, kRecoveryIdempotent,
      kBelowDurableUntouched}},
    {"recovery takes a short read for the end of the log",
     [](WorldOptions& o) { o.sabotage.short_uncached_read = is_segment; },
     {kAckedKept, kRecoveryIdempotent}},
    {"recovery does not see segments that exist",
     [](WorldOptions& o) {
       o.bugs.sabotage_only_recovery = true;
       o.sabotage.hide_in_list = is_segment;
     },
     {kAckedKept, kNeverRefused, kNoLeak}},
    {"recovery does not see that a deletion had begun",
     [](WorldOptions& o) {
       o.bugs.sabotage_only_recovery = true;
       o.sabotage.hide_in_list = [](const std::string& p) { return p.ends_with(".deleted"); };
     },
     {kNeverRefused, kNoHole, kStartKept}},
    {"recovery does not see some segments",
     [](WorldOptions& o) {
       o.bugs.sabotage_only_recovery = true;
       // Those with an odd base.
       o.sabotage.hide_in_list = [](const std::string& p) {
         return is_segment(p) && (p[p.size() - 5] - '0') % 2 == 1;
       };
     },
     {kAckedKept, kNeverRefused, kNoLeak}},
};

}  // namespace

TEST_CASE("every planted bug is caught, by the rule it breaks", "[sim]") {
  set_log_level(LogLevel::kError);
  const std::size_t step = sim::by_budget(1u, 8u);
  for (std::size_t i = 0; i < std::size(kCanaries); i += step) {
    const Canary& canary = kCanaries[i];
    sim::StateSet states;
    std::optional<Violation> violation;
    std::uint64_t seed = 0;
    while (!violation && ++seed <= 200) {
      WorldOptions options;
      options.seed = seed;
      canary.plant(options);
      violation = LogWorld(options, states).run().violation;
    }
    INFO(canary.name);
    CHECK(violation.has_value());
    if (!violation) continue;
    fmt::print("{:<70} seed {:>3}: {}\n", canary.name, seed, name_of(violation->invariant));
    INFO(name_of(violation->invariant) << ": " << violation->detail);
    CHECK(std::count(canary.caught_by.begin(), canary.caught_by.end(), violation->invariant) == 1);
  }
  set_log_level(LogLevel::kInfo);
}
