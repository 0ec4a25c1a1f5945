#include "client/consumer.h"

#include "client/fetcher.h"
#include "common/base/crc32c.h"
#include "common/record/batch_format.h"

namespace leat {

bool ConsumedRecords::open_next_batch() {
  while (batches_.next()) {
    const record::BatchHeader& header = batches_.header();
    if (header.base_offset.value() >= until_) return false;
    if (header.last_offset().value() < from_ || header.is_control()) continue;
    if (check_crcs_ && crc32c(batches_.bytes().subspan(record::kAttributesAt)) != header.crc) {
      error_ = Error::make(ClientCode::kCorrupt, "{}-{}: the batch at offset {} fails its checksum",
                           *topic_, partition_, header.base_offset);
      return false;
    }
    StatusOr<record::RecordReader> opened =
        record::RecordReader::open(batches_.bytes(), max_uncompressed_);
    if (!opened.ok()) {
      error_ = Error::make(ClientCode::kCorrupt, "{}-{}: the batch at offset {}: {}", *topic_,
                           partition_, header.base_offset, message(opened.status()));
      return false;
    }
    reader_.emplace(*std::move(opened));
    return true;
  }
  return false;
}

bool ConsumedRecords::next(RecordView& record) {
  for (;;) {
    if (!error_.ok()) return false;
    if (!reader_ && !open_next_batch()) return false;
    if (!reader_->next(view_)) {
      if (!reader_->status().ok())
        error_ = Error::make(ClientCode::kCorrupt, "{}-{}: {}", *topic_, partition_,
                             message(reader_->status()));
      reader_.reset();
      continue;
    }
    const std::int64_t offset = view_.offset.value();
    if (offset < from_) continue;  // the broker sends whole batches
    if (offset >= until_) return false;
    const record::BatchHeader& header = reader_->header();
    record.topic = *topic_;
    record.partition = partition_;
    record.offset = offset;
    record.timestamp_ms = view_.timestamp;
    record.leader_epoch = header.leader_epoch.value();
    record.producer_id = header.producer_id.value();
    record.producer_epoch = header.producer_epoch.value();
    record.key = view_.key;
    record.value = view_.value;
    record.headers = view_.headers;
    return true;
  }
}

Consumer::Consumer(std::shared_ptr<Client> client, ConsumerOptions options)
    : fetcher_(std::make_shared<Fetcher>(std::move(client), options)) {}
Consumer::~Consumer() {
  if (fetcher_) fetcher_->close();
}
Consumer::Consumer(Consumer&&) noexcept = default;
Consumer& Consumer::operator=(Consumer&& other) noexcept {
  if (fetcher_) fetcher_->close();
  fetcher_ = std::move(other.fetcher_);
  return *this;
}

asio::awaitable<Error> Consumer::assign(std::vector<Assignment> assignments) {
  return fetcher_->assign(fetcher_, std::move(assignments));
}
asio::awaitable<Result<std::optional<ConsumedRecords>>> Consumer::next(Duration wait) {
  return fetcher_->next(fetcher_, wait);
}
std::optional<ConsumedRecords> Consumer::try_next() { return fetcher_->try_next(); }
bool Consumer::finished() const { return fetcher_->finished(); }
void Consumer::close() { fetcher_->close(); }

}  // namespace leat
