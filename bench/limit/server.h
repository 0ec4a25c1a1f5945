#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bench/limit/connection.h"
#include "bench/limit/log_file.h"
#include "bench/limit/syncer.h"

namespace leat::bench {

struct ServerOptions {
  std::string dir;
  size_t logs = 1;
  bool durable = false;
  int pin = -1;  // to this CPU; -1: any
  std::string congestion;
};

// The limit program: one event loop that does what no log server can leave out.
class Server {
 public:
  explicit Server(const ServerOptions& options);
  ~Server();
  int port() const;
  // Serves until the process ends.
  [[noreturn]] void run();

 private:
  using ConnectionPtr = std::shared_ptr<Connection>;

  void accept_all();
  void handle(const ConnectionPtr& connection, uint32_t events);
  void close(const ConnectionPtr& connection);
  void wait_for_room(Connection& connection, bool wait);

  // Requests.
  void read_some(const ConnectionPtr& connection);
  size_t take_frames(const ConnectionPtr& connection, const char* data, size_t size);
  void keep_partial(Connection& connection, const char* data, size_t size);
  void append_run(const ConnectionPtr& connection, const char* data, size_t size);

  // Answers to produce.
  void send_answers(const ConnectionPtr& connection);
  void when_stable(std::vector<Owed> batch);  // runs on the syncer's thread
  bool answer_directly(const std::vector<Owed>& batch);
  void take_stable();

  // Answers to fetch.
  void serve_fetches(const ConnectionPtr& connection);
  bool begin_fetch(const ConnectionPtr& connection);
  bool send_rest(const ConnectionPtr& connection);
  void wake_waiters(size_t log);

  const ServerOptions options_;
  std::vector<std::unique_ptr<LogFile>> logs_;
  std::vector<std::vector<ConnectionPtr>> waiters_;  // per log
  std::vector<ConnectionPtr> connections_;           // by descriptor
  std::vector<char> scratch_;
  std::vector<Owed> owed_;
  Fd listener_, epoll_, event_;
  Writeback writeback_;

  std::atomic<size_t> parked_ = 0;
  std::mutex stable_mutex_;
  std::vector<Owed> stable_;  // guarded by stable_mutex_
  // In durable mode held by whoever sends produce answers, so that they stay in order.
  std::mutex answer_mutex_;
  std::unique_ptr<Syncer> syncer_;  // last: its thread uses the rest
};

}  // namespace leat::bench
