// How the limit program answers: acknowledgements at once or from the syncer, fetches by sendfile.

#include <sys/sendfile.h>
#include <sys/socket.h>

#include "bench/limit/server.h"

namespace leat::bench {
namespace {

// Up to so many acknowledgements the syncer sends itself: waking the event loop would take longer.
constexpr size_t kDirectAnswers = 4;

}  // namespace

void Server::send_answers(const ConnectionPtr& connection) {
  std::unique_lock lock(answer_mutex_, std::defer_lock);
  if (options_.durable) lock.lock();
  Connection& c = *connection;
  const size_t size = c.answers.size() * sizeof(Response) - c.answered;
  if (c.closed || c.answers.empty()) return;
  const ssize_t n = ::send(c.fd.get(), reinterpret_cast<const char*>(c.answers.data()) + c.answered,
                           size, MSG_NOSIGNAL);
  if (n < 0 && errno != EAGAIN) return close(connection);
  const size_t sent = n < 0 ? 0 : static_cast<size_t>(n);
  if (sent < size) {
    c.answered += sent;
    return wait_for_room(c, true);
  }
  c.answers.clear();
  c.answered = 0;
}

void Server::when_stable(std::vector<Owed> batch) {
  for (const Owed& owed : batch) owed.log->set_visible(owed.end);
  if (answer_directly(batch)) {
    if (parked_ == 0) return;
    for (Owed& owed : batch) owed.connection = nullptr;
  }
  {
    std::lock_guard lock(stable_mutex_);
    stable_.insert(stable_.end(), std::make_move_iterator(batch.begin()),
                   std::make_move_iterator(batch.end()));
  }
  const uint64_t one = 1;
  must(::write(event_.get(), &one, sizeof(one)), "eventfd");
}

// False, and nothing is sent, where that could overtake an earlier answer.
bool Server::answer_directly(const std::vector<Owed>& batch) {
  if (batch.size() > kDirectAnswers) return false;
  std::unique_lock lock(answer_mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return false;
  {
    std::lock_guard stable(stable_mutex_);
    if (!stable_.empty()) return false;
  }
  for (const Owed& owed : batch) {
    if (!owed.connection->answers.empty()) return false;
  }
  for (const Owed& owed : batch) {
    const ssize_t n = ::send(owed.connection->fd.get(), &owed.response, sizeof(owed.response),
                             MSG_NOSIGNAL | MSG_DONTWAIT);
    // A client that lets its acknowledgements fill the socket is cut off: the loop sees the end.
    if (n != sizeof(owed.response)) ::shutdown(owed.connection->fd.get(), SHUT_RDWR);
  }
  return true;
}

void Server::take_stable() {
  uint64_t count;
  if (::read(event_.get(), &count, sizeof(count)) < 0) return;
  std::vector<Owed> batch;
  {
    std::lock_guard answers(answer_mutex_);
    std::lock_guard stable(stable_mutex_);
    batch.swap(stable_);
    for (const Owed& owed : batch) {
      if (owed.connection) owed.connection->answers.push_back(owed.response);
    }
  }
  for (const Owed& owed : batch) {
    if (owed.connection && !owed.connection->waits_for_room) send_answers(owed.connection);
  }
  if (parked_ == 0) return;
  for (size_t log = 0; log < waiters_.size(); ++log) wake_waiters(log);
}

void Server::serve_fetches(const ConnectionPtr& connection) {
  Connection& c = *connection;
  while (!c.closed && !c.parked && !c.waits_for_room) {
    if (c.sending == nullptr && !begin_fetch(connection)) return;
    if (!send_rest(connection)) return;
  }
}

// Sends the header of the next answer. False when there is none to send now.
bool Server::begin_fetch(const ConnectionPtr& connection) {
  Connection& c = *connection;
  if (c.fetches.empty()) return false;
  const Connection::Fetch fetch = c.fetches.front();
  LogFile& log = *logs_[fetch.log];
  if (log.visible() <= fetch.body.position) {
    c.parked = true;
    ++parked_;
    waiters_[fetch.log].push_back(connection);
    // The syncer may have looked at parked_ before this one was counted.
    if (log.visible() > fetch.body.position) wake_waiters(fetch.log);
    return false;
  }
  c.fetches.pop_front();
  const uint64_t end = log.visible();
  const uint64_t size = std::min(fetch.body.max_bytes, end - fetch.body.position);
  const Response response{size, fetch.body.position, end};
  // The socket had room for all before this, so it has room for a header.
  if (::send(c.fd.get(), &response, sizeof(response), MSG_NOSIGNAL | MSG_MORE) !=
      sizeof(response)) {
    close(connection);
    return false;
  }
  c.sending = &log;
  c.sending_at = fetch.body.position;
  c.sending_left = size;
  return true;
}

// False when the socket is full.
bool Server::send_rest(const ConnectionPtr& connection) {
  Connection& c = *connection;
  while (c.sending_left > 0) {
    auto at = static_cast<off_t>(c.sending_at);
    const ssize_t n = ::sendfile(c.fd.get(), c.sending->fd(), &at, c.sending_left);
    if (n < 0 && errno == EAGAIN) {
      wait_for_room(c, true);
      return false;
    }
    if (n <= 0) {
      close(connection);
      return false;
    }
    c.sending_at += static_cast<uint64_t>(n);
    c.sending_left -= static_cast<uint64_t>(n);
  }
  c.sending = nullptr;
  return true;
}

void Server::wake_waiters(size_t log) {
  if (waiters_[log].empty()) return;
  for (const ConnectionPtr& connection : std::exchange(waiters_[log], {})) {
    connection->parked = false;
    --parked_;
    serve_fetches(connection);
  }
}

}  // namespace leat::bench
