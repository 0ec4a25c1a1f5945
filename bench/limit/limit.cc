// L, the limit program: a log server without a protocol, and its load generator. README.md lists
// the commands.

#include <sys/mman.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include "bench/limit/check.h"
#include "bench/limit/load.h"
#include "bench/limit/server.h"
#include "bench/sockets.h"

namespace leat::bench {
namespace {

constexpr char kUsage[] =
    "limit serve   --dir D --port-file F [--logs N] [--durable] [--pin CPU]\n"
    "limit produce --port N [--connections C] [--in-flight K] [--size BYTES] [--logs N]\n"
    "limit fetch   --port N [--connections C] [--in-flight K] [--size BYTES] [--logs N]\n"
    "limit e2e     --port N --rate R [--size BYTES]\n"
    "              all three: [--seconds S] [--warm-up S] [--rate R] [--max-bytes B] [--pin CPU]\n"
    "                         [--broker-pid P] [--json]\n"
    "limit check   --dir D [--seconds S] [--rounds N]\n"
    "limit hold    --bytes B\n"
    "              all: [--congestion NAME]\n";

[[noreturn]] void usage(const std::string& why) {
  std::fprintf(stderr, "limit: %s\n%s", why.c_str(), kUsage);
  std::exit(2);
}

class Arguments {
 public:
  Arguments(int argc, char** argv) {
    for (int i = 2; i < argc; ++i) {
      const std::string name = argv[i];
      if (!name.starts_with("--")) usage("what is " + name + "?");
      const bool flag = name == "--durable" || name == "--json";
      if (!flag && i + 1 >= argc) usage(name + " needs a value");
      values_[name] = flag ? "1" : argv[++i];
    }
  }
  std::string text(const std::string& name, const std::string& fallback = "") {
    const auto found = values_.extract(name);
    return found ? found.mapped() : fallback;
  }
  double number(const std::string& name, double fallback) {
    const std::string value = text(name);
    return value.empty() ? fallback : std::atof(value.c_str());
  }
  template <typename T>
  T count(const std::string& name, T fallback) {
    return static_cast<T>(number(name, static_cast<double>(fallback)));
  }
  std::string required(const std::string& name) {
    std::string value = text(name);
    if (value.empty()) usage(name + " is missing");
    return value;
  }
  void end() const {
    if (!values_.empty()) usage("unknown option " + values_.begin()->first);
  }

 private:
  std::map<std::string, std::string> values_;
};

void allow_many_descriptors() {
  rlimit limit{};
  must(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
  limit.rlim_cur = limit.rlim_max;
  must(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

// The file appears whole, so that who waits for it may read it at once.
void write_port(const std::string& path, int port) {
  const std::string temporary = path + ".new";
  const std::string text = std::to_string(port) + "\n";
  write_fully(open_or_die(temporary, O_WRONLY | O_CREAT | O_TRUNC).get(), text.data(), text.size(),
              0);
  std::filesystem::rename(temporary, path);
}

int serve(Arguments arguments) {
  ServerOptions options;
  options.dir = arguments.required("--dir");
  options.logs = arguments.count<size_t>("--logs", 1);
  options.durable = !arguments.text("--durable").empty();
  options.pin = arguments.count("--pin", -1);
  options.congestion = arguments.text("--congestion");
  const std::string port_file = arguments.required("--port-file");
  arguments.end();
  std::filesystem::create_directories(options.dir);
  pin_to(options.pin);
  Server server(options);
  write_port(port_file, server.port());
  server.run();
}

int load(const std::string& command, Arguments arguments) {
  LoadOptions options;
  options.kind = command == "fetch" ? Kind::kFetch : Kind::kProduce;
  options.port = std::atoi(arguments.required("--port").c_str());
  options.connections = arguments.count("--connections", options.connections);
  options.in_flight = arguments.count("--in-flight", options.in_flight);
  options.size = arguments.count("--size", options.size);
  options.logs = arguments.count("--logs", options.logs);
  options.seconds = arguments.number("--seconds", options.seconds);
  options.warm_up = arguments.number("--warm-up", options.warm_up);
  options.rate = arguments.number("--rate", options.rate);
  options.max_bytes = arguments.count("--max-bytes", options.max_bytes);
  options.pin = arguments.count("--pin", options.pin);
  options.broker_pid = arguments.count("--broker-pid", options.broker_pid);
  options.congestion = arguments.text("--congestion");
  const bool json = !arguments.text("--json").empty();
  arguments.end();
  if (options.connections == 0 || options.in_flight == 0 || options.logs == 0) {
    usage("--connections, --in-flight and --logs begin at 1");
  }
  if (command == "e2e" && options.rate <= 0) usage("e2e needs --rate");
  const LoadResult result = command == "e2e" ? run_end_to_end(options) : run_load(options);
  std::printf("%s\n", (json ? to_json(options, result, command) : to_text(result)).c_str());
  return 0;
}

int check(Arguments arguments) {
  CheckOptions options;
  options.dir = arguments.required("--dir");
  options.seconds = arguments.number("--seconds", options.seconds);
  options.rounds = arguments.count("--rounds", options.rounds);
  options.congestion = arguments.text("--congestion");
  arguments.end();
  return run_check(options) ? 0 : 1;
}

constexpr size_t kBlock = size_t{2} << 20;  // as large as Linux gives free memory back to its host
constexpr size_t kPage = 4096;

// Touches all, and frees all but a page of each block.
void touch_and_free(char* begin, size_t bytes) {
  must(::madvise(begin, bytes, MADV_POPULATE_WRITE), "madvise");
  for (size_t at = 0; at < bytes; at += kBlock) {
    must(::madvise(begin + at + kPage, kBlock - kPage, MADV_DONTNEED), "madvise");
  }
}

// A virtual machine gives free memory back to its host within seconds, in large blocks, and gets it
// again slowly. This makes so much of it stay: no block is free as a whole while this program runs.
int hold(Arguments arguments) {
  const auto bytes = arguments.count<size_t>("--bytes", 0);
  arguments.end();
  if (bytes == 0) usage("--bytes is missing");
  const size_t parts = std::max(1U, std::thread::hardware_concurrency());
  const size_t part = (bytes / parts + kBlock) / kBlock * kBlock;
  void* memory =
      ::mmap(nullptr, part * parts, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  must(memory == MAP_FAILED ? -1 : 0, "mmap");
  std::vector<std::thread> threads;
  for (size_t i = 0; i < parts; ++i) {
    threads.emplace_back(touch_and_free, static_cast<char*>(memory) + i * part, part);
  }
  for (auto& thread : threads) thread.join();
  std::puts("holding");
  std::fflush(stdout);
  ::pause();
  return 0;
}

int run(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  Arguments arguments(argc, argv);
  allow_many_descriptors();
  ::signal(SIGPIPE, SIG_IGN);  // sendfile has no MSG_NOSIGNAL
  if (command == "serve") return serve(std::move(arguments));
  if (command == "produce" || command == "fetch" || command == "e2e") {
    return load(command, std::move(arguments));
  }
  if (command == "check") return check(std::move(arguments));
  if (command == "hold") return hold(std::move(arguments));
  usage(command.empty() ? "which command?" : "unknown command " + command);
}

}  // namespace
}  // namespace leat::bench

int main(int argc, char** argv) {
  return leat::bench::run(argc, argv);
}
