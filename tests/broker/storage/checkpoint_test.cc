#include "broker/storage/checkpoint.h"

#include "tests/support/catch.h"
#include "tests/support/sim_file_system.h"

using namespace leat;
using namespace leat::storage;

TEST_CASE("a replaced file holds the old or the new content after any power cut", "[unit]") {
  for (std::uint64_t stop = 0; stop < 12; ++stop)
    for (const PowerModel model : kAllPowerModels)
      for (std::uint64_t seed = 0; seed < 10; ++seed) {
        SimFileSystem fs;
        REQUIRE(fs.make_directory("/d").ok());
        REQUIRE(fs.sync_directory("/").ok());
        REQUIRE(replace_file(fs, "/d/f", as_bytes("old")).ok());
        const std::uint64_t first = fs.calls();
        fs.set_hook([&](const SimOperation& operation) {
          return operation.index >= first + stop ? io_error("power is off") : Status();
        });
        const Status replaced = replace_file(fs, "/d/f", as_bytes("newer"));
        const auto after = fs.crash(model, seed);
        const auto content = read_whole_file(*after, "/d/f");
        REQUIRE(content.ok());
        const std::string text = to_string(ByteView(*content));
        CHECK((text == "newer" || (text == "old" && !replaced.ok())));
      }
}

TEST_CASE("the epoch file is Kafka's text and reads back", "[unit]") {
  const std::vector<EpochStart> epochs = {{LeaderEpoch{0}, Offset{0}}, {LeaderEpoch{7}, Offset{1234}}};
  CHECK(format_epochs(epochs) == "0\n2\n0 0\n7 1234\n");
  CHECK(*parse_epochs(format_epochs(epochs)) == epochs);
  for (const char* bad : {"", "1\n0\n", "0\nx\n", "0\n2\n0 0\n", "0\n1\n0\n", "0\n1\n0 x\n"})
    CHECK(is_corruption(parse_epochs(bad).status()));
}

TEST_CASE("partition.metadata is Kafka's text and reads back", "[unit]") {
  Uuid id;
  id.bytes[0] = 42;
  const std::string text = format_partition_metadata(id);
  CHECK(text == "version: 0\ntopic_id: KgAAAAAAAAAAAAAAAAAAAA");
  CHECK(*parse_partition_metadata(text) == id);
  for (const char* bad : {"", "version: 1\ntopic_id: KgAAAAAAAAAAAAAAAAAAAA", "version: 0\nid: 1",
                          "version: 0\ntopic_id: short"})
    CHECK(is_corruption(parse_partition_metadata(bad).status()));
}
