#include "tests/sim/group_world.h"

#include <absl/hash/hash.h>
#include <fmt/format.h>

#include <algorithm>

namespace leat::topics {
namespace {

constexpr std::size_t kClients = 4;
constexpr std::int32_t kSessionMs = 10'000;
constexpr std::int32_t kRebalanceMs = 30'000;
constexpr std::int64_t kHeartbeatMs = 3'000;
// Longer than a first JoinGroup may stay unanswered, plus everything that may follow.
constexpr int kQuietSeconds = 15 * 60;

Bytes bytes_of(std::string_view text) {
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

}  // namespace

GroupWorld::GroupWorld(std::uint64_t seed, GroupMutant mutant) : random_(seed), mutant_(mutant) {
  limits_.max_size = static_cast<std::int32_t>(random_.chance(1, 4) ? kClients : 100);
  limits_.initial_rebalance_delay_ms = random_.chance(1, 2) ? 3000 : 0;
  for (std::size_t i = 0; i < kClients; ++i) {
    Client client;
    client.name = fmt::format("c{}", i);
    if (i % 2 == 1) client.instance = client.name;
    clients_.push_back(std::move(client));
  }
}

void GroupWorld::fail(std::string why) {
  if (failure_.empty()) failure_ = fmt::format("at {} ms: {}", now_ms_, why);
}

std::string GroupWorld::run(int steps) {
  for (int i = 0; i < steps && failure_.empty(); ++i) {
    step();
    check_rules();
  }
  if (failure_.empty()) settle();
  return failure_;
}

// --- events ---

void GroupWorld::step() {
  Client& client = clients_[random_.below(clients_.size())];
  const std::uint64_t dice = random_.below(100);
  if (dice < 50)
    act(client);
  else if (dice < 68)
    finish_write(random_.chance(1, 10));
  else if (dice < 88)
    advance(static_cast<std::int64_t>(random_.below(dice < 87 ? 3000 : 70'000)));
  else if (dice < 92)
    crash(client);
  else if (dice < 96)
    disconnect(client);
  else if (dice < 98)
    leave(client);
  else if (dice < 99)
    restart();
}

void GroupWorld::settle() {
  quiet_ = true;
  for (int second = 0; second < kQuietSeconds && failure_.empty(); ++second) {
    while (!writing_.empty()) finish_write(false);
    for (auto& client : clients_) act(client);
    advance(1000);
    check_rules();
  }
  if (failure_.empty()) check_settled();
}

void GroupWorld::advance(std::int64_t ms) {
  const std::int64_t until = now_ms_ + ms;
  const auto sooner = [](const auto& a, const auto& b) { return a.second < b.second; };
  while (failure_.empty()) {
    const auto due = std::min_element(timers_.begin(), timers_.end(), sooner);
    if (due == timers_.end() || due->second > until) break;
    now_ms_ = due->second;
    const GroupTimer timer = due->first;
    timers_.erase(due);
    GroupActions actions;
    machine_.timer_fired(timer, limits_, actions);
    perform(std::move(actions));
  }
  now_ms_ = until;
}

void GroupWorld::act(Client& client) {
  if (client.waiting) return;
  switch (client.doing) {
    case Doing::kOutside:
    case Doing::kJoining:
      return send_join(client);
    case Doing::kJoined:
    case Doing::kSyncing:
      return send_sync(client);
    case Doing::kWorking:
      if (now_ms_ >= client.next_heartbeat_ms) send_heartbeat(client);
  }
}

void GroupWorld::send_join(Client& client) {
  JoinCall call;
  call.id = next_request_++;
  call.request.member_id = client.member;
  call.request.group_instance_id = client.instance;
  call.request.session_timeout_ms = kSessionMs;
  call.request.rebalance_timeout_ms = kRebalanceMs;
  call.request.protocol_type = "consumer";
  call.request.protocols.push_back({"range", bytes_of("t")});
  if (client.name == "c2" && random_.chance(1, 8)) {
    call.request.protocols[0].metadata = bytes_of("u");
  }
  if (client.member.empty()) call.new_member_id = fmt::format("{}-{}", client.name, next_id_++);
  call.requires_known_member = client.name != "c0";
  call.may_skip_assignment = client.name != "c1";
  client.doing = Doing::kJoining;
  client.waiting = call.id;
  open_.insert(call.id);
  GroupActions actions;
  machine_.join(std::move(call), limits_, actions);
  perform(std::move(actions));
}

void GroupWorld::send_sync(Client& client) {
  SyncCall call;
  call.id = next_request_++;
  call.request.member_id = client.member;
  call.request.group_instance_id = client.instance;
  call.request.generation_id = client.generation;
  if (client.leads && client.may_assign) {
    std::map<std::string, std::string> shares;
    for (std::size_t i = 0; i < kPartitions.size(); ++i) {
      shares[client.all[i % client.all.size()]] += kPartitions[i];
    }
    for (const auto& [member, share] : shares) {
      call.request.assignments.push_back({member, bytes_of(share)});
    }
  }
  client.doing = Doing::kSyncing;
  client.waiting = call.id;
  open_.insert(call.id);
  GroupActions actions;
  machine_.sync(std::move(call), limits_, actions);
  perform(std::move(actions));
}

void GroupWorld::send_heartbeat(Client& client) {
  GroupActions actions;
  ErrorCode error = machine_.heartbeat(client.member, client.instance, client.generation, actions);
  if (mutant(GroupMutant::kHidesRebalances) && error == ErrorCode::kRebalanceInProgress) {
    error = ErrorCode::kNone;
  }
  perform(std::move(actions));
  client.next_heartbeat_ms = now_ms_ + kHeartbeatMs;
  if (error == ErrorCode::kNone) {
    if (client.generation != machine_.generation() ||
        machine_.state() == GroupState::kPreparingRebalance) {
      fail(client.name + " was not told of a rebalance");
    }
    return;
  }
  if (error != ErrorCode::kRebalanceInProgress) return lose_membership(client);
  client.doing = Doing::kJoining;
}

void GroupWorld::lose_membership(Client& client) {
  client.doing = Doing::kOutside;
  client.member.clear();
  client.partitions.clear();
  client.generation = -1;
  client.leads = false;
}

// The process dies: what it waited for is answered to nobody.
void GroupWorld::crash(Client& client) {
  client.waiting.reset();
  lose_membership(client);
}

void GroupWorld::disconnect(Client& client) {
  if (!client.waiting) return;
  client.waiting.reset();
}

void GroupWorld::leave(Client& client) {
  if (client.member.empty() || client.waiting) return;
  LeaveGroupRequest::Member who;
  who.member_id = client.member;
  who.group_instance_id = client.instance;
  GroupActions actions;
  machine_.leave(std::span(&who, 1), limits_, actions);
  lose_membership(client);
  perform(std::move(actions));
}

void GroupWorld::finish_write(bool failed) {
  if (writing_.empty()) return;
  if (mutant(GroupMutant::kWritesOutOfOrder) && writing_.size() > 1) {
    std::swap(writing_[0].second, writing_[1].second);
  }
  auto [write, value] = std::move(writing_.front());
  writing_.pop_front();
  if (!failed) {
    on_disk_before_ = std::move(on_disk_);
    on_disk_ = std::move(value);
  }
  if (mutant(GroupMutant::kTakesErrorsForWritten)) failed = false;
  GroupActions actions;
  machine_.written(write, failed ? ErrorCode::kCoordinatorNotAvailable : ErrorCode::kNone, limits_,
                   actions);
  perform(std::move(actions));
}

// Some of what was being written reached the disk.
void GroupWorld::restart() {
  for (std::uint64_t kept = random_.below(writing_.size() + 1); kept > 0; --kept) {
    on_disk_before_ = std::move(on_disk_);
    on_disk_ = std::move(writing_.front().second);
    writing_.pop_front();
  }
  writing_.clear();
  timers_.clear();
  open_.clear();
  for (auto& client : clients_) client.waiting.reset();
  GroupActions actions;
  const auto& read = mutant(GroupMutant::kForgetsAtRestart) ? on_disk_before_ : on_disk_;
  machine_ = read ? GroupMachine::restore(*read, actions) : GroupMachine();
  if (machine_.generation() < told_generation_) {
    fail(fmt::format("generation {} was told and is forgotten", told_generation_));
  }
  perform(std::move(actions));
}

// --- what the machine does ---

void GroupWorld::perform(GroupActions actions) {
  for (const auto& action : actions) {
    std::visit([this](const auto& one) { on(one); }, action);
  }
}

GroupWorld::Client* GroupWorld::client_of(RequestId id) {
  if (open_.erase(id) == 0) {
    fail(fmt::format("request {} was answered twice", id));
    return nullptr;
  }
  const auto found = std::find_if(clients_.begin(), clients_.end(),
                                  [id](const Client& c) { return c.waiting == id; });
  if (found == clients_.end()) return nullptr;
  found->waiting.reset();
  return &*found;
}

void GroupWorld::on(const JoinReply& reply) {
  if (mutant(GroupMutant::kLosesJoinReplies) && random_.chance(1, 20)) return;
  Client* client = client_of(reply.request);
  if (mutant(GroupMutant::kAnswersTwice) && random_.chance(1, 50)) client_of(reply.request);
  if (client == nullptr) return;
  const JoinGroupResponse& said = reply.response;
  const auto error = static_cast<ErrorCode>(said.error_code);
  client->partitions.clear();
  if (error == ErrorCode::kMemberIdRequired) {
    client->member = said.member_id;
    return;
  }
  if (error == ErrorCode::kRebalanceInProgress) return;
  if (error != ErrorCode::kNone) return lose_membership(*client);
  client->doing = Doing::kJoined;
  client->member = said.member_id;
  client->generation = said.generation_id;
  client->leads = said.leader == said.member_id;
  client->may_assign = !said.skip_assignment;
  client->all.clear();
  for (const auto& m : said.members) client->all.push_back(m.member_id);
  if (client->leads && client->all.empty()) fail("a leader was not told whom it leads");
}

void GroupWorld::on(const SyncReply& reply) {
  if (mutant(GroupMutant::kLosesSyncReplies) && random_.chance(1, 20)) return;
  Client* client = client_of(reply.request);
  if (client == nullptr) return;
  const auto error = static_cast<ErrorCode>(reply.response.error_code);
  if (error == ErrorCode::kRebalanceInProgress || error == ErrorCode::kCoordinatorNotAvailable) {
    client->doing = Doing::kJoining;
    return;
  }
  if (error != ErrorCode::kNone) return lose_membership(*client);
  client->doing = Doing::kWorking;
  client->partitions = as_text(reply.response.assignment);
  if (mutant(GroupMutant::kGivesEverythingToAll)) client->partitions = kPartitions;
  client->next_heartbeat_ms = now_ms_;
  told_generation_ = std::max(told_generation_, client->generation);
  if (!on_disk_ || on_disk_->generation < client->generation) {
    fail(client->name + " was told an assignment that is not on disk");
  }
}

void GroupWorld::on(const StartTimer& start) {
  using Kind = GroupTimer::Kind;
  if (mutant(GroupMutant::kLosesSessionTimers) && start.timer.kind == Kind::kSession) return;
  if (mutant(GroupMutant::kLosesJoinTimer) && start.timer.kind == Kind::kJoin) return;
  if (mutant(GroupMutant::kLosesSyncTimer) && start.timer.kind == Kind::kSync) return;
  timers_[start.timer] = now_ms_ + start.after_ms;
}

void GroupWorld::on(const CancelTimer& cancel) {
  timers_.erase(cancel.timer);
}

void GroupWorld::on(const PersistGroup& write) {
  writing_.emplace_back(write.write, write.value);
  if (!mutant(GroupMutant::kReportsWritesTooEarly)) return;
  GroupActions actions;
  machine_.written(write.write, ErrorCode::kNone, limits_, actions);
  perform(std::move(actions));
}

// --- rules ---

void GroupWorld::check_rules() {
  check_timers();
  check_owners();
  std::size_t joining = 0;
  std::size_t syncing = 0;
  for (const auto& [id, member] : machine_.members()) {
    joining += member.joining ? 1 : 0;
    syncing += member.syncing ? 1 : 0;
  }
  visited_.insert(absl::HashOf(static_cast<int>(machine_.state()), machine_.members().size(),
                               joining, syncing, machine_.pending_members().size(), writing_.size(),
                               timers_.size()));
}

// Nobody waits for ever: whatever the group waits for, a timer ends it.
void GroupWorld::check_timers() {
  using Kind = GroupTimer::Kind;
  for (const auto& [id, member] : machine_.members()) {
    const bool parked = !member.is_new && (member.joining || member.syncing);
    if (!parked && !timers_.contains({Kind::kSession, id})) fail("no session timer for " + id);
  }
  for (const auto& id : machine_.pending_members()) {
    if (!timers_.contains({Kind::kSession, id})) fail("no timer for pending " + id);
  }
  const bool preparing = machine_.state() == GroupState::kPreparingRebalance;
  if (preparing && !timers_.contains({Kind::kJoin, {}})) fail("no timer ends the rebalance");
  if (machine_.state() != GroupState::kCompletingRebalance) return;
  const bool waits = std::any_of(machine_.members().begin(), machine_.members().end(),
                                 [](const auto& m) { return !m.second.syncing; });
  const bool written = !writing_.empty();
  if (waits && !written && !timers_.contains({Kind::kSync, {}})) fail("no timer ends the sync");
}

// Whoever could commit now owns its partitions alone.
void GroupWorld::check_owners() {
  std::map<char, std::string> owners;
  for (const auto& client : clients_) {
    if (client.partitions.empty()) continue;
    GroupActions ignored;
    const ErrorCode error =
        machine_.check_commit(client.member, client.instance, client.generation, ignored);
    const bool deaf =
        mutant(GroupMutant::kAcceptsOldGenerations) &&
        (error == ErrorCode::kIllegalGeneration || error == ErrorCode::kUnknownMemberId);
    if (error != ErrorCode::kNone && !deaf) continue;
    for (const char partition : client.partitions) {
      const auto [other, first] = owners.emplace(partition, client.name);
      if (!first) fail(fmt::format("{} and {} own {}", other->second, client.name, partition));
    }
  }
}

void GroupWorld::check_settled() {
  std::string owned;
  for (const auto& client : clients_) {
    if (client.waiting) fail(client.name + " waits for ever");
    if (client.doing != Doing::kWorking) fail(client.name + " is not at work");
    if (client.generation != machine_.generation()) fail(client.name + " is left behind");
    owned += client.partitions;
  }
  std::sort(owned.begin(), owned.end());
  if (owned != kPartitions) fail("owned in the end: " + owned);
}

}  // namespace leat::topics
