#include "broker/topics/group/group_history.h"

namespace leat::topics {
namespace {

std::int64_t ms_between(MonotonicTime from, MonotonicTime to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

}  // namespace

void GroupHistory::rebalance_began(std::string_view reason, std::string_view member,
                                   std::int64_t wall_ms, MonotonicTime now) {
  if (is_rebalancing()) rebalances_.back().took_ms = ms_between(rebalances_.back().began, now);
  if (rebalances_.size() == kRebalances) rebalances_.pop_front();
  PastRebalance& one = rebalances_.emplace_back();
  one.began_ms = wall_ms;
  one.began = now;
  one.reason = reason.substr(0, kLongestText);
  one.member = member.substr(0, kLongestText);
}

void GroupHistory::settled(std::int32_t generation, std::size_t members, MonotonicTime now) {
  if (!is_rebalancing()) return;
  PastRebalance& one = rebalances_.back();
  one.took_ms = ms_between(one.began, now);
  one.completed = true;
  one.generation = generation;
  one.members = static_cast<std::int32_t>(members);
}

void GroupHistory::heard(std::string_view member, MonotonicTime now) {
  auto found = members_.find(member);
  if (found == members_.end()) found = members_.emplace(std::string(member), Heard()).first;
  found->second.when = now;
}

void GroupHistory::introduced(std::string_view member, std::string_view software_name,
                              std::string_view software_version) {
  const auto found = members_.find(member);
  if (found == members_.end()) return;
  Heard& heard = found->second;
  if (heard.software_name == software_name && heard.software_version == software_version) return;
  heard.software_name = software_name.substr(0, kLongestText);
  heard.software_version = software_version.substr(0, kLongestText);
}

void GroupHistory::left(std::string_view member) {
  const auto found = members_.find(member);
  if (found != members_.end()) members_.erase(found);
}

const GroupHistory::Heard* GroupHistory::find(std::string_view member) const {
  const auto found = members_.find(member);
  return found == members_.end() ? nullptr : &found->second;
}

}  // namespace leat::topics
