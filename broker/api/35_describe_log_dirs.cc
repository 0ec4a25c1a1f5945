// DescribeLogDirs (35), v1-5: the one data directory, the bytes of each partition in it and the
// room that is left.
// - topics null: all; unknown topics and partitions are left out.
// - A partition that was not opened since the start is as large as the last checkpoint says.
// Left out: the size of the file system (-1, "unknown").
#include "broker/api/handlers.h"
#include "broker/api/worker_call.h"
#include "common/protocol/messages/35_describe_log_dirs.h"

namespace leat::api {
namespace {

std::uint64_t size_of(const Services& services, const topics::Partition& partition) {
  if (partition.is_open()) return partition.log().size_bytes();
  const auto known = services.checkpoint->find(partition.id());
  std::uint64_t bytes = 0;
  if (!known.ok() || !*known) return bytes;
  for (const auto& segment : (*known)->row.segments) bytes += segment.size;
  return bytes;
}

DescribeLogDirsResponse::Partition describe(const Services& services,
                                            const topics::Partition& partition) {
  DescribeLogDirsResponse::Partition out;
  out.partition_index = partition.index().value();
  out.partition_size = static_cast<std::int64_t>(size_of(services, partition));
  return out;
}

void describe_all(const Services& services, const topics::CatalogImage& image,
                  DescribeLogDirsResponse::Result& result) {
  for (const auto& [name, topic] : image.by_name) {
    auto& out = result.topics.emplace_back();
    out.name = name;
    for (const auto& partition : topic->partitions) {
      out.partitions.push_back(describe(services, *partition));
    }
  }
}

void describe_some(const Services& services, const topics::CatalogImage& image,
                   const std::vector<DescribeLogDirsRequest::Topic>& wanted,
                   DescribeLogDirsResponse::Result& result) {
  for (const auto& topic : wanted) {
    const auto found = image.find(topic.topic);
    if (!found) continue;
    DescribeLogDirsResponse::Topic out;
    out.name = topic.topic;
    for (const std::int32_t index : topic.partitions) {
      const auto* partition = found->partition(index);
      if (partition != nullptr) out.partitions.push_back(describe(services, **partition));
    }
    if (!out.partitions.empty()) result.topics.push_back(std::move(out));
  }
}

DescribeLogDirsResponse answer_describe_log_dirs(Services& services,
                                                 const DescribeLogDirsRequest& request,
                                                 const CallInfo&) {
  DescribeLogDirsResponse response;
  auto& result = response.results.emplace_back();
  result.log_dir = services.data_directory;
  const auto free = services.files->free_bytes(services.data_directory);
  if (free.ok()) result.usable_bytes = static_cast<std::int64_t>(*free);
  const auto image = services.catalog->image();
  if (request.topics) {
    describe_some(services, *image, *request.topics, result);
  } else {
    describe_all(services, *image, result);
  }
  return response;
}

}  // namespace

Handled handle_describe_log_dirs(Services& services, Request& request) {
  return on_worker<DescribeLogDirsRequest>(services, request, answer_describe_log_dirs);
}

}  // namespace leat::api
