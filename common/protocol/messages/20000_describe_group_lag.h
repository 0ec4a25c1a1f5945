#pragma once

#include "common/protocol/types.h"

// DescribeGroupLag (key 20000, Leat's own): versions 0, flexible since 0. How far groups are
// behind, partition by partition, in pages: groups in the order of their names, in each the topics
// by name and their partitions by index. A group that a page ends in is continued in the next.
namespace leat {

struct DescribeGroupLagResponse;

struct DescribeGroupLagRequest {
  // Where a page begins.
  struct Cursor {
    std::string group_id;
    std::string topic_name;
    std::int32_t partition_index = 0;
  };
  std::optional<std::vector<std::string>> groups = std::vector<std::string>{};  // null: all
  std::int32_t partition_limit = 500;  // of one page; the broker may send fewer
  std::optional<Cursor> cursor;        // null: the first page

  static constexpr std::int16_t kKey = 20000;
  using Response = DescribeGroupLagResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeGroupLagResponse {
  struct Partition {
    std::int16_t error_code = 0;  // of the partition: then nothing but the commit is known
    std::string topic_name;
    std::int32_t partition_index = 0;
    std::int64_t committed_offset = -1;  // -1: assigned to a member that has not committed yet
    std::int64_t commit_time_ms = -1;    // since 1970
    std::int64_t log_start_offset = -1;
    std::int64_t log_end_offset = -1;  // as consumers see it: the high watermark
    std::int64_t lag = -1;             // records left to read; -1: not known
    // How long ago the first unread record was written, 0 when there is none; -1: not known,
    // because the record is gone, carries no time or cannot be read.
    std::int64_t lag_ms = -1;
    std::optional<std::string> member_id;  // to whom it is assigned; null: to nobody
  };
  struct Group {
    std::int16_t error_code = 0;
    std::string group_id;
    std::string group_state;
    std::vector<Partition> partitions;
  };
  struct Cursor {
    std::string group_id;
    std::string topic_name;
    std::int32_t partition_index = 0;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;  // when all groups were asked for and not all can be told
  std::vector<Group> groups;
  std::optional<Cursor> next_cursor;  // null: this was the last page

  static constexpr std::int16_t kKey = 20000;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
