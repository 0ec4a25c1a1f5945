#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/style/house_rules.h"
#include "tests/support/catch.h"

using namespace leat::style;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const Layers& real_layers() {
  static const Layers layers = parse_layers(content(LEAT_SOURCE_DIR "/tools/tidy/layers.txt"));
  return layers;
}

std::vector<std::string> source_files() {
  std::vector<std::string> paths;
  for (const char* folder : {"common", "broker", "client", "tools", "tests", "bench"}) {
    const fs::path root = fs::path(LEAT_SOURCE_DIR) / folder;
    if (!fs::exists(root)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const auto extension = entry.path().extension();
      if (extension != ".h" && extension != ".cc" && extension != ".inc") continue;
      paths.push_back(fs::relative(entry.path(), LEAT_SOURCE_DIR).string());
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<std::string> findings_in(const std::string& path, std::string_view text) {
  return FileCheck(path, real_layers()).run(text);
}
bool clean(const std::string& path, std::string_view text) {
  return findings_in(path, text).empty();
}

}  // namespace

TEST_CASE("every source file keeps to its layer and the house rules", "[style]") {
  std::string all;
  for (const std::string& path : source_files()) {
    for (const std::string& finding :
         findings_in(path, content(fs::path(LEAT_SOURCE_DIR) / path))) {
      all += finding + "\n";
    }
  }
  INFO(all);
  CHECK(all.empty());
}

TEST_CASE("files of one library give what is their own different names", "[style]") {
  // A few of them are compiled as one.
  std::map<std::string, std::string> first;
  std::string twice;
  for (const std::string& path : source_files()) {
    const auto folder = path.substr(0, path.rfind('/'));
    if (!path.ends_with(".cc") || path.ends_with("/main.cc") || path.starts_with("tests/"))
      continue;
    for (const std::string& name : own_names(content(fs::path(LEAT_SOURCE_DIR) / path))) {
      const auto [known, is_new] = first.try_emplace(folder + " " + name, path);
      if (!is_new && known->second != path)
        twice += fmt::format("{}: {} is in {} too\n", path, name, known->second);
    }
  }
  INFO(twice);
  CHECK(twice.empty());
}

TEST_CASE("what a file keeps to itself is found in its unnamed namespace", "[style]") {
  CHECK(
      (own_names(
           "constexpr int kOut = 1;\nnamespace {\nconstexpr int kIn = 1;\n  const int kLocal = 2;\n"
           "class Mine {\nusing There = int;\nusing other::thing;\nint f(int a,\n      int b) {\n"
           "return g(1);\n}  // namespace\nint h() {\n") ==
       std::set<std::string>{"kIn", "Mine", "There", "f(int a, int b)"}));
}

TEST_CASE("every source file of a library is in a folder that CMake builds", "[style]") {
  const std::string cmake = content(LEAT_SOURCE_DIR "/tools/cmake/libraries.cmake");
  for (const std::string& path : source_files()) {
    const bool library = starts_with_any(path, {"common/", "broker/", "client/"});
    if (!library || !path.ends_with(".cc") || path.ends_with("main.cc")) continue;
    const std::string folder = fs::path(path).parent_path().string();
    INFO(path << ": add leat_library(... " << folder << " ...) to tools/cmake/libraries.cmake");
    CHECK(cmake.find(" " + folder) != std::string::npos);
  }
}

TEST_CASE("the layers are a ladder: nobody includes a folder that includes it", "[style]") {
  for (const auto& [name, layer] : real_layers()) {
    for (const std::string& below : layer.folders) {
      if (below == "*") continue;
      INFO(name << " and " << below);
      REQUIRE(real_layers().contains(below));
      CHECK_FALSE(real_layers().at(below).folders.contains(name));
    }
  }
}

TEST_CASE("an include against the arrows is found and named", "[style]") {
  const auto found =
      findings_in("broker/storage/x.cc", "\n#include \"broker/topics/partition.h\"\n");
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0], ContainsSubstring(
                           "broker/storage/x.cc:2: broker/storage may not include broker/topics"));
  CHECK(clean("broker/topics/x.cc", "#include \"broker/storage/log.h\"\n#include <vector>\n"));
  CHECK(clean("broker/topics/group/x.cc", "#include \"broker/topics/group/y.h\"\n"));
  CHECK_FALSE(clean("common/record/x.cc", "#include \"common/protocol/codec.h\"\n"));
  CHECK_FALSE(clean("client/x.cc", "#include \"broker/broker.h\"\n"));
  CHECK(clean("broker/main.cc", "#include \"broker/net/listener.h\"\n"));
  CHECK_FALSE(clean("broker/net/x.cc", "#include \"listener.h\"\n"));
  CHECK_FALSE(clean("elsewhere/x.cc", ""));
}

TEST_CASE("asio stays where it may be", "[style]") {
  CHECK_FALSE(clean("broker/topics/x.h", "#include <asio/io_context.hpp>\n"));
  CHECK_FALSE(clean("broker/api/x.h", "#include <asio/io_context.hpp>\n"));
  CHECK(clean("broker/api/x.h", "#include <asio/awaitable.hpp>\n"));
  CHECK(clean("broker/net/x.h", "#include <asio/io_context.hpp>\n"));
  CHECK_FALSE(clean("broker/net/x.h", "#include <asio.hpp>\n"));
}

TEST_CASE("a file call outside the file system's one file is found", "[style]") {
  for (const char* line :
       {"int fd = ::open(path, 0);", "  fsync(fd);", "return pwrite(fd, p, n, o);",
        "if (ftruncate(fd, 0) != 0) {", "std::filesystem::path p;", "std::ofstream f;",
        "std::rename(a, b);", "::rename(a, b);", "x = y ? unlink(p) : 0;"}) {
    INFO(line);
    CHECK_FALSE(clean("broker/topics/x.cc", line));
    CHECK(clean("broker/storage/posix_file_system.cc", line));
    CHECK(clean("tests/x.cc", line));
  }
  for (const char* line :
       {"file->open(path);", "Status rename(std::string a);", "fs.sync();", "log->truncate(0);",
        "fs::rename(a);", "// calls fsync(fd)", "\"fsync(\"", "SimFileSystem::unlink(x);",
        "flush(fd);", "Status fsync(int x);", "virtual StatusOr<int> pread(int x) = 0;"}) {
    INFO(line);
    CHECK(clean("broker/topics/x.cc", line));
  }
  CHECK(clean("common/config/properties.cc", "std::ifstream file(path);"));
  CHECK_FALSE(clean("common/config/properties.cc", "std::ofstream file(path);"));
}

TEST_CASE("a clock or a random device outside common/base is found", "[style]") {
  for (const char* line :
       {"auto t = std::chrono::steady_clock::now();", "clock_gettime(0, &t);",
        "std::random_device d;", "std::mt19937_64 g(1);", "auto t = ::time(nullptr);",
        "std::time(nullptr);", "getrandom(p, n, 0);"}) {
    INFO(line);
    CHECK_FALSE(clean("broker/topics/x.cc", line));
    CHECK(clean("common/base/x.cc", line));
  }
  for (const char* line : {"clock.now();", "std::chrono::milliseconds ms;", "request.time();",
                           "Random random(7);", "std::int64_t time(int x);"}) {
    INFO(line);
    CHECK(clean("broker/topics/x.cc", line));
  }
}

TEST_CASE("work left over has an owner, and a silenced check a reason", "[style]") {
  const std::string left = "// TODO";
  const std::string silenced = "f();  // NOLINT";
  CHECK_FALSE(clean("broker/x.cc", left + ": later"));
  CHECK(clean("broker/x.cc", left + "(mara): later"));
  CHECK_FALSE(clean("broker/x.cc", silenced));
  CHECK_FALSE(clean("broker/x.cc", silenced + "(some-check)"));
  CHECK(clean("broker/x.cc", silenced + "(some-check): the C interface wants it"));
}
