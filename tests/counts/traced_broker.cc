#include "tests/counts/traced_broker.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>
#include <vector>

#include "tests/support/catch.h"

namespace leat::counts {
namespace {

constexpr auto kPatience = std::chrono::seconds(60);

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Child of a fork: a pid that is leatd's, for with -D the tracer is a grandchild.
[[noreturn]] void trace(const std::string& directory) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // when this test is killed for taking too long
  const std::string log = directory + "/log";
  const int fd = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  ::dup2(fd, STDOUT_FILENO);
  ::dup2(fd, STDERR_FILENO);
  std::vector<std::string> words = {"strace",
                                    "-D",
                                    "-f",
                                    "-c",
                                    "-o",
                                    directory + "/calls",
                                    LEAT_BINARY_DIR "/leatd",
                                    "--data-dir",
                                    directory + "/data",
                                    "--listen",
                                    "127.0.0.1:0",
                                    "--port-file",
                                    directory + "/port",
                                    "--leat.threads",
                                    "2"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

}  // namespace

TracedBroker::TracedBroker() {
  std::string pattern = (std::filesystem::temp_directory_path() / "leat-counts-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  directory_ = pattern;
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ == 0) trace(directory_);
  try {
    port_ = std::stoi(wait_for("port", "\n"));
  } catch (...) {
    remove();  // what was not constructed is not destroyed
    throw;
  }
}

TracedBroker::~TracedBroker() { remove(); }

void TracedBroker::remove() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string TracedBroker::wait_for(const std::string& file, std::string_view word) const {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < give_up) {
    std::string text = content(directory_ + "/" + file);
    if (text.find(word) != std::string::npos) return text;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  FAIL("strace of leatd gave no " << file << "; is it installed, and may it trace (ptrace)? "
                                  << content(directory_ + "/log"));
  return "";
}

std::map<std::string, Calls> TracedBroker::stop() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  // share, seconds, microseconds a call, calls, errors if there are any, name
  std::map<std::string, Calls> calls;
  std::istringstream table(wait_for("calls", " total\n"));
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    double share = 0, seconds = 0, each = 0;
    std::uint64_t count = 0;
    if (!(fields >> share >> seconds >> each >> count)) continue;
    std::uint64_t failed = 0;
    if (!(fields >> failed)) failed = 0;
    const std::string name = line.substr(line.rfind(' ') + 1);
    if (name != "total") calls[name] = {count - failed, failed};
  }
  REQUIRE_FALSE(calls.empty());
  return calls;
}

}  // namespace leat::counts
