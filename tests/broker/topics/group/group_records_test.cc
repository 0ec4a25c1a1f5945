#include "broker/topics/group/group_records.h"
#include "broker/topics/group/internal_log.h"
#include "tests/support/catch.h"

namespace leat::topics {
namespace {

CommittedOffset at(std::int64_t offset) {
  CommittedOffset value;
  value.offset = offset;
  return value;
}

std::string hex(ByteView bytes) {
  std::string text;
  for (const std::byte b : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(b));
  return text;
}

}  // namespace

TEST_CASE("the partition of a group is Java's hash of its name", "[unit]") {
  // String.hashCode: "" 0, "a" 97, "test-group" 627841412, "gr\u00fcn" 3185949, U+1F600 1772899.
  CHECK(coordinator_partition("", 50) == 0);
  CHECK(coordinator_partition("a", 50) == 47);
  CHECK(coordinator_partition("test-group", 50) == 12);
  CHECK(coordinator_partition("gr\xc3\xbcn", 1 << 30) == 3185949);
  CHECK(coordinator_partition("\xf0\x9f\x98\x80", 1 << 30) == 1772899);
}

TEST_CASE("an offset record is Kafka's, byte for byte", "[unit]") {
  CommittedOffset value{42, 7, "m", 0x0102030405060708, {}};
  const InternalRecord record = offset_record("g", {"t", 3}, value);
  CHECK(hex(record.key) ==
        "0001"
        "000167"
        "000174"
        "00000003");
  // Version 4 is flexible: compact strings, tagged fields.
  CHECK(hex(*record.value) ==
        "0004"
        "000000000000002a"
        "00000007"
        "026d"
        "0102030405060708"
        "00");
}

TEST_CASE("what is written for a group is read back", "[unit]") {
  GroupMetadataValue value;
  value.protocol_type = "consumer";
  value.generation = 5;
  value.members.emplace_back().member_id = "m";
  const auto record = group_record("g", value).value();
  const auto read = read_record(record.key, ByteView(*record.value)).value();
  const auto& change = std::get<GroupChange>(read);
  CHECK(change.group == "g");
  CHECK(change.value->generation == 5);
  CHECK(change.value->members.at(0).member_id == "m");
  CHECK_FALSE(std::get<GroupChange>(read_record(record.key, std::nullopt).value()).value);
}

TEST_CASE("records of other protocols are left alone and damaged ones are named", "[unit]") {
  const std::byte other[] = {std::byte{0}, std::byte{3}, std::byte{0}, std::byte{0}};
  CHECK(std::holds_alternative<std::monostate>(read_record(other, std::nullopt).value()));
  const std::byte cut[] = {std::byte{0}, std::byte{1}, std::byte{0}};
  CHECK(is_corruption(read_record(cut, std::nullopt).status()));
}

TEST_CASE("an offset shows once its record is stable, in the order of the log", "[unit]") {
  GroupOffsets offsets;
  const TopicPartitionName key{"t", 0};
  offsets.stage(key);
  CHECK(offsets.find("t", 0) == nullptr);
  CHECK_FALSE(offsets.empty());
  CHECK(offsets.keys().size() == 1);
  offsets.stage(key);
  offsets.apply(key, at(1));
  CHECK(offsets.find("t", 0)->offset == 1);
  offsets.apply(key, at(2), /*kept=*/false);
  CHECK(offsets.find("t", 0)->offset == 1);
  offsets.stage(key);
  offsets.apply(key, std::nullopt);
  CHECK(offsets.find("t", 0) == nullptr);
  CHECK(offsets.empty());
}

}  // namespace leat::topics
