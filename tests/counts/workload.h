#pragma once

#include <string>
#include <vector>

namespace leat::counts {

// What one request may cost the broker: what was counted, rounded up by less than one more call,
// allocation or hop would add. A change that exceeds it loses that cost again, or raises the number
// and says why it is worth it.
struct Limits {
  double system_calls = 0;  // that did something, of all threads
  double failed_calls = 0;  // EAGAIN of recv and futex: how many depends on timing
  double allocations = 0;
  double copied_bytes = 0;  // within the process: what the kernel copies is in the system calls
  double thread_hops = 0;
};

// Requests of one kind on one connection.
struct Workload {
  const char* name;
  bool fetches = false;
  bool durable = false;         // leat.durability=commit and acks=all; else relaxed and acks=1
  std::size_t batch_bytes = 0;  // of a produced batch; of a fetch, at most
  std::size_t at_once = 1;      // produce requests that are sent together
  Limits limits;
};

const std::vector<Workload>& workloads();

// Its connection, topic and requests are made by the first construction; run() then only asks and
// waits for the answer.
class Client {
 public:
  Client(const Workload& workload, int port);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  void run(std::size_t requests);

 private:
  struct State;
  State* state_;
};

}  // namespace leat::counts
