#include "common/record/record_reader.h"

#include "common/record/compression.h"
#include "common/record/record_parser.h"

namespace leat::record {
namespace {

struct ViewSink {
  RecordView& record;
  std::vector<HeaderView>& headers;

  static std::optional<ByteView> view(const std::byte* at, std::int32_t size) {
    if (size < 0) return std::nullopt;
    return ByteView(at, static_cast<std::size_t>(size));
  }
  void key(const std::byte* at, std::int32_t size) { record.key = view(at, size); }
  void value(const std::byte* at, std::int32_t size) { record.value = view(at, size); }
  void header(const std::byte* name, std::int32_t name_size, const std::byte* at,
              std::int32_t size) {
    headers.push_back({as_text({name, static_cast<std::size_t>(name_size)}), view(at, size)});
  }
};

}  // namespace

StatusOr<RecordReader> RecordReader::open(ByteView batch, std::uint64_t max_uncompressed) {
  const auto header = parse_header(batch);
  if (!header) return corruption("not a record batch");
  if (header->size_in_bytes() > batch.size()) return corruption("the batch is cut off");
  RecordReader reader;
  reader.header_ = *header;
  reader.rest_ = batch.first(header->size_in_bytes()).subspan(kBatchHeaderSize);
  if (header->is_compressed()) {
    ASSIGN_OR_RETURN(reader.owned_,
                     decompress(header->compression(), reader.rest_, max_uncompressed));
    reader.rest_ = reader.owned_;
  }
  return reader;
}

bool RecordReader::next(RecordView& record) {
  if (!status_.ok()) return false;
  if (index_ == header_.record_count) {
    if (!rest_.empty()) status_ = corruption("{} bytes after the last record", rest_.size());
    return false;
  }
  MemoryCursor prefix(rest_.data(), rest_.data() + rest_.size());
  std::int32_t length = 0;
  const std::byte* body = nullptr;
  if (!prefix.varint32(length) || length < 0 ||
      !prefix.take(static_cast<std::size_t>(length), body)) {
    status_ = corruption("record {} runs past the end of the batch", index_);
    return false;
  }
  headers_.clear();
  RecordShape shape;
  MemoryCursor in(body, body + length);
  ViewSink sink{record, headers_};
  if (const char* fault = parse_record(in, shape, sink)) {
    status_ = corruption("record {} {}", index_, fault);
    return false;
  }
  record.offset = header_.base_offset + shape.offset_delta;
  record.timestamp =
      header_.timestamp_type() == TimestampType::kLogAppendTime
          ? header_.max_timestamp
          : static_cast<std::int64_t>(static_cast<std::uint64_t>(header_.base_timestamp) +
                                      static_cast<std::uint64_t>(shape.timestamp_delta));
  record.headers = headers_;
  const std::size_t used = rest_.size() - prefix.left();
  raw_ = rest_.first(used);
  rest_ = rest_.subspan(used);
  ++index_;
  return true;
}

}  // namespace leat::record
