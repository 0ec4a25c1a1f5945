#include "client/offsets.h"

#include <algorithm>
#include <map>
#include <set>

#include "common/protocol/messages/02_list_offsets.h"

namespace leat {
namespace {

ListOffsetsRequest make_request(const std::vector<OffsetQuery>& queries,
                                const std::vector<std::size_t>& which) {
  ListOffsetsRequest request;
  request.replica_id = -1;
  request.timeout_ms = 30'000;
  for (const std::size_t i : which) {
    const OffsetQuery& query = queries[i];
    if (request.topics.empty() || request.topics.back().name != query.topic)
      request.topics.emplace_back().name = query.topic;
    ListOffsetsRequest::Partition& partition = request.topics.back().partitions.emplace_back();
    partition.partition_index = query.partition;
    partition.timestamp = query.timestamp_ms;
  }
  return request;
}

// Each of `which` is for another partition.
void take_answers(const ListOffsetsResponse& response, const std::vector<OffsetQuery>& queries,
                  const std::vector<std::size_t>& which, std::vector<OffsetAnswer>& answers) {
  using Place = std::pair<std::string_view, std::int32_t>;
  std::map<Place, const ListOffsetsResponse::Partition*> by_place;
  for (const ListOffsetsResponse::Topic& topic : response.topics)
    for (const ListOffsetsResponse::Partition& partition : topic.partitions)
      by_place.emplace(Place(topic.name, partition.partition_index), &partition);
  for (const std::size_t i : which) {
    const auto found = by_place.find(Place(queries[i].topic, queries[i].partition));
    if (found == by_place.end()) {
      answers[i].error = Error::make(ClientCode::kBadAnswer, "the answer leaves out {}-{}",
                                     queries[i].topic, queries[i].partition);
      continue;
    }
    answers[i].error = Error::kafka(found->second->error_code);
    answers[i].offset = found->second->offset;
    answers[i].timestamp_ms = found->second->timestamp;
  }
}

// The node that leads the partition. A topic may have grown since it was learned, and of a group
// only the leader watches: before a partition is called unknown, its topic is looked at once more,
// unless it is in `looked_again`.
asio::awaitable<Result<std::int32_t>> find_leader(std::shared_ptr<Client> client,
                                                  const OffsetQuery& query,
                                                  std::set<std::string>& looked_again) {
  for (;;) {
    const Result<TopicMetadataPtr> topic = co_await client->topic(query.topic);
    if (!topic.ok()) co_return topic.error();
    if (const auto leader = client->metadata().leader(query.topic, query.partition))
      co_return *leader;
    const std::size_t partitions = (*topic)->partitions.size();
    if (query.partition >= 0 && static_cast<std::size_t>(query.partition) < partitions)
      co_return Error::kafka(wire_code(ErrorCode::kLeaderNotAvailable))
          .with_context(fmt::format("{}-{}", query.topic, query.partition));
    if (!looked_again.insert(query.topic).second)
      co_return Error::kafka(
          wire_code(ErrorCode::kUnknownTopicOrPartition),
          fmt::format("topic '{}' has no partition {}", query.topic, query.partition));
    client->metadata().forget(query.topic);
  }
}

// One request per leader for the queries in `open`; a partition that is asked twice needs two, a
// broker refuses to see it twice in one.
asio::awaitable<void> ask_leaders(std::shared_ptr<Client> client,
                                  const std::vector<OffsetQuery>& queries,
                                  const std::vector<std::size_t>& open,
                                  std::vector<OffsetAnswer>& answers) {
  std::map<std::pair<std::int32_t, int>, std::vector<std::size_t>> by_leader;
  std::map<std::pair<std::string_view, std::int32_t>, int> times_asked;
  std::set<std::string> looked_again;
  for (const std::size_t i : open) {
    const Result<std::int32_t> leader = co_await find_leader(client, queries[i], looked_again);
    answers[i].error = leader.error();
    if (leader.ok())
      by_leader[{*leader, times_asked[{queries[i].topic, queries[i].partition}]++}].push_back(i);
  }
  for (const auto& [leader_and_round, which] : by_leader) {
    ListOffsetsRequest request = make_request(queries, which);
    const Result<Reply<ListOffsetsResponse>> reply =
        co_await client->call(leader_and_round.first, std::move(request));
    if (reply.ok()) take_answers(reply->body, queries, which, answers);
    else
      for (const std::size_t i : which) answers[i].error = reply.error();
  }
}

}  // namespace

asio::awaitable<std::vector<OffsetAnswer>> list_offsets(std::shared_ptr<Client> client,
                                                        std::vector<OffsetQuery> queries,
                                                        Duration patience) {
  std::vector<OffsetAnswer> answers(queries.size());
  std::vector<std::size_t> open(queries.size());
  for (std::size_t i = 0; i < open.size(); ++i) open[i] = i;
  const MonotonicTime deadline =
      monotonic_now() + std::min(patience, client->options().request_timeout);
  Backoff backoff(client->options().retry_backoff, client->options().retry_backoff_max, entropy());
  for (;;) {
    co_await ask_leaders(client, queries, open, answers);
    std::vector<std::size_t> again;
    for (const std::size_t i : open) {
      const Error& error = answers[i].error;
      if (error.retriable() && !error.is(ErrorCode::kUnknownTopicOrPartition)) again.push_back(i);
    }
    const Duration wait = backoff.next();
    if (again.empty() || monotonic_now() + wait > deadline) co_return answers;
    for (const std::size_t i : again) client->metadata().forget(queries[i].topic);
    open = std::move(again);
    co_await sleep_for(wait);
  }
}

}  // namespace leat
