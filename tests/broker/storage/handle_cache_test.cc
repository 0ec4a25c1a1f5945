#include "broker/storage/handle_cache.h"

#include "tests/support/catch.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

namespace {

struct ManyFiles {
  SimFileSystem fs;
  std::vector<std::unique_ptr<CachedFile>> files;

  explicit ManyFiles(int count) {
    for (int i = 0; i < count; ++i) {
      REQUIRE(fs.open(path(i), OpenMode::kCreate).ok());
      files.push_back(std::make_unique<CachedFile>(fs));
    }
  }
  static std::string path(int i) { return fmt::format("/{}", i); }
  std::shared_ptr<File> get(int i) {
    auto file = files[static_cast<std::size_t>(i)]->get(path(i));
    REQUIRE(file.ok());
    return *file;
  }
};

}  // namespace

TEST_CASE("no more files stay open than the limit, and a closed one opens again", "[unit]") {
  ManyFiles many(20);
  many.fs.handles().set_limit(5);
  for (int round = 0; round < 3; ++round)
    for (int i = 0; i < 20; ++i) {
      many.get(i);
      CHECK(many.fs.handles().open_count() <= 5);
    }
}

TEST_CASE("a pinned file is never closed", "[unit]") {
  ManyFiles many(20);
  many.fs.handles().set_limit(3);
  many.files[0]->pin(true);
  const auto pinned = many.get(0);
  for (int i = 1; i < 20; ++i) many.get(i);
  CHECK(many.get(0) == pinned);
  many.files[0]->close();
  CHECK(many.get(0) == pinned);
  many.files[0]->pin(false);
  many.files[0]->close();
  CHECK(many.get(0) != pinned);
}

TEST_CASE("pinned files beyond the limit do not close the others between two reads", "[unit]") {
  ManyFiles many(103);
  many.fs.handles().set_limit(4);
  for (int i = 0; i < 100; ++i) {
    many.files[static_cast<std::size_t>(i)]->pin(true);
    many.get(i);
  }
  const auto read = many.get(100);
  CHECK(many.get(100) == read);
  CHECK(many.fs.handles().open_count() == 101);
  many.get(101);
  many.get(102);
  CHECK(many.fs.handles().open_count() == 101);
  for (int i = 0; i < 100; ++i) many.files[static_cast<std::size_t>(i)]->pin(false);
  CHECK(many.fs.handles().open_count() == 4);
}

TEST_CASE("when descriptors run out, others are closed and the open is tried again", "[unit]") {
  ManyFiles many(10);
  for (int i = 0; i < 9; ++i) many.get(i);
  bool failed = false;
  many.fs.set_hook([&](const SimOperation& operation) {
    if (operation.call != SimCall::kOpen || failed) return Status();
    failed = true;
    return resource_exhausted("open: too many open files");
  });
  many.get(9);
  CHECK(failed);
  CHECK(many.fs.handles().open_count() <= 6);
}

TEST_CASE("a destroyed file leaves the cache", "[unit]") {
  ManyFiles many(3);
  for (int i = 0; i < 3; ++i) many.get(i);
  many.files.clear();
  CHECK(many.fs.handles().open_count() == 0);
}
