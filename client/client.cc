#include "client/client.h"

#include <absl/cleanup/cleanup.h>

#include <algorithm>

namespace leat {
namespace {

constexpr std::string_view kLongPolls = " long polls";  // behind the address
constexpr Duration kTopicPatience = std::chrono::seconds(5);

const MetadataResponse::Topic* find_topic(const MetadataResponse& answer, std::string_view name) {
  for (const MetadataResponse::Topic& topic : answer.topics)
    if (topic.name == name) return &topic;
  return nullptr;
}

// One partition may be without a leader for long, and the others are of use meanwhile. Where none
// has one the topic was made just now.
bool has_a_leader(const MetadataResponse::Topic& topic) {
  for (const MetadataResponse::Partition& partition : topic.partitions)
    if (partition.leader_id >= 0) return true;
  return topic.partitions.empty();
}

// What the answer says of the topic; OK when it can be used.
Error judge(const MetadataResponse& answer, std::string_view name) {
  const MetadataResponse::Topic* topic = find_topic(answer, name);
  if (topic == nullptr)
    return Error::make(ClientCode::kBadAnswer, "the broker does not mention topic '{}'", name);
  if (topic->error_code != 0)
    return Error::kafka(topic->error_code).with_context(fmt::format("topic '{}'", name));
  if (!has_a_leader(*topic))
    return Error::kafka(wire_code(ErrorCode::kLeaderNotAvailable))
        .with_context(fmt::format("topic '{}'", name));
  return Error();
}

}  // namespace

Client::Client(asio::any_io_executor executor, ClientOptions options)
    : executor_(std::move(executor)), options_(std::move(options)), dialed_(executor_) {}

std::shared_ptr<Client> Client::make(asio::any_io_executor executor, ClientOptions options) {
  return std::shared_ptr<Client>(new Client(std::move(executor), std::move(options)));
}

asio::awaitable<Error> Client::connect() {
  const auto keep = shared_from_this();
  const Result<ConnectionPtr> reached = co_await to_any();
  if (!reached.ok()) co_return reached.error();
  std::optional<std::vector<std::string>> no_topics(std::in_place);
  const Result<MetadataResponse> answer = co_await fetch_metadata(std::move(no_topics));
  co_return answer.error();
}

asio::awaitable<Result<ConnectionPtr>> Client::dial(std::string key, Endpoint endpoint) {
  const auto keep = shared_from_this();
  while (dialing_[key]) co_await dialed_.wait();
  if (closed_) co_return Error::make(ClientCode::kClosed, "the client was closed");
  if (const auto known = connections_.find(key);
      known != connections_.end() && known->second->is_open())
    co_return known->second;
  dialing_[key] = true;
  const absl::Cleanup done = [&] {
    dialing_[key] = false;
    dialed_.notify_all();
  };
  Result<ConnectionPtr> opened =
      co_await Connection::open(executor_, std::move(endpoint), options_);
  if (!opened.ok()) co_return opened.error();
  if (closed_) {
    (*opened)->close(Error());
    co_return Error::make(ClientCode::kClosed, "the client was closed");
  }
  connections_[key] = *opened;
  co_return *opened;
}

asio::awaitable<Result<ConnectionPtr>> Client::bootstrap() {
  std::string reasons;
  for (const Endpoint& endpoint : options_.bootstrap) {
    Endpoint copy = endpoint;
    Result<ConnectionPtr> opened = co_await dial(to_string(endpoint), std::move(copy));
    if (opened.ok() || opened.error().is(ClientCode::kClosed)) co_return opened;
    if (!reasons.empty()) reasons += "; ";
    reasons += opened.error().text();
  }
  co_return Error::make(ClientCode::kConnectFailed, "cannot reach a broker: {}", reasons);
}

asio::awaitable<Result<ConnectionPtr>> Client::to_any() {
  const auto keep = shared_from_this();
  for (const auto& [key, connection] : connections_)
    if (connection->is_open() && !key.ends_with(kLongPolls)) co_return connection;
  const std::map<std::int32_t, Endpoint> known = metadata_.brokers();
  for (const auto& [node, endpoint] : known) {
    Endpoint copy = endpoint;
    Result<ConnectionPtr> opened = co_await dial(to_string(endpoint), std::move(copy));
    if (opened.ok()) co_return opened;
  }
  co_return co_await bootstrap();
}

asio::awaitable<Result<ConnectionPtr>> Client::to_node(std::int32_t node, Use use) {
  const auto keep = shared_from_this();
  if (!metadata_.brokers().contains(node)) {
    const Error error = co_await connect();
    if (!error.ok()) co_return error;
  }
  const auto broker = metadata_.brokers().find(node);
  if (broker == metadata_.brokers().end())
    co_return Error::kafka(wire_code(ErrorCode::kBrokerNotAvailable))
        .with_context(fmt::format("node {}", node));
  Endpoint endpoint = broker->second;
  std::string key = to_string(endpoint);
  if (use == Use::kLongPolls) key += kLongPolls;
  co_return co_await dial(std::move(key), std::move(endpoint));
}

asio::awaitable<Result<ConnectionPtr>> Client::to_controller() {
  const auto keep = shared_from_this();
  if (metadata_.controller() < 0) {
    const Error error = co_await connect();
    if (!error.ok()) co_return error;
  }
  // A broker without a controller to name serves these requests itself.
  if (metadata_.controller() < 0) co_return co_await to_any();
  co_return co_await to_node(metadata_.controller());
}

asio::awaitable<Result<MetadataResponse>> Client::fetch_metadata(
    std::optional<std::vector<std::string>> topics, bool auto_create) {
  const auto keep = shared_from_this();
  const Result<ConnectionPtr> connection = co_await to_any();
  if (!connection.ok()) co_return connection.error();
  MetadataRequest request;
  request.allow_auto_topic_creation = auto_create;
  if (topics) {
    request.topics.emplace();
    for (std::string& name : *topics) request.topics->emplace_back().name = std::move(name);
  } else {
    request.topics.reset();
  }
  Result<Reply<MetadataResponse>> reply = co_await (*connection)->call(std::move(request));
  if (!reply.ok()) co_return reply.error();
  if (reply->body.error_code != 0) co_return Error::kafka(reply->body.error_code);
  metadata_.update(reply->body, monotonic_now());
  co_return std::move(reply->body);
}

asio::awaitable<Result<TopicMetadataPtr>> Client::topic(std::string name, bool auto_create) {
  const auto keep = shared_from_this();
  const MonotonicTime deadline =
      monotonic_now() + std::min(kTopicPatience, options_.request_timeout);
  Backoff backoff(options_.retry_backoff, options_.retry_backoff_max, entropy());
  for (;;) {
    TopicMetadataPtr known = metadata_.find(name);
    if (known && monotonic_now() - known->learned < options_.metadata_max_age) co_return known;
    std::optional<std::vector<std::string>> wanted(std::in_place, 1, name);
    const Result<MetadataResponse> answer = co_await fetch_metadata(std::move(wanted), auto_create);
    const Error error = answer.ok() ? judge(*answer, name) : answer.error();
    if (error.ok()) co_return metadata_.find(name);
    const bool may_pass = error.is(ErrorCode::kUnknownTopicOrPartition) ? auto_create
                                                                        : error.retriable();
    const Duration wait = backoff.next();
    if (!may_pass || closed_ || monotonic_now() + wait > deadline) co_return error;
    metadata_.forget(name);
    co_await sleep_for(wait);
  }
}

void Client::close() {
  closed_ = true;
  for (auto& [key, connection] : connections_)
    connection->close(Error::make(ClientCode::kClosed, "the client was closed"));
  connections_.clear();
}

}  // namespace leat
