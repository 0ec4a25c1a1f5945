#include "client/partitioner.h"

#include <numeric>
#include <set>

#include "tests/support/catch.h"

using namespace leat;

TEST_CASE("murmur2 gives what Kafka's own class gives", "[unit]") {
  struct Row {
    std::string_view key;
    std::int32_t hash;
    std::int32_t of_twelve;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"", 275646681, 9},
           {"a", -1563381124, 4},
           {"ab", 316155434, 2},
           {"abc", 479470107, 3},
           {"abcd", -1323649548, 8},
           {"abcde", 461995741, 1},
           {"kafka", -798503068, 4},
           {"21", -973932308, 0},
           {"foobar", -790332482, 6},
           {"a-little-bit-long-string", -985981536, 8},
           {"a-little-bit-longer-string", -1486304829, 11},
           {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971, 5},
           {"é€", 1912689889, 1}}) {
    INFO(row.key);
    CHECK(murmur2(as_bytes(row.key)) == row.hash);
    CHECK(partition_of_key(as_bytes(row.key), 12) == row.of_twelve);
  }
  Bytes every(256);
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = static_cast<std::byte>(i);
  CHECK(murmur2(every) == -1948347274);
}

TEST_CASE("records without a key stay in one partition until a batch is full", "[unit]") {
  StickyPartitioner sticky(1, 100);
  const std::int32_t first = sticky.choose(60, 8);
  CHECK(sticky.choose(60, 8) == first);
  const std::int32_t second = sticky.choose(60, 8);
  CHECK(second != first);
  sticky.next_batch();
  CHECK(sticky.choose(1, 8) != second);
}

TEST_CASE("the sticky partitioner reaches every partition and follows their number", "[unit]") {
  StickyPartitioner sticky(7, 1);
  std::set<std::int32_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(sticky.choose(1, 5));
  CHECK(seen == std::set<std::int32_t>{0, 1, 2, 3, 4});
  for (int i = 0; i < 10; ++i) CHECK(sticky.choose(1, 1) == 0);
}
