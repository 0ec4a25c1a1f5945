#include "client/group/coordinator_link.h"

#include <absl/cleanup/cleanup.h>

#include "common/protocol/messages/10_find_coordinator.h"

namespace leat {
namespace {

constexpr std::int8_t kGroupKey = 0;
constexpr wire::Version kFirstWithMany = 4;  // KIP-699: several keys in one request

FindCoordinatorRequest make_request(const std::string& group, wire::Version version) {
  FindCoordinatorRequest request;
  request.key_type = kGroupKey;
  if (version >= kFirstWithMany) request.coordinator_keys.push_back(group);
  else request.key = group;
  return request;
}

Result<Endpoint> endpoint(const std::string& host, std::int32_t port) {
  if (host.empty() || port <= 0 || port > 65'535)
    return Error::make(ClientCode::kBadAnswer, "the coordinator is said to be at '{}' port {}",
                       host, port);
  return Endpoint(host, static_cast<std::uint16_t>(port));
}

Result<Endpoint> read_answer(const FindCoordinatorResponse& answer, wire::Version version) {
  if (version < kFirstWithMany) {
    if (answer.error_code != 0)
      return Error::kafka(answer.error_code, answer.error_message.value_or(""));
    return endpoint(answer.host, answer.port);
  }
  if (answer.coordinators.size() != 1)
    return Error::make(ClientCode::kBadAnswer, "{} coordinators for one group",
                       answer.coordinators.size());
  const FindCoordinatorResponse::Coordinator& found = answer.coordinators.front();
  if (found.error_code != 0)
    return Error::kafka(found.error_code, found.error_message.value_or(""));
  return endpoint(found.host, found.port);
}

}  // namespace

CoordinatorLink::CoordinatorLink(std::shared_ptr<Client> client, std::string group)
    : client_(std::move(client)), group_(std::move(group)), dialed_(client_->executor()) {}

CoordinatorLink::~CoordinatorLink() {
  forget(Error::make(ClientCode::kClosed, "the group member was closed"));
}

ConnectionPtr CoordinatorLink::current() const {
  return connection_ && connection_->is_open() ? connection_ : nullptr;
}

void CoordinatorLink::forget(Error reason) {
  if (connection_) connection_->close(std::move(reason));
  connection_.reset();
}

asio::awaitable<Result<Endpoint>> CoordinatorLink::find() {
  const Result<ConnectionPtr> anyone = co_await client_->to_any();
  if (!anyone.ok()) co_return anyone.error();
  const Result<wire::Version> version =
      (*anyone)->pick_version(FindCoordinatorRequest::schema(), wire::kMaxVersion);
  if (!version.ok()) co_return version.error();
  FindCoordinatorRequest request = make_request(group_, *version);
  const Result<Reply<FindCoordinatorResponse>> reply = co_await (*anyone)->call(std::move(request));
  if (!reply.ok()) co_return reply.error();
  co_return read_answer(reply->body, *version);
}

asio::awaitable<Result<ConnectionPtr>> CoordinatorLink::connect() {
  while (dialing_) co_await dialed_.wait();
  if (const ConnectionPtr open = current()) co_return open;
  dialing_ = true;
  const absl::Cleanup done = [this] {
    dialing_ = false;
    dialed_.notify_all();
  };
  co_return co_await dial();
}

asio::awaitable<Result<ConnectionPtr>> CoordinatorLink::dial() {
  Result<Endpoint> found = co_await find();
  if (!found.ok()) co_return found.error();
  Result<ConnectionPtr> opened =
      co_await Connection::open(client_->executor(), *std::move(found), client_->options());
  if (!opened.ok()) co_return opened.error();
  if (client_->is_closed()) {
    (*opened)->close(Error());
    co_return Error::make(ClientCode::kClosed, "the client was closed");
  }
  connection_ = *opened;
  co_return *opened;
}

}  // namespace leat
