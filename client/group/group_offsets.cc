#include "client/group/group_offsets.h"

#include <algorithm>
#include <map>

#include "client/retry.h"
#include "common/base/random.h"

namespace leat {
namespace {

// Later versions name topics by id only (KIP-848); groups are about names.
constexpr wire::Version kLastWithNames = 9;
constexpr wire::Version kFirstWithGroups = 8;  // KIP-709
constexpr wire::Version kFirstWithRequireStable = 7;  // KIP-447

OffsetCommitRequest make_commit(const std::string& group, const Committer& who,
                                const std::vector<CommittedOffset>& offsets) {
  OffsetCommitRequest request;
  request.group_id = group;
  request.generation_id_or_member_epoch = who.generation;
  request.member_id = who.member_id;
  request.group_instance_id = who.instance_id;
  for (const CommittedOffset& offset : offsets) {
    if (request.topics.empty() || request.topics.back().name != offset.partition.topic)
      request.topics.emplace_back().name = offset.partition.topic;
    OffsetCommitRequest::Partition& partition = request.topics.back().partitions.emplace_back();
    partition.partition_index = offset.partition.partition;
    partition.committed_offset = offset.offset;
    partition.committed_leader_epoch = offset.leader_epoch;
    partition.committed_metadata = offset.metadata;
  }
  return request;
}

bool is_elsewhere(const Error& error) {
  return error.is(ErrorCode::kCoordinatorNotAvailable) || error.is(ErrorCode::kNotCoordinator) ||
         error.is(ErrorCode::kRequestTimedOut);
}

// What cannot pass outweighs what can, and that a partition that is not there.
Error worst(const OffsetCommitResponse& answer) {
  Error found;
  for (const OffsetCommitResponse::Topic& topic : answer.topics)
    for (const OffsetCommitResponse::Partition& partition : topic.partitions) {
      Error error = Error::kafka(partition.error_code);
      if (error.ok() || (!found.ok() && !is_gone(found) && error.retriable())) continue;
      if (is_gone(error) && !found.ok()) continue;
      found = error.with_context(fmt::format("{}-{}", topic.name, partition.partition_index));
    }
  return found;
}

TopicPartitions find_gone(const OffsetCommitResponse& answer) {
  TopicPartitions gone;
  for (const OffsetCommitResponse::Topic& topic : answer.topics)
    for (const OffsetCommitResponse::Partition& partition : topic.partitions)
      if (is_gone(Error::kafka(partition.error_code)))
        gone.emplace_back(topic.name, partition.partition_index);
  return gone;
}

OffsetFetchRequest make_fetch(const std::string& group, const TopicPartitions& partitions,
                              wire::Version version) {
  std::map<std::string, std::vector<std::int32_t>> by_topic;
  for (const TopicPartition& p : partitions) by_topic[p.topic].push_back(p.partition);
  OffsetFetchRequest request;
  request.require_stable = version >= kFirstWithRequireStable;
  if (version < kFirstWithGroups) {
    request.group_id = group;
    for (auto& [name, indexes] : by_topic) {
      OffsetFetchRequest::Topic& topic = request.topics->emplace_back();
      topic.name = name;
      topic.partition_indexes = std::move(indexes);
    }
    return request;
  }
  OffsetFetchRequest::Group& asked = request.groups.emplace_back();
  asked.group_id = group;
  for (auto& [name, indexes] : by_topic) {
    OffsetFetchRequest::GroupTopic& topic = asked.topics->emplace_back();
    topic.name = name;
    topic.partition_indexes = std::move(indexes);
  }
  return request;
}

// Fills in what the answer says; both forms of it have the same fields.
template <class Topics>
Error take(const Topics& topics, std::vector<CommittedOffset>& offsets) {
  std::map<TopicPartition, CommittedOffset*> wanted;
  for (CommittedOffset& offset : offsets) wanted.emplace(offset.partition, &offset);
  Error found;
  const auto note = [&](const Error& error) {
    if (!error.ok() && (found.ok() || !error.retriable())) found = error;
  };
  for (const auto& topic : topics)
    for (const auto& partition : topic.partitions) {
      const auto place = wanted.find(TopicPartition(topic.name, partition.partition_index));
      if (place == wanted.end()) continue;
      place->second->offset = partition.committed_offset;
      place->second->leader_epoch = partition.committed_leader_epoch;
      place->second->metadata = partition.metadata.value_or("");
      note(Error::kafka(partition.error_code));
      wanted.erase(place);
    }
  for (const auto& [partition, offset] : wanted)
    note(Error::make(ClientCode::kBadAnswer, "the answer leaves out {}-{}", partition.topic,
                     partition.partition));
  return found;
}

Error read_fetch(const OffsetFetchResponse& answer, wire::Version version,
                 std::vector<CommittedOffset>& offsets) {
  if (version < kFirstWithGroups) {
    if (answer.error_code != 0) return Error::kafka(answer.error_code);
    return take(answer.topics, offsets);
  }
  if (answer.groups.size() != 1)
    return Error::make(ClientCode::kBadAnswer, "{} groups in an answer for one",
                       answer.groups.size());
  const OffsetFetchResponse::Group& group = answer.groups.front();
  if (group.error_code != 0) return Error::kafka(group.error_code);
  return take(group.topics, offsets);
}

asio::awaitable<Error> fetch_once(CoordinatorLink& link, const std::string& group,
                                  const TopicPartitions& partitions,
                                  std::vector<CommittedOffset>& offsets) {
  const Result<ConnectionPtr> connection = co_await link.connect();
  if (!connection.ok()) co_return connection.error();
  const Result<wire::Version> version =
      (*connection)->pick_version(OffsetFetchRequest::schema(), kLastWithNames);
  if (!version.ok()) co_return version.error();
  OffsetFetchRequest request = make_fetch(group, partitions, *version);
  const CallOptions options(std::nullopt, kLastWithNames);
  const Result<Reply<OffsetFetchResponse>> reply =
      co_await (*connection)->call(std::move(request), options);
  if (!reply.ok()) co_return reply.error();
  co_return read_fetch(reply->body, *version, offsets);
}

}  // namespace

asio::awaitable<Error> commit_offsets(std::shared_ptr<Client> client, CoordinatorLink& link,
                                      std::string group, std::vector<CommittedOffset> offsets,
                                      Committer who, Duration patience,
                                      TopicPartitions* gone) {
  std::sort(offsets.begin(), offsets.end(),
            [](const auto& a, const auto& b) { return a.partition < b.partition; });
  const MonotonicTime deadline = monotonic_now() + patience;
  Backoff backoff(client->options().retry_backoff, client->options().retry_backoff_max, entropy());
  for (;;) {
    OffsetCommitRequest request = make_commit(group, who, offsets);
    const CallOptions options(std::nullopt, kLastWithNames);
    const Result<OffsetCommitResponse> answer = co_await link.call(std::move(request), options);
    const Error error = answer.ok() ? worst(*answer) : answer.error();
    const Duration wait = backoff.next();
    if (!error.retriable() || is_gone(error) || monotonic_now() + wait > deadline) {
      if (gone != nullptr && answer.ok()) *gone = find_gone(*answer);
      co_return error.with_context(fmt::format("group '{}': commit", group));
    }
    if (is_elsewhere(error)) link.forget(error);
    co_await sleep_for(wait);
  }
}

asio::awaitable<Result<std::vector<CommittedOffset>>> fetch_offsets(
    std::shared_ptr<Client> client, CoordinatorLink& link, std::string group,
    TopicPartitions partitions, Duration patience) {
  std::vector<CommittedOffset> offsets;
  for (TopicPartition& partition : partitions) offsets.emplace_back(partition, -1);
  if (offsets.empty()) co_return offsets;
  const MonotonicTime deadline = monotonic_now() + patience;
  Backoff backoff(client->options().retry_backoff, client->options().retry_backoff_max, entropy());
  for (;;) {
    const Error error = co_await fetch_once(link, group, partitions, offsets);
    if (error.ok()) co_return offsets;
    const Duration wait = backoff.next();
    if (!error.retriable() || monotonic_now() + wait > deadline)
      co_return error.with_context(fmt::format("group '{}': committed offsets", group));
    if (is_elsewhere(error)) link.forget(error);
    co_await sleep_for(wait);
  }
}

}  // namespace leat
