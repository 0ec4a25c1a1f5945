#include "tests/e2e/cli_test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/catch.h"

extern char** environ;

namespace leat::e2e {
namespace {

constexpr auto kOutputPatience = std::chrono::seconds(30);

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Blocks until something in `directory` changed.
class Watch {
 public:
  explicit Watch(const std::string& directory) : fd_(::inotify_init1(IN_CLOEXEC)) {
    ::inotify_add_watch(fd_, directory.c_str(), IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO);
  }
  ~Watch() { ::close(fd_); }
  bool changed(const Patience& patience) {
    pollfd wait{fd_, POLLIN, 0};
    if (::poll(&wait, 1, patience.milliseconds_left()) <= 0) return false;
    char events[4096];
    return ::read(fd_, events, sizeof events) > 0;
  }

 private:
  int fd_;
};

// False when it still runs once Patience has ended.
bool ends(int pid) {
  const int fd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  REQUIRE(fd >= 0);
  pollfd wait{fd, POLLIN, 0};
  const int ready = ::poll(&wait, 1, Patience().milliseconds_left());
  ::close(fd);
  return ready > 0;
}

}  // namespace

int Patience::milliseconds_left() const {
  using std::chrono::milliseconds;
  const auto left = limit_ - (system_clock().monotonic() - since_);
  return std::max(0, static_cast<int>(std::chrono::duration_cast<milliseconds>(left).count()));
}

Program::Program(const std::string& directory, const std::string& name,
                 std::vector<std::string> argv, const std::string& input)
    : out_path_(directory + "/" + name + ".out"), err_path_(directory + "/" + name + ".err") {
  const std::string in_path = directory + "/" + name + ".in";
  std::ofstream(in_path, std::ios::binary) << input;
  std::vector<char*> raw;
  for (std::string& arg : argv) raw.push_back(arg.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  const auto open = [&](int fd, const std::string& path, int flags) {
    ::posix_spawn_file_actions_addopen(&files, fd, path.c_str(), flags, 0600);
  };
  open(0, in_path, O_RDONLY);
  open(1, out_path_, O_WRONLY | O_CREAT | O_TRUNC);
  open(2, err_path_, O_WRONLY | O_CREAT | O_TRUNC);
  const int error = ::posix_spawn(&pid_, raw[0], &files, nullptr, raw.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  INFO(argv[0]);
  REQUIRE(error == 0);
}

Program::~Program() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void Program::signal(int number) const { ::kill(pid_, number); }

Finished Program::wait() {
  const bool ended = ends(pid_);
  if (!ended) ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  Finished finished;
  finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  finished.out = read_file(out_path_);
  finished.err = read_file(err_path_);
  INFO("killed, because it did not end: " << out_path_ << "\n" << finished.err);
  REQUIRE(ended);
  return finished;
}

std::string Program::wait_for_output(std::size_t bytes) {
  Watch watch(std::filesystem::path(out_path_).parent_path());
  for (const Patience patience(kOutputPatience);;) {
    std::string out = read_file(out_path_);
    if (out.size() >= bytes || !watch.changed(patience)) return out;
  }
}

Daemon::Daemon() {
  std::string pattern = std::filesystem::temp_directory_path() / "leat-cli-XXXXXX";
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  directory_ = pattern;
  start();
}

Daemon::~Daemon() {
  program_.reset();
  std::filesystem::remove_all(directory_);
}

void Daemon::start() {
  const std::string port_file = directory_ + "/port";
  std::filesystem::remove(port_file);
  Watch watch(directory_);
  std::vector<std::string> argv{LEAT_BINARY_DIR "/leatd", "--listen", "127.0.0.1:" + port_,
                                "--data-dir", directory_ + "/data", "--port-file", port_file};
  program_ = std::make_unique<Program>(directory_, "leatd", std::move(argv));
  const Patience patience;
  while (!std::filesystem::exists(port_file)) REQUIRE(watch.changed(patience));
  port_ = read_file(port_file);
  while (!port_.empty() && port_.back() == '\n') port_.pop_back();
}

void Daemon::kill() {
  program_->signal(SIGKILL);
  program_->wait();
}

void Daemon::restart() { start(); }

void Daemon::kill_and_restart() {
  kill();
  restart();
}

std::vector<std::string> Daemon::command(std::vector<std::string> args) const {
  args.insert(args.begin(), LEAT_BINARY_DIR "/leat");
  args.insert(args.end(), {"-b", address()});
  return args;
}

Finished Daemon::leat(std::vector<std::string> args, const std::string& input) {
  Program program(directory_, "leat" + std::to_string(++runs_), command(std::move(args)), input);
  return program.wait();
}

namespace {

std::string numbered_lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("lines come back as they went in, with every codec", "[e2e]") {
  Daemon daemon;
  const std::string text = numbered_lines(20'000) + "\nlast without newline";
  for (const std::string codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    INFO(codec);
    REQUIRE(daemon.leat({"topic", "create", codec, "-p", "1"}).code == 0);
    const Finished produced = daemon.leat({"produce", codec, "-z", codec}, text);
    INFO(produced.err);
    REQUIRE(produced.code == 0);
    CHECK(produced.out.empty());
    const Finished consumed = daemon.leat({"consume", codec, "--exit-at-end"});
    CHECK(consumed.code == 0);
    CHECK(consumed.out == text + "\n");
  }
}

TEST_CASE("topics are created, listed, altered, grown, trimmed and deleted", "[e2e]") {
  Daemon daemon;
  const Finished created =
      daemon.leat({"topic", "create", "orders", "-p", "3", "-c", "retention.ms=3600000"});
  CHECK(created.code == 0);
  CHECK_THAT(created.out, ContainsSubstring("orders") && ContainsSubstring("created"));
  CHECK_THAT(daemon.leat({"topic", "list"}).out, ContainsSubstring("orders           3"));

  REQUIRE(daemon.leat({"topic", "alter", "orders", "--set", "segment.bytes=1048576", "--unset",
                       "retention.ms"}).code == 0);
  const auto json = nlohmann::json::parse(daemon.leat({"topic", "describe", "orders", "-o", "json"}).out);
  CHECK(json["partitions"].size() == 3);
  CHECK(json["configs"]["segment.bytes"]["value"] == "1048576");
  CHECK(json["configs"]["segment.bytes"]["source"] == "topic");
  CHECK(json["configs"]["retention.ms"]["source"] == "default");

  const Finished nobody_knows = daemon.leat({"topic", "alter", "orders", "--unset", "retention.mss"});
  CHECK(nobody_knows.code == 2);
  CHECK_THAT(nobody_knows.err, ContainsSubstring("there is no config 'retention.mss' here; 'leat "
                                                 "config describe --topic orders --all' shows all"));
  CHECK(daemon.leat({"config", "alter", "--topic", "orders", "--unset", "foo"}).code == 2);
  CHECK(daemon.leat({"topic", "alter", "orders"}).code == 2);

  CHECK(daemon.leat({"topic", "add-partitions", "orders", "-p", "4"}).code == 0);
  CHECK(daemon.leat({"topic", "add-partitions", "orders", "-n", "2"}).code == 1);
  REQUIRE(daemon.leat({"produce", "orders", "-p", "3"}, numbered_lines(10)).code == 0);
  CHECK(daemon.leat({"topic", "trim", "orders", "-p", "3", "--before-offset", "4", "-y"}).code == 0);
  CHECK(daemon.leat({"consume", "orders", "-p", "3", "-e", "-f", "%o "}).out == "4 5 6 7 8 9 ");

  CHECK(daemon.leat({"topic", "delete", "orders", "-y"}).code == 0);
  const Finished gone = daemon.leat({"topic", "describe", "orders"});
  CHECK(gone.code == 1);
  CHECK_THAT(gone.err, ContainsSubstring("UNKNOWN_TOPIC_OR_PARTITION"));
}

TEST_CASE("what destroys needs --yes where nobody can be asked", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  REQUIRE(daemon.leat({"produce", "t"}, "1\n2\n").code == 0);
  REQUIRE(daemon.leat({"consume", "t", "-g", "g", "-n", "1"}).out == "1\n");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"topic", "delete", "t"},
        {"topic", "trim", "t", "--before-offset", "end"},
        {"group", "delete", "g"}}) {
    const Finished refused = daemon.leat(command, "y\n");
    CHECK(refused.code == 1);
    CHECK_THAT(refused.err, ContainsSubstring("nobody to ask") && ContainsSubstring("--yes"));
  }
  CHECK(daemon.leat({"topic", "trim", "t", "--before-offset", "end", "--dry-run"}).code == 0);
  CHECK(daemon.leat({"consume", "t", "-g", "g", "-e"}).out == "2\n");
}

TEST_CASE("a word that is no command is named", "[e2e]") {
  Daemon daemon;
  for (const std::string noun : {"log", "topic", "group"}) {
    const Finished wrong = daemon.leat({noun, "nothere"});
    CHECK(wrong.code == 2);
    CHECK_THAT(wrong.err, ContainsSubstring("'nothere' is no command; after '" + noun + "'"));
  }
  CHECK_THAT(daemon.leat({"nothere"}).err, ContainsSubstring("'nothere' is no command"));
  CHECK_THAT(daemon.leat({"log", "dump", "x", "--from", "-1"}).err,
             ContainsSubstring("'-1' must be a whole number, 0 or more"));
}

TEST_CASE("an internal topic is changed or deleted only with --internal", "[e2e]") {
  Daemon daemon;
  const std::string offsets = "__consumer_offsets";
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  REQUIRE(daemon.leat({"produce", "t"}, "1\n2\n").code == 0);
  REQUIRE(daemon.leat({"consume", "t", "-g", "g", "-n", "1"}).out == "1\n");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"topic", "delete", "t", offsets, "-y"},
        {"topic", "alter", offsets, "--set", "segment.ms=1000"},
        {"topic", "add-partitions", offsets, "-n", "60"}}) {
    const Finished refused = daemon.leat(command);
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, ContainsSubstring("internal topic") && ContainsSubstring("--internal"));
  }
  CHECK(daemon.leat({"topic", "alter", offsets, "--set", "segment.ms=1000", "--internal"}).code == 0);
  CHECK(daemon.leat({"topic", "alter", offsets, "--set", "cleanup.policy=delete", "--internal"})
            .code == 1);
  CHECK(daemon.leat({"consume", "t", "-g", "g", "-e"}).out == "2\n");
  CHECK(daemon.leat({"topic", "delete", offsets, "--internal", "-y"}).code == 0);
}

TEST_CASE("leat log says no damage only of what it has read", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  REQUIRE(daemon.leat({"produce", "t"}, "1\n").code == 0);
  const std::string data = daemon.directory() + "/data", partition = data + "/t-0";
  const std::string empty = daemon.directory() + "/empty", pipe = daemon.directory() + "/pipe.log";
  std::filesystem::create_directory(empty);
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  const auto verify = [&](std::vector<std::string> paths) {
    paths.insert(paths.begin(), {LEAT_BINARY_DIR "/leat", "log", "verify"});
    return Program(daemon.directory(), "verify", paths).wait();
  };
  CHECK(verify({data}).code == 0);
  CHECK(verify({partition, data}).code == 0);
  for (const std::string& path : {std::string("/etc/passwd"), empty, pipe, std::string("/dev/zero"),
                                  data + "/t-1", partition + "/00000000000000000009.log"}) {
    for (const auto& paths : {std::vector{path}, std::vector{partition, path}}) {
      const Finished refused = verify(paths);
      CHECK(refused.code == 2);
      CHECK_THAT(refused.err, ContainsSubstring("error: ") && ContainsSubstring(path));
    }
  }
}

TEST_CASE("reading starts and stops where it is told", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  REQUIRE(daemon.leat({"produce", "t"}, numbered_lines(100)).code == 0);
  const auto offsets = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"consume", "t", "-f", "%o "});
    return daemon.leat(std::move(args)).out;
  };
  CHECK(offsets({"--from", "97", "-e"}) == "97 98 99 ");
  CHECK(offsets({"--from", "-2", "-e"}) == "98 99 ");
  CHECK(offsets({"--from", "+5", "--to", "8"}) == "5 6 7 ");
  CHECK(offsets({"-n", "3"}) == "0 1 2 ");
  CHECK(offsets({"--from", "@-1h", "-n", "1"}) == "0 ");
  CHECK(offsets({"--from", "end", "-e"}).empty());
  const Finished outside = daemon.leat({"consume", "t", "--from", "101", "-e"});
  CHECK(outside.code == 1);
  CHECK_THAT(outside.err, ContainsSubstring("the partition holds 0 to 100") &&
                              ContainsSubstring("--from beginning"));
}

TEST_CASE("keys, headers and formats", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "4"}).code == 0);
  REQUIRE(daemon.leat({"produce", "t", "-K", ":", "-H", "lang=en"}, "abc:1\nplain\n").code == 0);
  // The partition of "abc" among 4 is what Kafka's own partitioner chooses.
  const Finished keyed = daemon.leat({"consume", "t", "-p", "3", "-e", "-f", "%k=%v %h{%k/%v}\n"});
  CHECK_THAT(keyed.out, ContainsSubstring("abc=1 lang/en\n"));
  const Finished json = daemon.leat({"consume", "t", "-e", "-o", "json"});
  CHECK_THAT(json.out, ContainsSubstring("\"key\":\"abc\",\"value\":\"1\""));
  CHECK_THAT(json.out, ContainsSubstring("\"key\":null,\"value\":\"plain\""));
}

TEST_CASE("a waiting consumer prints a new record at once and ends on SIGINT", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  Program consumer(daemon.directory(), "consumer", daemon.command({"consume", "t"}));
  REQUIRE(daemon.leat({"produce", "t"}, "one\n").code == 0);
  CHECK(consumer.wait_for_output(4) == "one\n");
  REQUIRE(daemon.leat({"produce", "t"}, "two\n").code == 0);
  CHECK(consumer.wait_for_output(8) == "one\ntwo\n");
  consumer.signal(SIGINT);
  const Finished finished = consumer.wait();
  CHECK(finished.code == 130);
  CHECK(finished.out == "one\ntwo\n");
  CHECK(finished.err.empty());
}

TEST_CASE("a consumer lives through a restart of the daemon, and nothing acknowledged is lost",
          "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  REQUIRE(daemon.leat({"produce", "t"}, "one\n").code == 0);
  Program consumer(daemon.directory(), "consumer", daemon.command({"consume", "t"}));
  CHECK(consumer.wait_for_output(4) == "one\n");
  daemon.kill_and_restart();
  REQUIRE(daemon.leat({"produce", "t"}, "two\n").code == 0);
  CHECK(consumer.wait_for_output(8) == "one\ntwo\n");
}

TEST_CASE("a consumer says once that the broker is gone, and once that it is back", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "t", "-p", "1"}).code == 0);
  REQUIRE(daemon.leat({"produce", "t"}, "one\n").code == 0);
  std::vector<std::string> argv{"/bin/sh", "-c", "exec \"$@\" 2>&1", "sh"};
  for (std::string& arg : daemon.command({"consume", "t"})) argv.push_back(std::move(arg));
  Program consumer(daemon.directory(), "consumer", std::move(argv));
  CHECK(consumer.wait_for_output(4) == "one\n");
  daemon.kill();
  const std::string lost = consumer.wait_for_output(5);
  CHECK(lost.starts_with("one\nlost contact with broker 1, trying again: "));
  daemon.restart();
  REQUIRE(daemon.leat({"produce", "t"}, "two\n").code == 0);
  const std::string back = "broker 1 answers again\n";
  CHECK(consumer.wait_for_output(lost.size() + back.size() + 4) == lost + back + "two\n");
}

TEST_CASE("an empty group id is refused and not taken for none", "[e2e]") {
  Daemon daemon;
  const Finished empty = daemon.leat({"consume", "t", "--group", ""});
  CHECK(empty.code == 2);
  CHECK_THAT(empty.err, ContainsSubstring("--group: must not be empty"));
}

TEST_CASE("what goes wrong has a text, a hint and an exit code", "[e2e]") {
  Daemon daemon;
  REQUIRE(daemon.leat({"topic", "create", "orders"}).code == 0);
  const Finished exists = daemon.leat({"topic", "create", "orders"});
  CHECK(exists.code == 1);
  CHECK(exists.err ==
        "error: topic 'orders' already exists (TOPIC_ALREADY_EXISTS)\n"
        "hint:  use --if-not-exists, or 'leat topic describe orders'\n");
  CHECK(daemon.leat({"topic", "create", "orders", "--if-not-exists"}).code == 0);
  CHECK(daemon.leat({"topic", "create", "new", "orders"}).code == 4);
  CHECK(daemon.leat({"topic", "create", "bad name"}).code == 1);
  CHECK(daemon.leat({"topic", "create", "x", "-c", "no.such.key=1"}).code == 1);
  CHECK(daemon.leat({"topic", "create", "x", "-c", "novalue"}).code == 2);
  CHECK(daemon.leat({"consume", "nothere", "-e"}).code == 1);
  CHECK(daemon.leat({"consume", "orders", "--from", "soon"}).code == 2);
  CHECK(daemon.leat({"consume", "orders", "-f", "%q"}).code == 2);
  CHECK(daemon.leat({"consume", "orders", "-f", ""}).code == 2);
  CHECK(daemon.leat({"produce", "orders", "-K", ""}, "x\n").code == 2);
  CHECK_THAT(daemon.leat({"topic", "create", "x", "-p", "0"}).err,
             ContainsSubstring("'0' must be a whole number, 1 or more"));
  CHECK_THAT(daemon.leat({"topic", "list", "orders", "5", "six"}).err,
             ContainsSubstring("unexpected: 5 six\n"));
  CHECK(daemon.leat({"produce", "orders", "-z", "brotli"}, "x\n").code == 2);
  CHECK(daemon.leat({"produce", "orders", "/no/such/file"}).code == 2);
  CHECK(daemon.leat({"produce", "orders", "--max-record-bytes", "2000000000"}, "x\n").code == 2);
  const Finished large =
      daemon.leat({"produce", "orders", "--max-record-bytes", "20"}, "nineteen characters\n");
  CHECK(large.code == 2);
  CHECK_THAT(large.err, ContainsSubstring("line 1 takes up to "));
  CHECK(daemon.leat({"topic", "frobnicate"}).code == 2);
  CHECK(daemon.leat({"config", "describe", "log.retention.mss"}).code == 2);
  CHECK(daemon.leat({"config", "describe", "log.retention.ms"}).code == 0);
  Program nobody(daemon.directory(), "nobody",
                 {LEAT_BINARY_DIR "/leat", "-b", "127.0.0.1:1", "topic", "list"});
  const Finished refused = nobody.wait();
  CHECK(refused.code == 3);
  CHECK_THAT(refused.err, ContainsSubstring("cannot reach a broker: 127.0.0.1:1: Connection refused"));
}

}  // namespace leat::e2e
