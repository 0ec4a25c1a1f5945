#include "tools/leat/log_directory.h"

#include "broker/storage/broker_checkpoint.h"
#include "broker/storage/checkpoint.h"
#include "broker/topics/topic_record.h"
#include "common/base/random.h"
#include "tests/tools/leat/log_files.h"

using namespace leat;
using namespace leat::cli;

namespace {

using Rules = std::vector<std::string>;

const Uuid kTopic{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

// A data directory whose broker-wide checkpoint knows `bytes` of the partition's segment.
void put_data_directory(LogDisk& disk, const SegmentBytes& segment, std::uint64_t bytes) {
  disk.put(segment);
  put_file(disk.files, disk.partition + "/partition.metadata",
           as_bytes(storage::format_partition_metadata(kTopic)));
  put_file(disk.files, disk.partition + "/leader-epoch-checkpoint", as_bytes("0\n1\n3 0\n"));
  auto checkpoint = storage::BrokerCheckpoint::open(disk.files, "/d");
  REQUIRE(checkpoint.ok());
  storage::CheckpointEntry entry;
  entry.row.durable = {segment.next, Offset{0}, bytes};
  entry.row.segments.push_back({Offset{0}, bytes, 1'904, 2'000});
  for (int i = 0; i < 3; ++i) {
    entry.row.segments[0].last_append_ms += 1;
    const storage::CheckpointChange change{{kTopic, PartitionIndex{0}}, entry};
    REQUIRE((*checkpoint)->commit({&change, 1}).ok());
  }
}

Bytes content(LogDisk& disk, const std::string& path) {
  auto bytes = storage::read_whole_file(disk.files, path);
  REQUIRE(bytes.ok());
  return *std::move(bytes);
}

}  // namespace

TEST_CASE("a data directory is read as a whole", "[unit]") {
  LogDisk disk;
  const SegmentBytes segment = sound_segment();
  put_data_directory(disk, segment, segment.log.size());
  const CollectedReport report = disk.read("/d");
  CHECK(report.rules() == Rules{});
  CHECK(report.files.size() == 6);
  CHECK(report.files.at("broker checkpoint").entries == 3);
  CHECK(report.files.at("log").records == 50);
}

TEST_CASE("segments shorter than the checkpoint says are missing durable data", "[unit]") {
  LogDisk disk;
  const SegmentBytes segment = sound_segment();
  put_data_directory(disk, segment, segment.log.size() + 1);
  CHECK(disk.read("/d").rules() ==
        Rules{fmt::format("durable data missing@{}", segment.log.size())});
  REQUIRE(disk.files.remove(disk.path(".log")).ok());
  const Rules rules = disk.read("/d").rules();
  REQUIRE(!rules.empty());
  CHECK(rules.back() == "durable data missing@0");
}

TEST_CASE("the metadata log names the topics, and so the rows of the checkpoint", "[unit]") {
  LogDisk disk;
  const SegmentBytes segment = sound_segment();
  put_data_directory(disk, segment, segment.log.size() + 1);
  REQUIRE(disk.files.remove(disk.partition + "/partition.metadata").ok());
  CHECK(disk.read("/d").rules() == Rules{});
  REQUIRE(disk.files.make_directory("/d/leat-metadata").ok());
  const std::string log = "/d/leat-metadata/00000000000000000000.log";
  const auto put_topic = [&](std::string_view value) {
    record::BatchBuilder builder;
    builder.add(1, as_bytes("topic/t"), as_bytes(value));
    put_file(disk.files, log, builder.build({}));
  };
  topics::TopicRecord topic;
  topic.name = "t";
  topic.id = kTopic;
  topic.partitions = 1;
  put_topic(topics::encode(topic));
  CollectedReport report = disk.read("/d");
  CHECK(report.rules() == Rules{fmt::format("durable data missing@{}", segment.log.size())});
  CHECK(report.files.at("metadata").entries == 1);
  CHECK(disk.read("/d/leat-metadata", {.details = true}).facts == 1);
  put_topic("nonsense");
  CHECK(disk.read("/d").rules() == Rules{"topic@0"});
}

TEST_CASE("a segment that is being deleted is not missing", "[unit]") {
  LogDisk disk;
  const SegmentBytes segment = sound_segment();
  put_data_directory(disk, segment, segment.log.size());
  for (const char* suffix : {".log", ".index", ".timeindex"})
    REQUIRE(disk.files.rename(disk.path(suffix), disk.path(suffix) + ".deleted").ok());
  CHECK(disk.read("/d").rules() == Rules{});
  CHECK(disk.read(disk.path(".log") + ".deleted").files.at("log").records == 50);
}

TEST_CASE("a change of any byte of the broker-wide checkpoint is noticed", "[unit]") {
  LogDisk disk;
  const SegmentBytes segment = sound_segment();
  put_data_directory(disk, segment, segment.log.size());
  const Bytes sound = content(disk, "/d/leat-checkpoint");
  for (std::size_t i = 0; i < sound.size(); ++i) {
    Bytes changed = sound;
    changed[i] ^= std::byte{0x41};
    put_file(disk.files, "/d/leat-checkpoint", changed);
    INFO("byte " << i);
    REQUIRE(!disk.read("/d/leat-checkpoint").damages.empty());
  }
  put_file(disk.files, "/d/leat-checkpoint", ByteView(sound).first(sound.size() - 1));
  CHECK(disk.read("/d/leat-checkpoint").rules() ==
        Rules{"torn tail@" + std::to_string(8 + (sound.size() - 8) / 3 * 2)});
}

TEST_CASE("small files of the wrong form are flagged", "[unit]") {
  LogDisk disk;
  const auto rules = [&](const std::string& name, std::string_view text) {
    const std::string path = disk.partition + "/" + name;
    put_file(disk.files, path, as_bytes(text));
    return disk.read(path).rules();
  };
  CHECK(rules("leader-epoch-checkpoint", "0\n2\n1 0\n4 100\n") == Rules{});
  CHECK(rules("leader-epoch-checkpoint", "0\n2\n4 0\n1 100\n") == Rules{"order@3"});
  CHECK(rules("leader-epoch-checkpoint", "0\n3\n1 0\n4 100\n") == Rules{"form@0"});
  CHECK(rules("partition.metadata", "version: 0\ntopic_id: nonsense") == Rules{"form@0"});
  CHECK(rules("recovery-point-offset-checkpoint", "0\n1\nmy topic 3 17\n") == Rules{});
  CHECK(rules("recovery-point-offset-checkpoint", "") == Rules{});
  CHECK(rules("recovery-point-offset-checkpoint", "0\n2\nt 3 17\n") == Rules{"form@1"});
  CHECK(rules("recovery-point-offset-checkpoint", "0\n1\nt 3 x\n") == Rules{"form@2"});
}

TEST_CASE("what is named and cannot be read is an error, not a sound log", "[unit]") {
  LogDisk disk;
  put_file(disk.files, "/d/passwd", as_bytes("root:x:0:0"));
  REQUIRE(disk.files.make_directory("/d/empty").ok());
  ReadOnlyFileSystem read_only(disk.files);
  CollectedReport report;
  const auto code = [&](const std::string& path) {
    return read_log_path(read_only, path, {}, report).code();
  };
  CHECK(code(disk.partition + "/nothing.log") == StatusCode::kNotFound);
  CHECK(code("/d/typing-error") == StatusCode::kNotFound);
  CHECK(code("/d/passwd") == StatusCode::kInvalidArgument);
  CHECK(code("/d/empty") == StatusCode::kInvalidArgument);
  CHECK(code("/d") == StatusCode::kInvalidArgument);
  CHECK(report.files.empty());
}

TEST_CASE("reading changes nothing, makes nothing, locks nothing", "[unit]") {
  LogDisk disk;
  SegmentBytes segment = sound_segment();
  segment.log[100] ^= std::byte{1};
  put_data_directory(disk, segment, segment.log.size());
  const std::uint64_t before = disk.files.live_hash();
  bool touched = false;
  disk.files.set_hook([&](const storage::SimOperation& op) -> Status {
    using storage::SimCall;
    touched |= op.changes_something || (op.call != SimCall::kOpen && op.call != SimCall::kList &&
                                        op.call != SimCall::kFileSize && op.call != SimCall::kRead);
    return {};
  });
  CHECK(!disk.read("/d", {.details = true, .records = true}).damages.empty());
  CHECK(!touched);
  CHECK(disk.files.live_hash() == before);
  ReadOnlyFileSystem read_only(disk.files);
  CHECK(!read_only.lock("/d/.lock").ok());
  CHECK(!read_only.remove(disk.path(".log")).ok());
  CHECK(!read_only.rename(disk.path(".log"), "/d/x").ok());
}

TEST_CASE("whatever bytes lie in a partition, reading ends and says so", "[unit]") {
  const SegmentBytes sound = sound_segment();
  Random random(20260131);
  for (int round = 0; round < 200; ++round) {
    LogDisk disk;
    SegmentBytes segment = sound;
    for (Bytes* bytes : {&segment.log, &segment.index, &segment.time_index}) {
      const std::size_t from = random.below(bytes->size());
      const std::size_t count = random.below(std::min<std::size_t>(bytes->size() - from, 300)) + 1;
      for (std::size_t i = from; i < std::min(from + count, bytes->size()); ++i)
        (*bytes)[i] = static_cast<std::byte>(random.below(256));
    }
    disk.put(segment);
    put_file(disk.files, disk.path(".log", segment.next), {});
    INFO("round " << round);
    REQUIRE(!disk.read({.details = true, .records = true}).damages.empty());
  }
}
