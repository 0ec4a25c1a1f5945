#include "client/group/assignor.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "client/group/sticky_assignor.h"

namespace leat {
namespace {

constexpr std::array<std::pair<Assignor, std::string_view>, 3> kNames = {
    {{Assignor::kRange, "range"},
     {Assignor::kRoundRobin, "roundrobin"},
     {Assignor::kCooperativeSticky, "cooperative-sticky"}}};

using Members = std::vector<const SubscribedMember*>;

// Static members first and by name: their order survives a restart with a new member id.
Members in_order(const std::vector<SubscribedMember>& members) {
  Members sorted;
  for (const SubscribedMember& member : members) sorted.push_back(&member);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    return std::tuple(!a->instance_id, a->instance_id, std::string_view(a->id)) <
           std::tuple(!b->instance_id, b->instance_id, std::string_view(b->id));
  });
  return sorted;
}

bool subscribes(const SubscribedMember& member, std::string_view topic) {
  return std::find(member.topics.begin(), member.topics.end(), topic) != member.topics.end();
}

GroupAssignment nothing_for(const std::vector<SubscribedMember>& members) {
  GroupAssignment assignment;
  for (const SubscribedMember& member : members) assignment[member.id];
  return assignment;
}

GroupAssignment assign_range(const std::vector<SubscribedMember>& members,
                             const TopicSizes& topics) {
  GroupAssignment assignment = nothing_for(members);
  for (const auto& [topic, size] : topics) {
    Members takers = in_order(members);
    std::erase_if(takers, [&wanted = topic](const auto* m) { return !subscribes(*m, wanted); });
    if (takers.empty()) continue;
    const auto count = static_cast<std::int32_t>(takers.size());
    std::int32_t next = 0;
    for (std::int32_t i = 0; i < count; ++i) {
      const std::int32_t end = next + size / count + (i < size % count ? 1 : 0);
      for (; next < end; ++next)
        assignment[takers[static_cast<std::size_t>(i)]->id].emplace_back(topic, next);
    }
  }
  return assignment;
}

GroupAssignment assign_round_robin(const std::vector<SubscribedMember>& members,
                                   const TopicSizes& topics) {
  GroupAssignment assignment = nothing_for(members);
  const Members ring = in_order(members);
  std::size_t at = 0;
  for (const auto& [topic, size] : topics) {
    const auto wants = [&wanted = topic](const auto* m) { return subscribes(*m, wanted); };
    if (std::none_of(ring.begin(), ring.end(), wants)) continue;
    for (std::int32_t p = 0; p < size; ++p) {
      while (!wants(ring[at % ring.size()])) ++at;
      assignment[ring[at++ % ring.size()]->id].emplace_back(topic, p);
    }
  }
  return assignment;
}

}  // namespace

std::string_view to_string(Assignor assignor) {
  for (const auto& [value, name] : kNames)
    if (value == assignor) return name;
  return "?";
}

std::optional<Assignor> parse_assignor(std::string_view name) {
  for (const auto& [value, known] : kNames)
    if (known == name) return value;
  return std::nullopt;
}

GroupAssignment assign(Assignor assignor, const std::vector<SubscribedMember>& members,
                       const TopicSizes& topics) {
  switch (assignor) {
    case Assignor::kRange: return assign_range(members, topics);
    case Assignor::kRoundRobin: return assign_round_robin(members, topics);
    case Assignor::kCooperativeSticky:
      return withhold_owned(members, assign_sticky(members, topics));
  }
  return {};
}

}  // namespace leat
