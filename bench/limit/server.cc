#include "bench/limit/server.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>

#include <array>

#include "bench/sockets.h"

namespace leat::bench {
namespace {

// Large enough that a system call costs little per byte, small enough for the second-level cache.
constexpr size_t kScratch = size_t{256} << 10;
constexpr size_t kMaxFrame = size_t{128} << 20;

void watch(const Fd& epoll, int operation, int fd, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  must(::epoll_ctl(epoll.get(), operation, fd, &event), "epoll_ctl");
}

std::vector<std::unique_ptr<LogFile>> open_logs(const ServerOptions& options) {
  std::vector<std::unique_ptr<LogFile>> logs;
  for (size_t i = 0; i < options.logs; ++i) {
    logs.push_back(std::make_unique<LogFile>(options.dir + "/log-" + std::to_string(i)));
  }
  return logs;
}

}  // namespace

Server::Server(const ServerOptions& options)
    : options_(options),
      logs_(open_logs(options)),
      waiters_(options.logs),
      scratch_(kScratch),
      listener_(listen_on_loopback(options.congestion)),
      epoll_(static_cast<int>(must(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1"))),
      event_(static_cast<int>(must(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd"))),
      writeback_(logs_) {
  must(::fcntl(listener_.get(), F_SETFL, O_NONBLOCK), "fcntl");
  watch(epoll_, EPOLL_CTL_ADD, listener_.get(), EPOLLIN);
  watch(epoll_, EPOLL_CTL_ADD, event_.get(), EPOLLIN);
  if (options.durable) {
    syncer_ = std::make_unique<Syncer>(
        [this](std::vector<Owed> batch) { when_stable(std::move(batch)); });
  }
}

Server::~Server() = default;

int Server::port() const {
  return port_of(listener_);
}

void Server::run() {
  std::array<epoll_event, 512> events;
  while (true) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), -1);
    if (count < 0 && errno == EINTR) continue;
    must(count, "epoll_wait");
    for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
      const int fd = events[i].data.fd;
      if (fd == listener_.get()) {
        accept_all();
      } else if (fd == event_.get()) {
        take_stable();
      } else if (const ConnectionPtr connection = connections_[static_cast<size_t>(fd)]) {
        handle(connection, events[i].events);
      }
    }
    if (syncer_) syncer_->submit(owed_);
  }
}

void Server::accept_all() {
  while (true) {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EAGAIN || errno == ECONNABORTED) return;
      must(fd, "accept4");
    }
    set_no_delay(fd);
    const auto index = static_cast<size_t>(fd);
    if (connections_.size() <= index) connections_.resize(index + 1);
    connections_[index] = std::make_shared<Connection>(fd);
    watch(epoll_, EPOLL_CTL_ADD, fd, EPOLLIN);
  }
}

void Server::handle(const ConnectionPtr& connection, uint32_t events) {
  if ((events & EPOLLOUT) != 0) {
    wait_for_room(*connection, false);
    send_answers(connection);
    serve_fetches(connection);
    return;
  }
  read_some(connection);
}

// The descriptor stays open until the syncer has let go of the connection too.
void Server::close(const ConnectionPtr& connection) {
  const int fd = connection->fd.get();
  if (connection->closed) return;
  connection->closed = true;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  ::shutdown(fd, SHUT_RDWR);
  connections_[static_cast<size_t>(fd)] = nullptr;
}

void Server::wait_for_room(Connection& connection, bool wait) {
  if (connection.closed || connection.waits_for_room == wait) return;
  connection.waits_for_room = wait;
  watch(epoll_, EPOLL_CTL_MOD, connection.fd.get(), wait ? EPOLLOUT : EPOLLIN);
}

// Fills the frame that is incomplete and the scratch buffer in one call, so that a byte is copied
// once more only if its frame was cut off by the end of the buffer.
void Server::read_some(const ConnectionPtr& connection) {
  Connection& c = *connection;
  const size_t missing = c.partial.size() - c.have;
  std::array<iovec, 2> parts = {iovec{c.partial.data() + c.have, missing},
                                iovec{scratch_.data(), scratch_.size()}};
  const ssize_t n = ::readv(c.fd.get(), parts.data(), parts.size());
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return close(connection);
  auto got = static_cast<size_t>(n);
  const size_t filled = std::min(got, missing);
  c.have += filled;
  got -= filled;
  if (c.have == c.partial.size() && c.have > 0) {
    const std::vector<char> frame = std::exchange(c.partial, {});
    c.have = 0;
    const size_t used = take_frames(connection, frame.data(), frame.size());
    // Only a bare header is incomplete still: now its size is known.
    if (used < frame.size()) keep_partial(c, frame.data(), frame.size());
  }
  const char* data = scratch_.data();
  if (c.have > 0 && got > 0) {
    const size_t more = std::min(got, c.partial.size() - c.have);
    std::memcpy(c.partial.data() + c.have, data, more);
    c.have += more;
    data += more;
    got -= more;
    if (c.have == c.partial.size()) {
      const std::vector<char> frame = std::exchange(c.partial, {});
      c.have = 0;
      take_frames(connection, frame.data(), frame.size());
    }
  }
  if (c.closed) return;
  const size_t used = take_frames(connection, data, got);
  if (used < got) keep_partial(c, data + used, got - used);
  if (c.closed) return;
  send_answers(connection);
  serve_fetches(connection);
}

// Takes whole frames from the front and returns how many bytes they have. Neighbours for the same
// log are appended by one write.
size_t Server::take_frames(const ConnectionPtr& connection, const char* data, size_t size) {
  size_t at = 0, run = 0;
  RequestHeader header, run_header{};
  while (size - at >= sizeof(header)) {
    std::memcpy(&header, data + at, sizeof(header));
    if (header.size > kMaxFrame || header.log >= logs_.size()) {
      close(connection);
      return size;
    }
    const size_t frame = sizeof(header) + header.size;
    if (size - at < frame) break;
    if (at > run && (header.kind != run_header.kind || header.log != run_header.log)) {
      append_run(connection, data + run, at - run);
      run = at;
    }
    if (header.kind == Kind::kFetch) {
      Connection::Fetch fetch{header.log, {}};
      std::memcpy(&fetch.body, data + at + sizeof(header), sizeof(fetch.body));
      connection->fetches.push_back(fetch);
      run = at + frame;
    } else if (crc32c(data + at + sizeof(header), header.size) != header.crc) {
      close(connection);
      return size;
    }
    run_header = header;
    at += frame;
  }
  if (at > run) append_run(connection, data + run, at - run);
  return at;
}

void Server::keep_partial(Connection& connection, const char* data, size_t size) {
  RequestHeader header{};
  size_t frame = sizeof(header);
  if (size >= sizeof(header)) {
    std::memcpy(&header, data, sizeof(header));
    frame += header.size;
  }
  connection.partial.resize(frame);
  std::memcpy(connection.partial.data(), data, size);
  connection.have = size;
}

// `data` is one or more produce frames for one log, verified.
void Server::append_run(const ConnectionPtr& connection, const char* data, size_t size) {
  RequestHeader header;
  std::memcpy(&header, data, sizeof(header));
  LogFile& log = *logs_[header.log];
  uint64_t position = log.append(data, size);
  writeback_.appended(size);
  const uint64_t end = position + size;
  for (size_t at = 0; at < size; at += sizeof(header) + header.size) {
    std::memcpy(&header, data + at, sizeof(header));
    const Response response{0, position + at, end};
    if (options_.durable) {
      owed_.push_back({connection, response, &log, end});
    } else {
      connection->answers.push_back(response);
    }
  }
  if (options_.durable) return;
  log.set_visible(end);
  wake_waiters(header.log);
}

}  // namespace leat::bench
