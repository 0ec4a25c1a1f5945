#include "client/group/sticky_assignor.h"

#include <algorithm>
#include <deque>
#include <set>

namespace leat {
namespace {

// Who owns what, after contradicting claims were settled.
class Claims {
 public:
  Claims(const std::vector<SubscribedMember>& members, const TopicSizes& topics) {
    for (const SubscribedMember& member : members) {
      owned_[member.id];
      for (const TopicPartition& claimed : member.owned)
        if (exists(claimed, topics)) claim(member, claimed);
    }
    for (const TopicPartition& contested : contested_) drop(contested);
  }

  // By member, in the order in which it named them.
  const GroupAssignment& owned() const { return owned_; }

 private:
  struct Owner {
    std::string id;
    std::int32_t generation = -1;
  };

  static bool exists(const TopicPartition& partition, const TopicSizes& topics) {
    const auto topic = topics.find(partition.topic);
    return topic != topics.end() && partition.partition >= 0 && partition.partition < topic->second;
  }
  void claim(const SubscribedMember& member, const TopicPartition& partition) {
    const auto [owner, first] = owners_.try_emplace(partition, Owner{member.id, member.generation});
    if (!first) {
      if (owner->second.id == member.id) return;
      if (owner->second.generation > member.generation) return;
      if (owner->second.generation == member.generation) contested_.insert(partition);
      else contested_.erase(partition);
      std::erase(owned_[owner->second.id], partition);
      owner->second = Owner{member.id, member.generation};
    }
    owned_[member.id].push_back(partition);
  }
  void drop(const TopicPartition& partition) {
    std::erase(owned_[owners_[partition].id], partition);
  }

  GroupAssignment owned_;
  std::map<TopicPartition, Owner> owners_;
  std::set<TopicPartition> contested_;
};

TopicPartitions unassigned(const TopicSizes& topics, const GroupAssignment& assignment) {
  std::set<TopicPartition> taken;
  for (const auto& [id, partitions] : assignment) taken.insert(partitions.begin(), partitions.end());
  TopicPartitions left;
  for (const auto& [topic, size] : topics)
    for (std::int32_t p = 0; p < size; ++p)
      if (TopicPartition partition(topic, p); !taken.contains(partition))
        left.push_back(std::move(partition));
  return left;
}

// All members subscribe to the same topics: each gets `low` partitions, and `extra` of them one
// more. In three passes that no later one takes back, as in the Java client (KAFKA-9987).
class EqualShares {
 public:
  EqualShares(const GroupAssignment& owned, const TopicSizes& topics) : topics_(topics) {
    std::size_t partitions = 0;
    for (const auto& [topic, size] : topics) partitions += static_cast<std::size_t>(size);
    low_ = partitions / owned.size();
    extra_ = partitions % owned.size();
    for (const auto& [id, claimed] : owned) keep(id, claimed);
  }

  GroupAssignment run() {
    const TopicPartitions left = unassigned(topics_, assignment_);
    std::size_t at = 0;
    for (const TopicPartition& partition : left) {
      const std::string id = next_taker(at);
      TopicPartitions& mine = assignment_[id];
      mine.push_back(partition);
      if (mine.size() != low_) continue;
      at_low_.push_back(id);
      needy_.erase(needy_.begin() + static_cast<std::ptrdiff_t>(--at));
    }
    return std::move(assignment_);
  }

 private:
  void keep(const std::string& id, const TopicPartitions& claimed) {
    TopicPartitions& mine = assignment_[id];
    const bool one_more = claimed.size() > low_ && with_extra_ < extra_;
    if (one_more) ++with_extra_;
    mine.assign(claimed.begin(), claimed.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                       claimed.size(), low_ + one_more)));
    if (mine.size() < low_) needy_.push_back(id);
    else if (!one_more) at_low_.push_back(id);
  }
  // Below `low` in turn; when there are none, those who have exactly that many.
  std::string next_taker(std::size_t& at) {
    if (needy_.empty()) {
      std::string id = std::move(at_low_.front());
      at_low_.pop_front();
      return id;
    }
    if (at == needy_.size()) at = 0;
    return needy_[at++];
  }

  const TopicSizes& topics_;
  std::size_t low_ = 0;
  std::size_t extra_ = 0;
  std::size_t with_extra_ = 0;
  GroupAssignment assignment_;
  std::vector<std::string> needy_;    // below `low`; by id
  std::deque<std::string> at_low_;
};

// Members subscribe to different topics: everything that is free goes to the subscriber with the
// least, then partitions move from who has more to who has two less while there are such pairs.
// Each move makes the sum of squares smaller: it ends.
class UnequalShares {
 public:
  UnequalShares(const std::vector<SubscribedMember>& members, const GroupAssignment& owned,
                const TopicSizes& topics)
      : topics_(topics) {
    for (const SubscribedMember& member : members) {
      assignment_[member.id];
      for (const std::string& topic : member.topics) takers_[topic].insert(member.id);
    }
    for (const auto& [id, partitions] : owned)
      for (const TopicPartition& partition : partitions)
        if (takers_[partition.topic].contains(id)) assignment_[id].push_back(partition);
  }

  GroupAssignment run() {
    TopicPartitions left = unassigned(topics_, assignment_);
    std::sort(left.begin(), left.end(), [this](const auto& a, const auto& b) {
      return std::pair(takers_[a.topic].size(), a) < std::pair(takers_[b.topic].size(), b);
    });
    for (const TopicPartition& partition : left)
      if (const std::string* id = least_loaded(partition.topic))
        assignment_[*id].push_back(partition);
    while (move_some()) {
    }
    return std::move(assignment_);
  }

 private:
  const std::string* least_loaded(const std::string& topic) {
    const std::string* best = nullptr;
    for (const std::string& id : takers_[topic])
      if (best == nullptr || assignment_[id].size() < assignment_[*best].size()) best = &id;
    return best;
  }
  // One pass over everything; false when nothing had to move.
  bool move_some() {
    bool moved = false;
    for (auto& [id, mine] : assignment_)
      for (std::size_t i = mine.size(); i-- > 0;) {
        const std::string* other = least_loaded(mine[i].topic);
        if (assignment_[*other].size() + 1 >= mine.size()) continue;
        assignment_[*other].push_back(mine[i]);
        mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(i));
        moved = true;
      }
    return moved;
  }

  const TopicSizes& topics_;
  GroupAssignment assignment_;
  std::map<std::string, std::set<std::string>> takers_;  // by topic
};

std::set<std::string> topic_set(const SubscribedMember& member) {
  return {member.topics.begin(), member.topics.end()};
}

}  // namespace

GroupAssignment assign_sticky(const std::vector<SubscribedMember>& members,
                              const TopicSizes& topics) {
  if (members.empty()) return {};
  const std::set<std::string> first = topic_set(members.front());
  TopicSizes wanted;
  for (const SubscribedMember& member : members)
    for (const std::string& topic : member.topics)
      if (const auto known = topics.find(topic); known != topics.end()) wanted.insert(*known);
  const Claims claims(members, wanted);
  const bool equal = std::all_of(members.begin(), members.end(),
                                 [&](const auto& m) { return topic_set(m) == first; });
  GroupAssignment assignment = equal ? EqualShares(claims.owned(), wanted).run()
                                     : UnequalShares(members, claims.owned(), wanted).run();
  for (auto& [id, partitions] : assignment) std::sort(partitions.begin(), partitions.end());
  return assignment;
}

GroupAssignment withhold_owned(const std::vector<SubscribedMember>& members,
                               GroupAssignment assignment) {
  std::map<TopicPartition, std::set<std::string_view>> claimants;
  for (const SubscribedMember& member : members)
    for (const TopicPartition& partition : member.owned) claimants[partition].insert(member.id);
  for (auto& [id, partitions] : assignment)
    std::erase_if(partitions, [&claimants, &taker = id](const TopicPartition& partition) {
      const auto claimed = claimants.find(partition);
      return claimed != claimants.end() && !claimed->second.contains(taker);
    });
  return assignment;
}

}  // namespace leat
