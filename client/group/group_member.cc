#include "client/group/group_member.h"

#include <algorithm>

#include "client/spawn.h"
#include "common/base/random.h"

namespace leat {
namespace {

// The broker answers a JoinGroup when the rebalance ends: at its time-out, and a little later.
constexpr Duration kJoinSlack = std::chrono::seconds(5);

Error closed() { return Error::make(ClientCode::kClosed, "the group member was closed"); }

// The partitions that there are. A topic that does not exist has none; one that may not be read is
// an error, as for the Java client.
Result<TopicSizes> read_sizes(const MetadataResponse& answer) {
  TopicSizes sizes;
  for (const MetadataResponse::Topic& topic : answer.topics) {
    const Error error = Error::kafka(topic.error_code);
    const std::string name = topic.name.value_or("");
    if (!error.ok() && !error.retriable()) return error.with_context(name);
    if (!topic.partitions.empty()) sizes[name] = static_cast<std::int32_t>(topic.partitions.size());
  }
  return sizes;
}

}  // namespace

std::shared_ptr<GroupMember> GroupMember::make(std::shared_ptr<Client> client,
                                               GroupMemberOptions options,
                                               RebalanceHandlers handlers) {
  return std::shared_ptr<GroupMember>(
      new GroupMember(std::move(client), std::move(options), std::move(handlers)));
}

GroupMember::GroupMember(std::shared_ptr<Client> client, GroupMemberOptions options,
                         RebalanceHandlers handlers)
    : client_(std::move(client)),
      handlers_(std::move(handlers)),
      state_(std::move(options), client_->options().retry_backoff,
             client_->options().retry_backoff_max, entropy()),
      place_(client_, state_.options().group),
      offsets_(client_, state_.options().group),
      changed_(client_->executor()) {}

void GroupMember::start() {
  LEAT_CHECK(!started_, "a group member starts once");
  started_ = true;
  spawn(client_->executor(), run(shared_from_this()));
  spawn(client_->executor(), keep_alive(shared_from_this()));
}

asio::awaitable<void> GroupMember::run(std::shared_ptr<GroupMember> self) {
  while (!closed_) {
    const std::uint64_t seen = changed_.count();
    const Membership::Step step = state_.next(monotonic_now());
    if (step == Membership::Step::kStop) break;
    if (step == Membership::Step::kWait) {
      co_await changed_.wait_since(seen, state_.wake_at());
    } else {
      co_await do_step(step);
      changed_.notify_all();
    }
  }
  stopped_ = true;
  place_.forget(closed());
  changed_.notify_all();
}

asio::awaitable<void> GroupMember::do_step(Membership::Step step) {
  switch (step) {
    case Membership::Step::kFindCoordinator: co_return co_await find_coordinator();
    case Membership::Step::kRevoke:
      co_return co_await tell(handlers_.revoked, state_.take_revoked());
    case Membership::Step::kLose: co_return co_await tell(handlers_.lost, state_.take_lost());
    case Membership::Step::kAssign: co_return co_await tell(handlers_.assigned, state_.take_added());
    case Membership::Step::kJoin: co_return co_await join();
    case Membership::Step::kDescribeTopics: co_return co_await describe_topics();
    case Membership::Step::kSync: co_return co_await sync();
    case Membership::Step::kLeave: co_return co_await send_leave();
    case Membership::Step::kWait:
    case Membership::Step::kStop: break;
  }
}

asio::awaitable<void> GroupMember::tell(const RebalanceHandlers::Handler& handler,
                                        TopicPartitions partitions) {
  if (handler) co_await handler(std::move(partitions));
}

// A coordinator that is silent for longer could not keep this member alive either.
Duration GroupMember::answer_timeout() const {
  return std::min(client_->options().request_timeout, state_.options().session_timeout);
}

asio::awaitable<void> GroupMember::find_coordinator() {
  place_.forget(Error::make(ClientCode::kDisconnected, "the coordinator is looked for again"));
  const Result<ConnectionPtr> found = co_await place_.connect();
  state_.on_coordinator(found.error(), monotonic_now());
}

asio::awaitable<void> GroupMember::join() {
  JoinGroupRequest request = state_.join_request();
  const CallOptions options(
      std::max(client_->options().request_timeout, state_.options().rebalance_timeout) +
      kJoinSlack);
  const Result<JoinGroupResponse> answer = co_await place_.call(std::move(request), options);
  state_.on_join(answer, monotonic_now());
}

asio::awaitable<void> GroupMember::describe_topics() {
  std::optional<std::vector<std::string>> topics(state_.topics_wanted());
  const Result<MetadataResponse> answer = co_await client_->fetch_metadata(std::move(topics));
  state_.on_topics(answer.ok() ? read_sizes(*answer) : Result<TopicSizes>(answer.error()),
                   monotonic_now());
}

asio::awaitable<void> GroupMember::sync() {
  SyncGroupRequest request = state_.sync_request();
  const CallOptions options(
      std::max(client_->options().request_timeout, state_.options().rebalance_timeout) +
      kJoinSlack);
  const Result<SyncGroupResponse> answer = co_await place_.call(std::move(request), options);
  state_.on_sync(answer, monotonic_now());
}

asio::awaitable<void> GroupMember::send_leave() {
  const Result<ConnectionPtr> connection = co_await offsets_.connect();
  if (connection.ok()) {
    const Result<wire::Version> version =
        (*connection)->pick_version(LeaveGroupRequest::schema(), wire::kMaxVersion);
    LeaveGroupRequest request = state_.leave_request(version.ok() ? *version : 0);
    const Result<Reply<LeaveGroupResponse>> ignored =
        co_await (*connection)->call(std::move(request), CallOptions(answer_timeout()));
  }
  // Not reached, or refused: the session time-out does the same, later.
  state_.on_left();
}

asio::awaitable<void> GroupMember::keep_alive(std::shared_ptr<GroupMember> self) {
  while (!stopped_ && !closed_) {
    const std::uint64_t seen = changed_.count();
    const MonotonicTime due = state_.heartbeat_due().value_or(MonotonicTime::max());
    if (due > monotonic_now()) {
      co_await changed_.wait_since(seen, due);
      continue;
    }
    HeartbeatRequest request = state_.heartbeat_request(monotonic_now());
    const std::int32_t generation = request.generation_id;
    const ConnectionPtr connection = place_.current();
    Error error = Error::make(ClientCode::kDisconnected, "the coordinator is gone");
    if (connection) {
      const Result<Reply<HeartbeatResponse>> reply =
          co_await connection->call(std::move(request), CallOptions(answer_timeout()));
      error = reply.ok() ? Error::kafka(reply->body.error_code) : reply.error();
    }
    state_.on_heartbeat(generation, error, monotonic_now());
    changed_.notify_all();
  }
}

asio::awaitable<void> GroupMember::leave(Duration patience) {
  const auto keep = shared_from_this();
  const MonotonicTime deadline = monotonic_now() + patience;
  state_.leave();
  // Nobody waits for the answer to a JoinGroup or SyncGroup any more.
  place_.forget(closed());
  changed_.notify_all();
  while (started_ && !stopped_ && monotonic_now() < deadline)
    co_await changed_.wait_until(deadline);
  close();
}

void GroupMember::close() {
  closed_ = true;
  place_.forget(closed());
  offsets_.forget(closed());
  changed_.notify_all();
}

void GroupMember::rejoin(std::string reason) {
  state_.rejoin(std::move(reason));
  changed_.notify_all();
}

void GroupMember::check_topics() {
  state_.check_topics(monotonic_now());
  changed_.notify_all();
}

asio::awaitable<Error> GroupMember::commit(std::vector<CommittedOffset> offsets,
                                           Duration patience, TopicPartitions* gone) {
  if (offsets.empty()) co_return Error();
  const auto keep = shared_from_this();
  const std::int32_t generation = state_.generation();
  if (generation < 0) co_return Error::kafka(wire_code(ErrorCode::kUnknownMemberId));
  Committer committer;
  committer.member_id = state_.member_id();
  committer.instance_id = state_.options().instance_id;
  committer.generation = generation;
  const Error error = co_await commit_offsets(client_, offsets_, state_.options().group,
                                              std::move(offsets), std::move(committer), patience,
                                              gone);
  if (!error.ok()) {
    state_.on_commit_refused(generation, error);
    changed_.notify_all();
  }
  co_return error;
}

asio::awaitable<Result<std::vector<CommittedOffset>>> GroupMember::committed(
    TopicPartitions partitions, Duration patience) {
  const auto keep = shared_from_this();
  co_return co_await fetch_offsets(client_, offsets_, state_.options().group,
                                   std::move(partitions), patience);
}

}  // namespace leat
