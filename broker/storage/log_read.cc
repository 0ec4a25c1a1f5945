#include "broker/storage/log_impl.h"
#include "broker/storage/posix_file_system.h"

namespace leat::storage {
namespace {
// Below this a copy is cheaper than a second system call for the range.
constexpr std::uint64_t kSmallRead = 16 << 10;
}  // namespace

StatusOr<ReadResult> LogImpl::read(const ReadRequest& request) const {
  // Before the log start is looked at: what a deletion takes off the list, it tells there first.
  const auto segments = list();
  if (request.from < start_offset())
    return out_of_range("offset {} is below the log start {}", request.from, start_offset());
  if (request.from > request.limit.offset)
    return out_of_range("offset {} is above the limit {}", request.from, request.limit.offset);
  if (request.from == request.limit.offset) return ReadResult{};
  if (segments->empty()) return ReadResult{};
  for (std::size_t i = segments->index_of(request.from); i < segments->all().size(); ++i) {
    const Segment& segment = *segments->all()[i];
    if (segment.base() > request.limit.segment_base) break;
    // A limit at or behind the segment's end is no position in it: compaction may have moved that.
    const bool wholly_below = i + 1 < segments->all().size() &&
                              segments->all()[i + 1]->base() <= request.limit.offset;
    const std::uint64_t end = segment.base() == request.limit.segment_base && !wholly_below
                                  ? std::min(request.limit.position, segment.size())
                                  : segment.size();
    const bool begins_here = segment.base() == request.begin.segment_base;
    auto first =
        segment.locate(request.from, end, begins_here ? request.begin.position : 0, request.wait);
    if (!first.ok()) return with_deletion_told(first.status(), request.from);
    // None: compaction left nothing at or after this offset here.
    if (!first->has_value()) continue;
    auto result = read_segment(segment, **first, end, request);
    if (!result.ok()) return with_deletion_told(result.status(), request.from);
    return result;
  }
  return ReadResult{};
}

// A file may be deleted between any two looks at it.
Status LogImpl::with_deletion_told(const Status& status, Offset from) const {
  if (!is_not_found(status)) return status;
  if (from < start_offset()) return out_of_range("offset {} was deleted", from);
  return corruption("{}", message(status));
}

StatusOr<ReadResult> LogImpl::read_segment(const Segment& segment, const Segment::BatchPlace& first,
                                           std::uint64_t end, const ReadRequest& request) const {
  ReadResult result;
  if (first.size > request.max_bytes && !request.at_least_one_batch) return result;
  const std::uint64_t size =
      std::min(std::max(request.max_bytes, first.size), end - first.position);
  ASSIGN_OR_RETURN(const auto file, segment.file(request.wait));
  FileRange range = file->range(first.position, size);
  const bool has_kernel_file = range.fd >= 0;
  if (has_kernel_file && size >= kSmallRead) {
    result.cold = !file->is_resident(first.position, size);
    result.data.append(std::move(range));
    return result;
  }
  Bytes bytes(size);
  ASSIGN_OR_RETURN(const std::size_t n, file->read(first.position, bytes, request.wait));
  if (n != size) return corruption("segment {} ends {} bytes early", segment.base(), size - n);
  bytes.resize(verified_prefix(bytes));
  if (bytes.empty())
    return corruption("the batch of offset {} of {} fails its CRC", request.from, *directory_);
  result.data.append(SharedBytes(std::move(bytes)));
  return result;
}

Status read_through(Payload& data) {
  Payload sound;
  for (auto& piece : data.pieces()) {
    if (auto* const bytes = std::get_if<SharedBytes>(&piece)) {
      sound.append(std::move(*bytes));
      continue;
    }
    FileRange& range = std::get<FileRange>(piece);
    ASSIGN_OR_RETURN(const std::uint64_t good, verified_prefix(range));
    const bool damaged = good != range.size;
    if (damaged && good == 0 && sound.empty())
      return corruption("a batch at position {} fails its CRC", range.position);
    range.size = good;
    sound.append(std::move(range));
    if (damaged) break;
  }
  data = std::move(sound);
  return {};
}

Status materialize(Payload& data) {
  Payload read;
  for (auto& piece : data.pieces()) {
    if (auto* const bytes = std::get_if<SharedBytes>(&piece)) {
      read.append(std::move(*bytes));
      continue;
    }
    const FileRange& range = std::get<FileRange>(piece);
    Bytes bytes(range.size);
    RETURN_IF_ERROR(read_range(range, bytes));
    const std::size_t good = verified_prefix(bytes);
    const bool damaged = good != bytes.size();
    bytes.resize(good);
    read.append(SharedBytes(std::move(bytes)));
    if (!damaged) continue;
    if (read.empty()) return corruption("a batch at position {} fails its CRC", range.position);
    break;
  }
  data = std::move(read);
  return {};
}

}  // namespace leat::storage
