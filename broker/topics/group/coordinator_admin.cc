// What administrators ask: describe, list and delete groups.
#include <algorithm>

#include "broker/topics/group/coordinator.h"

namespace leat::topics {
namespace {

constexpr std::string_view kClassic = "classic";

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

bool passes(const std::vector<std::string>& filter, std::string_view value) {
  return filter.empty() || std::any_of(filter.begin(), filter.end(), [&](const auto& wanted) {
           return same_text(wanted, value);
         });
}

}  // namespace

void GroupCoordinator::describe(std::vector<std::string> groups,
                                Done<std::vector<DescribeGroupsResponse::Group>> done) {
  parts_.executor->post([this, groups = std::move(groups), done = std::move(done)] {
    std::vector<DescribeGroupsResponse::Group> answers;
    for (const auto& id : groups) answers.push_back(describe_one(id));
    done(std::move(answers));
  });
}

// Metadata and assignments are told of a stable group only: in others they are about to change.
DescribeGroupsResponse::Group GroupCoordinator::describe_one(const std::string& id) {
  DescribeGroupsResponse::Group out;
  out.group_id = id;
  out.error_code = wire_code(availability(id));
  if (out.error_code != 0) return out;
  const GroupPtr group = find(id);
  if (!group) {
    out.error_code = wire_code(ErrorCode::kGroupIdNotFound);
    out.group_state = "Dead";
    return out;
  }
  const GroupMachine& machine = group->machine;
  const bool stable = machine.state() == GroupState::kStable;
  out.group_state = name(machine.state());
  out.protocol_type = machine.protocol_type();
  if (stable) out.protocol_data = machine.protocol().value_or("");
  for (const auto& [member_id, member] : machine.members()) {
    auto& one = out.members.emplace_back();
    one.member_id = member_id;
    one.group_instance_id = member.instance_id;
    one.client_id = member.client_id;
    one.client_host = member.client_host;
    if (!stable) continue;
    one.member_metadata = member.metadata(out.protocol_data);
    one.member_assignment = member.assignment;
  }
  return out;
}

void GroupCoordinator::list(ListGroupsRequest filters, Done<Listing> done) {
  parts_.executor->post(
      [this, filters = std::move(filters), done = std::move(done)] { done(do_list(filters)); });
}

GroupCoordinator::Listing GroupCoordinator::do_list(const ListGroupsRequest& filters) {
  Listing listing;
  if (stopped_) {
    listing.error = ErrorCode::kCoordinatorNotAvailable;
    return listing;
  }
  follow_topic();
  if (std::find(loads_.begin(), loads_.end(), Load::kLoading) != loads_.end()) {
    listing.error = ErrorCode::kCoordinatorLoadInProgress;
    return listing;
  }
  if (!passes(filters.types_filter, kClassic)) return listing;
  for (const auto& [id, group] : groups_) {
    const std::string_view state = name(group->machine.state());
    if (!passes(filters.states_filter, state)) continue;
    auto& one = listing.groups.emplace_back();
    one.group_id = id;
    one.protocol_type = group->machine.protocol_type();
    one.group_state = state;
    one.group_type = kClassic;
  }
  return listing;
}

void GroupCoordinator::remove(std::vector<std::string> groups, Done<std::vector<ErrorCode>> done) {
  parts_.executor->post([this, groups = std::move(groups), done = std::move(done)] {
    struct Progress {
      std::vector<ErrorCode> answers;
      std::size_t waiting = 0;
    };
    auto progress = std::make_shared<Progress>();
    progress->answers.resize(groups.size());
    progress->waiting = groups.size();
    if (groups.empty()) return done({});
    for (std::size_t i = 0; i < groups.size(); ++i) {
      remove_one(groups[i], [progress, i, done](ErrorCode error) {
        progress->answers[i] = error;
        if (--progress->waiting == 0) done(std::move(progress->answers));
      });
    }
  });
}

void GroupCoordinator::remove_one(const std::string& id, std::function<void(ErrorCode)> then) {
  const ErrorCode error = availability(id);
  if (error != ErrorCode::kNone) return then(error);
  const GroupPtr group = find(id);
  if (!group) return then(ErrorCode::kGroupIdNotFound);
  if (group->machine.state() != GroupState::kEmpty) return then(ErrorCode::kNonEmptyGroup);
  std::vector<InternalRecord> records;
  for (const auto& key : group->offsets.keys()) records.push_back(offset_tombstone(id, key));
  records.push_back(group_tombstone(id));
  append(group, records, [this, group, then = std::move(then)](ErrorCode e) {
    // It could not be deleted: it is still there, unless somebody began a new one.
    if (e != ErrorCode::kNone && topic_ && !find(group->id)) groups_[group->id] = group;
    then(error_of_append(e));
  });
  // From here on nothing finds it; what comes now is a new group, behind the tombstones in the log.
  forget(group);
  group->gone = false;
}

}  // namespace leat::topics
