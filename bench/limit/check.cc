#include "bench/limit/check.h"

#include <sys/sendfile.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <thread>

#include "bench/limit/load.h"
#include "bench/limit/server.h"
#include "bench/sockets.h"

namespace leat::bench {
namespace {

constexpr double kGoal = 0.85;
constexpr int kServerCpu = 1, kLoadCpu = 0;
constexpr size_t kProduceSize = size_t{64} << 10;
constexpr size_t kFetchSize = size_t{1} << 20;
constexpr size_t kDurableSize = 1024;
constexpr uint64_t kMostBytes = uint64_t{8} << 30;

// A server in a process of its own, with fresh logs.
class ServerProcess {
 public:
  ServerProcess(const CheckOptions& options, bool durable) : dir_(options.dir + "/server") {
    std::filesystem::create_directories(dir_);
    int ends[2];
    must(::pipe(ends), "pipe");
    const Fd from(ends[0]), to(ends[1]);
    pid_ = static_cast<int>(must(::fork(), "fork"));
    if (pid_ == 0) serve(options, durable, to);
    must(::read(from.get(), &port_, sizeof(port_)) == sizeof(port_) ? 0 : -1, "port");
  }
  ~ServerProcess() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    std::filesystem::remove_all(dir_);
  }
  LoadResult load(LoadOptions options) const {
    options.port = port_;
    LoadResult result;
    // The pin holds for a thread, and the thread ends here.
    std::thread([&] { result = run_load(options); }).join();
    return result;
  }

 private:
  [[noreturn]] void serve(const CheckOptions& options, bool durable, const Fd& to) const {
    pin_to(kServerCpu);
    Server server({dir_, 1, durable, kServerCpu, options.congestion});
    const int port = server.port();
    must(::write(to.get(), &port, sizeof(port)), "write");
    server.run();
  }

  const std::string dir_;
  int pid_ = 0;
  int port_ = 0;
};

// Two connected loopback sockets.
struct Pair {
  explicit Pair(const CheckOptions& options) {
    const Fd listener = listen_on_loopback(options.congestion);
    load = connect_to(port_of(listener), options.congestion);
    server = Fd(static_cast<int>(must(::accept(listener.get(), nullptr, nullptr), "accept")));
  }
  Fd load, server;
};

// Runs `server` and `load` pinned as the limit program is; `server` returns its rate.
double side_by_side(const std::function<double()>& server, const std::function<void()>& load) {
  double rate = 0;
  std::thread serving([&] {
    pin_to(kServerCpu);
    rate = server();
  });
  std::thread loading([&] {
    pin_to(kLoadCpu);
    load();
  });
  serving.join();
  loading.join();
  return rate;
}

// Whoever does not look at a sum allows the compiler to leave it out.
void keep(uint64_t crc) {
  if (crc == 1) std::printf("\n");
}

// GB/s of recv, crc32c, pwrite.
double bare_produce(const CheckOptions& options) {
  Pair pair(options);
  const auto serve = [&] {
    const Fd file = open_or_die(options.dir + "/bare", O_RDWR | O_CREAT | O_TRUNC);
    std::vector<char> buffer(size_t{256} << 10);
    const auto start = Clock::now();
    const auto end = after(start, options.seconds);
    uint64_t bytes = 0, started = 0, crc = 0;
    while (Clock::now() < end && bytes < kMostBytes) {
      const ssize_t n = must(::recv(pair.server.get(), buffer.data(), buffer.size(), 0), "recv");
      crc += crc32c(buffer.data(), static_cast<size_t>(n));
      write_fully(file.get(), buffer.data(), static_cast<size_t>(n), static_cast<off_t>(bytes));
      bytes += static_cast<uint64_t>(n);
      if (bytes - started < Writeback::kWindow) continue;
      std::thread([fd = ::dup(file.get()), started, bytes] {
        ::sync_file_range(fd, static_cast<off_t>(started), static_cast<off_t>(bytes - started),
                          SYNC_FILE_RANGE_WRITE);
        ::close(fd);
      }).detach();
      started = bytes;
    }
    // Closed with bytes unread it resets the load's end; after a shutdown that would wait for room.
    pair.server = Fd();
    keep(crc);
    return static_cast<double>(bytes) * 1e-3 / micros_between(start, Clock::now());
  };
  const auto load = [&] {
    const std::vector<char> data(kProduceSize, 'p');
    while (::send(pair.load.get(), data.data(), data.size(), MSG_NOSIGNAL) > 0) {
    }
  };
  const double rate = side_by_side(serve, load);
  ::unlink((options.dir + "/bare").c_str());
  return rate;
}

double limit_produce(const CheckOptions& options) {
  const ServerProcess server(options, false);
  LoadOptions load;
  load.size = kProduceSize;
  load.in_flight = 8;
  load.seconds = options.seconds;
  load.warm_up = 0.2;
  load.max_bytes = kMostBytes;
  load.pin = kLoadCpu;
  load.congestion = options.congestion;
  return server.load(load).gigabytes_per_second();
}

// GB/s of sendfile to a reader that copies.
double bare_fetch(const CheckOptions& options) {
  Pair pair(options);
  const Fd file = open_or_die(options.dir + "/bare", O_RDWR | O_CREAT | O_TRUNC);
  const std::vector<char> data(kFetchSize, 'f');
  for (size_t i = 0; i < 1024; ++i) {
    write_fully(file.get(), data.data(), data.size(), static_cast<off_t>(i * data.size()));
  }
  const auto serve = [&] {
    const auto start = Clock::now();
    const auto end = after(start, options.seconds);
    uint64_t bytes = 0;
    while (Clock::now() < end) {
      auto at = static_cast<off_t>(bytes % (1024 * kFetchSize));
      bytes += static_cast<uint64_t>(
          must(::sendfile(pair.server.get(), file.get(), &at, kFetchSize), "sendfile"));
    }
    ::shutdown(pair.server.get(), SHUT_RDWR);
    return static_cast<double>(bytes) * 1e-3 / micros_between(start, Clock::now());
  };
  const auto load = [&] {
    std::vector<char> buffer(size_t{256} << 10);
    while (::recv(pair.load.get(), buffer.data(), buffer.size(), 0) > 0) {
    }
  };
  const double rate = side_by_side(serve, load);
  ::unlink((options.dir + "/bare").c_str());
  return rate;
}

double limit_fetch(const CheckOptions& options) {
  const ServerProcess server(options, false);
  LoadOptions load;
  load.size = kProduceSize;
  load.in_flight = 8;
  load.warm_up = 0;
  load.seconds = 60;
  load.max_bytes = uint64_t{1} << 30;
  load.pin = kLoadCpu;
  load.congestion = options.congestion;
  server.load(load);
  load.kind = Kind::kFetch;
  load.size = kFetchSize;
  load.in_flight = 4;
  load.warm_up = 0.2;
  load.seconds = options.seconds;
  return server.load(load).gigabytes_per_second();
}

// Thousands of pwrite and fdatasync per second, of a frame that `receive` fills; `answer` behind
// each.
double synced_appends(const CheckOptions& options,
                      const std::function<void(std::vector<char>&)>& receive,
                      const std::function<void()>& answer) {
  const Fd file = open_or_die(options.dir + "/bare", O_RDWR | O_CREAT | O_TRUNC);
  std::vector<char> frame(kDurableSize + sizeof(RequestHeader), 'd');
  const auto start = Clock::now();
  const auto end = after(start, options.seconds);
  uint64_t count = 0;
  for (; Clock::now() < end; ++count) {
    receive(frame);
    write_fully(file.get(), frame.data(), frame.size(), static_cast<off_t>(count * frame.size()));
    must(::fdatasync(file.get()), "fdatasync");
    answer();
  }
  ::unlink((options.dir + "/bare").c_str());
  return static_cast<double>(count) * 1e3 / micros_between(start, Clock::now());
}

double bare_durable(const CheckOptions& options) {
  double rate = 0;
  std::thread([&] {
    pin_to(kServerCpu);
    rate = synced_appends(options, [](std::vector<char>&) {}, [] {});
  }).join();
  return rate;
}

// The same between the receiving and the answering of a round trip.
double bare_durable_round_trip(const CheckOptions& options) {
  Pair pair(options);
  const auto serve = [&] {
    uint64_t crc = 0;
    const double rate = synced_appends(
        options,
        [&](std::vector<char>& frame) {
          must(::recv(pair.server.get(), frame.data(), frame.size(), MSG_WAITALL), "recv");
          crc += crc32c(frame.data() + sizeof(RequestHeader), kDurableSize);
        },
        [&] {
          const Response answer{};
          must(::send(pair.server.get(), &answer, sizeof(answer), MSG_NOSIGNAL), "send");
        });
    pair.server = Fd();
    keep(crc);
    return rate;
  };
  const auto load = [&] {
    const std::vector<char> frame(kDurableSize + sizeof(RequestHeader), 'd');
    Response answer;
    while (::send(pair.load.get(), frame.data(), frame.size(), MSG_NOSIGNAL) > 0 &&
           ::recv(pair.load.get(), &answer, sizeof(answer), MSG_WAITALL) > 0) {
    }
  };
  return side_by_side(serve, load);
}

// One client with one request in flight: what the network costs is in it.
double limit_durable(const CheckOptions& options) {
  const ServerProcess server(options, true);
  LoadOptions load;
  load.size = kDurableSize;
  load.seconds = options.seconds;
  load.warm_up = 0.2;
  load.pin = kLoadCpu;
  load.congestion = options.congestion;
  return server.load(load).requests_per_second() / 1e3;
}

struct Comparison {
  const char* name;
  const char* unit;
  double (*limit)(const CheckOptions&);
  double (*bare)(const CheckOptions&);
};

// In turns, so that a drift of the machine meets both; the ratio is the median of the pairs'.
bool compare(const Comparison& comparison, const CheckOptions& options) {
  std::vector<double> limits, bares, ratios;
  for (int round = 0; round < options.rounds; ++round) {
    limits.push_back(comparison.limit(options));
    bares.push_back(comparison.bare(options));
    ratios.push_back(limits.back() / bares.back());
  }
  const double ratio = median(ratios);
  std::printf("| %s | %.2f %s | %.2f %s | %.0f %% [%.0f-%.0f] | %s |\n", comparison.name,
              median(limits), comparison.unit, median(bares), comparison.unit, ratio * 100,
              percentile(ratios, 0) * 100, percentile(ratios, 1) * 100,
              ratio >= kGoal ? "yes" : "NO");
  std::fflush(stdout);
  return ratio >= kGoal;
}

}  // namespace

bool run_check(const CheckOptions& options) {
  ::signal(SIGPIPE, SIG_IGN);
  std::filesystem::create_directories(options.dir);
  std::printf("| loop | L | bare | L / bare | at least 85 %% |\n|---|---|---|---|---|\n");
  bool good = true;
  for (const Comparison& comparison :
       {Comparison{"recv, crc32c, pwrite (64 KiB x 8)", "GB/s", limit_produce, bare_produce},
        Comparison{"sendfile (1 MiB x 4)", "GB/s", limit_fetch, bare_fetch},
        Comparison{"pwrite, fdatasync (1 KiB x 1)", "k/s", limit_durable, bare_durable},
        Comparison{"recv, crc32c, pwrite, fdatasync, send (1 KiB x 1)", "k/s", limit_durable,
                   bare_durable_round_trip}}) {
    good = compare(comparison, options) && good;
  }
  return good;
}

}  // namespace leat::bench
