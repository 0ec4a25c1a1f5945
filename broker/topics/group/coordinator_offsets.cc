// Committed offsets: commit, fetch, delete, expire.
#include <algorithm>

#include "broker/topics/group/coordinator.h"
#include "common/base/log.h"
#include "common/protocol/codec.h"
#include "common/protocol/records/consumer_protocol.h"

namespace leat::topics {
namespace {

// Those that are not refused already.
void refuse_all(std::vector<OffsetToCommit>& offsets, ErrorCode error) {
  for (auto& offset : offsets) {
    if (offset.error == ErrorCode::kNone) offset.error = error;
  }
}

// As Kafka counts metadata: String.length(), UTF-16 code units.
std::size_t utf16_units(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) units += byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

// What a refused append means for a commit.
ErrorCode error_of_commit(ErrorCode error) {
  return error == ErrorCode::kMessageTooLarge ? ErrorCode::kInvalidCommitOffsetSize
                                              : error_of_append(error);
}

}  // namespace

bool is_subscribed(const GroupMachine& machine, std::string_view topic) {
  if (machine.protocol_type() != "consumer") return false;
  for (const auto& [id, member] : machine.members()) {
    for (const auto& protocol : member.protocols) {
      if (machine.protocol() && protocol.name != *machine.protocol()) continue;
      const auto said =
          wire::decode_versioned<ConsumerProtocolSubscription>(protocol.metadata, true);
      if (!said.ok()) return true;
      if (std::find(said->topics.begin(), said->topics.end(), topic) != said->topics.end()) {
        return true;
      }
    }
  }
  return false;
}

void GroupCoordinator::commit(CommitCall call, Done<std::vector<OffsetToCommit>> done) {
  parts_.executor->post([this, call = std::move(call), done = std::move(done)]() mutable {
    do_commit(std::move(call), std::move(done));
  });
}

ErrorCode GroupCoordinator::check_commit(const CommitCall& call, GroupPtr& group) {
  const ErrorCode error = availability(call.group);
  if (error != ErrorCode::kNone) return error;
  group = find(call.group);
  if (!group) {
    if (call.generation >= 0) return call.unknown_group;
    group = find_or_make(call.group);
  }
  GroupActions actions;
  const ErrorCode verdict =
      group->machine.check_commit(call.member_id, call.instance_id, call.generation, actions);
  perform(group, std::move(actions));
  return verdict;
}

void GroupCoordinator::do_commit(CommitCall call, Done<std::vector<OffsetToCommit>> done) {
  GroupPtr group;
  if (const ErrorCode error = check_commit(call, group); error != ErrorCode::kNone) {
    refuse_all(call.offsets, error);
    return done(std::move(call.offsets));
  }
  const auto longest =
      static_cast<std::size_t>(parts_.config->options()->offset_metadata_max_bytes);
  const std::int64_t now = parts_.clock->wall_ms();
  const auto image = parts_.catalog->image();
  std::vector<InternalRecord> records;
  for (auto& offset : call.offsets) {
    // A topic deleted since the request was looked at has had its offsets removed already.
    if (offset.error == ErrorCode::kNone && !image->find(offset.value.topic_id)) {
      offset.error = ErrorCode::kUnknownTopicOrPartition;
    }
    if (offset.error == ErrorCode::kNone && utf16_units(offset.value.metadata) > longest) {
      offset.error = ErrorCode::kOffsetMetadataTooLarge;
    }
    if (offset.error != ErrorCode::kNone) continue;
    offset.value.commit_ms = now;
    records.push_back(offset_record(group->id, offset.key, offset.value));
    group->offsets.stage(offset.key);
  }
  if (records.empty()) {
    forget_if_blank(group);
    return done(std::move(call.offsets));
  }
  append(group, records,
         [this, group, offsets = std::move(call.offsets), done = std::move(done)](ErrorCode error) {
           std::vector<OffsetToCommit> answer = offsets;
           for (auto& offset : answer) {
             if (offset.error != ErrorCode::kNone) continue;
             offset.error = error_of_commit(error);
             group->offsets.apply(offset.key, std::move(offset.value), error == ErrorCode::kNone);
           }
           if (!group->gone) forget_if_blank(group);
           done(std::move(answer));
         });
}

// --- fetch ---

namespace {

// Offsets by topic, as long as there is room for them.
class Gathered {
 public:
  explicit Gathered(std::size_t& room) : room_(room) {}

  void begin(const std::string& topic) { topics_.push_back({topic, {}}); }
  void begin_if_other(const std::string& topic) {
    if (topics_.empty() || topics_.back().topic != topic) begin(topic);
  }
  void add(std::int32_t partition, const CommittedOffset& offset) {
    const std::size_t bytes = sizeof(FetchedOffset) + offset.metadata.size();
    too_much_ = too_much_ || bytes > room_;
    if (too_much_) return;
    room_ -= bytes;
    topics_.back().offsets.push_back({partition, offset});
  }
  bool too_much() const { return too_much_; }
  std::vector<FetchedTopic> take() { return std::move(topics_); }

 private:
  std::size_t& room_;  // bytes, of all groups of the request
  bool too_much_ = false;
  std::vector<FetchedTopic> topics_;
};

}  // namespace

void GroupCoordinator::fetch(std::vector<FetchOffsetsCall> calls,
                             Done<std::vector<FetchedOffsets>> done) {
  parts_.executor->post([this, calls = std::move(calls), done = std::move(done)] {
    std::vector<FetchedOffsets> answers;
    std::size_t room = kMaxFetchedBytes;
    for (const auto& call : calls) answers.push_back(fetch_one(call, room));
    done(std::move(answers));
  });
}

FetchedOffsets GroupCoordinator::fetch_one(const FetchOffsetsCall& call, std::size_t& room) {
  FetchedOffsets answer;
  answer.error = availability(call.group);
  if (answer.error != ErrorCode::kNone) return answer;
  const GroupPtr group = find(call.group);
  Gathered gathered(room);
  if (call.topics) {
    for (const auto& wanted : *call.topics) {
      gathered.begin(wanted.topic);
      for (const std::int32_t partition : wanted.partitions) {
        const auto* found = group ? group->offsets.find(wanted.topic, partition) : nullptr;
        gathered.add(partition, found != nullptr ? *found : CommittedOffset());
      }
    }
  } else if (group) {
    group->offsets.for_each(
        [&](const std::string& topic, std::int32_t partition, const CommittedOffset& offset) {
          gathered.begin_if_other(topic);
          gathered.add(partition, offset);
        });
  }
  if (gathered.too_much()) answer.error = ErrorCode::kInvalidRequest;
  else answer.topics = gathered.take();
  return answer;
}

// --- delete ---

void GroupCoordinator::delete_keys(const GroupPtr& group, std::vector<TopicPartitionName> keys,
                                   std::function<void(ErrorCode)> then) {
  std::vector<InternalRecord> records;
  for (const auto& key : keys) {
    records.push_back(offset_tombstone(group->id, key));
    group->offsets.stage(key);
  }
  append(group, records, [group, keys = std::move(keys), then = std::move(then)](ErrorCode error) {
    for (const auto& key : keys) {
      group->offsets.apply(key, std::nullopt, error == ErrorCode::kNone);
    }
    then(error_of_append(error));
  });
}

void GroupCoordinator::delete_offsets(DeleteOffsetsCall call, Done<DeletedOffsets> done) {
  parts_.executor->post([this, call = std::move(call), done = std::move(done)]() mutable {
    do_delete_offsets(std::move(call), std::move(done));
  });
}

void GroupCoordinator::do_delete_offsets(DeleteOffsetsCall call, Done<DeletedOffsets> done) {
  DeletedOffsets answer;
  answer.error = availability(call.group);
  const GroupPtr group = find(call.group);
  if (answer.error == ErrorCode::kNone && !group) answer.error = ErrorCode::kGroupIdNotFound;
  if (answer.error != ErrorCode::kNone) return done(std::move(answer));
  const bool has_members = group->machine.state() != GroupState::kEmpty;
  if (has_members && group->machine.protocol_type() != "consumer") {
    answer.error = ErrorCode::kNonEmptyGroup;
    return done(std::move(answer));
  }
  std::vector<TopicPartitionName> keys;
  for (auto& key : call.keys) {
    const bool used = has_members && is_subscribed(group->machine, key.topic);
    answer.of_keys.push_back(used ? ErrorCode::kGroupSubscribedToTopic : ErrorCode::kNone);
    if (!used && group->offsets.find(key.topic, key.partition)) keys.push_back(std::move(key));
  }
  if (keys.empty()) return done(std::move(answer));
  delete_keys(group, std::move(keys),
              [answer = std::move(answer), done = std::move(done)](ErrorCode error) {
                DeletedOffsets result = answer;
                result.error = error;
                done(std::move(result));
              });
}

void GroupCoordinator::topic_deleted(std::string name) {
  parts_.executor->post([this, name = std::move(name)] {
    if (stopped_ || !follow_topic()) return;
    for (const auto& [id, group] : groups_) {
      auto keys = group->offsets.keys_of(name);
      // A tombstone that cannot be written is made up for when the partition is next read.
      if (!keys.empty()) delete_keys(group, std::move(keys), [](ErrorCode) {});
    }
  });
}

// --- expire ---

void GroupCoordinator::sweep() {
  if (stopped_) return;
  const auto options = parts_.config->options();
  const auto pause = std::chrono::milliseconds(options->offsets_retention_check_interval_ms);
  parts_.executor->run_at(parts_.clock->monotonic() + pause, [this] { sweep(); });
  const std::int64_t retention_ms = options->offsets_retention_minutes < 0
                                        ? -1
                                        : std::int64_t{options->offsets_retention_minutes} * 60'000;
  const std::int64_t now = parts_.clock->wall_ms();
  std::vector<GroupPtr> empty;
  for (const auto& [id, group] : groups_) {
    if (group->machine.state() == GroupState::kEmpty) empty.push_back(group);
  }
  for (const auto& group : empty) expire(group, now, retention_ms);
}

// Offsets of a group without members are kept for the retention since it lost the last member, or
// since their commit if it never had one. A group with nothing left is forgotten.
void GroupCoordinator::expire(const GroupPtr& group, std::int64_t now_ms,
                              std::int64_t retention_ms) {
  const bool had_members = group->machine.generation() > 0;
  std::vector<TopicPartitionName> dead;
  if (retention_ms >= 0) {
    group->offsets.for_each(
        [&](const std::string& topic, std::int32_t partition, const CommittedOffset& offset) {
          const std::int64_t since =
              had_members ? std::max(group->empty_since_ms, offset.commit_ms) : offset.commit_ms;
          if (now_ms - since >= retention_ms) dead.push_back({topic, partition});
        });
  }
  if (!dead.empty()) {
    LOG_INFO("offsets expired group={} count={}", group->id, dead.size());
    return delete_keys(group, std::move(dead), [](ErrorCode) {});
  }
  if (group->offsets.empty() && group->machine.pending_members().empty()) {
    remove_one(group->id, [](ErrorCode) {});
  }
}

}  // namespace leat::topics
