#include "client/group/group_consumer.h"

#include "client/group/group_reader.h"

namespace leat {

GroupConsumer::GroupConsumer(std::shared_ptr<Client> client, GroupConsumerOptions options)
    : reader_(std::make_shared<GroupReader>(std::move(client), std::move(options))) {
  reader_->start();
}
GroupConsumer::~GroupConsumer() {
  if (reader_) reader_->abandon();
}
GroupConsumer::GroupConsumer(GroupConsumer&&) noexcept = default;
GroupConsumer& GroupConsumer::operator=(GroupConsumer&& other) noexcept {
  if (reader_) reader_->abandon();
  reader_ = std::move(other.reader_);
  return *this;
}

asio::awaitable<Result<std::optional<ConsumedRecords>>> GroupConsumer::next(Duration wait) {
  return reader_->next(reader_, wait);
}
void GroupConsumer::done(const RecordView& record) {
  reader_->done(TopicPartition(std::string(record.topic), record.partition), record.offset + 1);
}
void GroupConsumer::done(const ConsumedRecords& records) {
  reader_->done(TopicPartition(std::string(records.topic()), records.partition()),
                records.next_offset());
}
asio::awaitable<Error> GroupConsumer::commit(Duration patience) {
  return reader_->commit(reader_, patience);
}
asio::awaitable<Error> GroupConsumer::close(Duration patience) {
  return reader_->close(reader_, patience);
}
bool GroupConsumer::finished() const { return reader_->finished(); }
const std::shared_ptr<GroupMember>& GroupConsumer::member() const { return reader_->member(); }

}  // namespace leat
