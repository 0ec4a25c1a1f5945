#include "client/offsets.h"

#include <map>

#include "common/protocol/messages/02_list_offsets.h"

namespace leat {
namespace {

MonotonicTime now() { return system_clock().monotonic(); }

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

// The answers lie in the order of the request, which is that of `which`; each is checked to be for
// the partition that was asked.
void take_answers(const ListOffsetsResponse& response, const std::vector<OffsetQuery>& queries,
                  const std::vector<std::size_t>& which, std::vector<OffsetAnswer>& answers) {
  for (const std::size_t i : which) {
    OffsetAnswer& answer = answers[i];
    answer.error = Error::make(ClientCode::kBadAnswer, "the answer leaves out {}-{}",
                               queries[i].topic, queries[i].partition);
    for (const ListOffsetsResponse::Topic& topic : response.topics) {
      if (topic.name != queries[i].topic) continue;
      for (const ListOffsetsResponse::Partition& partition : topic.partitions) {
        if (partition.partition_index != queries[i].partition) continue;
        answer.error = Error::kafka(partition.error_code);
        answer.offset = partition.offset;
        answer.timestamp_ms = partition.timestamp;
      }
    }
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
  for (const std::size_t i : open) {
    const Result<TopicMetadataPtr> topic = co_await client->topic(queries[i].topic);
    const auto leader = client->metadata().leader(queries[i].topic, queries[i].partition);
    if (!topic.ok()) answers[i].error = topic.error();
    else if (!leader)
      answers[i].error = Error::make(ClientCode::kInvalidInput, "topic '{}' has no partition {}",
                                     queries[i].topic, queries[i].partition);
    else
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
  const MonotonicTime deadline = now() + patience;
  Backoff backoff(client->options().retry_backoff, client->options().retry_backoff_max, entropy());
  for (;;) {
    co_await ask_leaders(client, queries, open, answers);
    std::vector<std::size_t> again;
    for (const std::size_t i : open) {
      const Error& error = answers[i].error;
      if (error.retriable() && !error.is(ErrorCode::kUnknownTopicOrPartition)) again.push_back(i);
    }
    const Duration wait = backoff.next();
    if (again.empty() || now() + wait > deadline) co_return answers;
    for (const std::size_t i : again) client->metadata().forget(queries[i].topic);
    open = std::move(again);
    co_await sleep_for(wait);
  }
}

}  // namespace leat
