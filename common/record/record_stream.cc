#include "common/record/record_stream.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "common/base/check.h"
#include "common/base/varint.h"

namespace leat::record {
namespace {

std::byte* thread_window() {
  thread_local const auto window =
      std::make_unique_for_overwrite<std::byte[]>(RecordStream::kWindow);
  return window.get();
}

constexpr const char* kCutOff = "runs past the end of the batch";

}  // namespace

RecordStream::RecordStream(Decompressor& source, std::uint64_t defer_above)
    : source_(source),
      defer_above_(defer_above),
      window_(thread_window()),
      at_(window_),
      end_(window_) {}

bool RecordStream::fill(std::size_t n) {
  LEAT_DCHECK(n <= kWindow);
  if (available() >= n) return true;
  if (at_ != window_) {
    const std::size_t kept = available();
    std::memmove(window_, at_, kept);
    at_ = window_;
    end_ = window_ + kept;
  }
  while (available() < n && !ended_ && !stopped()) {
    const auto got = source_.next({end_, kWindow - available()});
    if (!got.ok()) {
      status_ = got.status();
      break;
    }
    ended_ = *got == 0;
    end_ += *got;
    produced_ += *got;
    deferred_ = defer_above_ != 0 && produced_ > defer_above_;
  }
  return available() >= n;
}

bool RecordStream::skip(std::size_t n) {
  while (n > available()) {
    n -= available();
    at_ = end_;
    if (!fill(1)) return false;
  }
  at_ += n;
  return true;
}

// A record longer than the window: fields are read as they come, `left` bytes of it remain.
class RecordStream::LongCursor {
 public:
  LongCursor(RecordStream& stream, std::size_t left) : stream_(stream), left_(left) {}

  bool varint32(std::int32_t& value) {
    return number([&](MemoryCursor& in) { return in.varint32(value); });
  }
  bool varint64(std::int64_t& value) {
    return number([&](MemoryCursor& in) { return in.varint64(value); });
  }
  bool take(std::size_t n, const std::byte*& start) {
    start = nullptr;
    if (n > left_) return false;
    left_ -= n;
    return stream_.skip(n);
  }
  bool at_end() const { return left_ == 0; }

 private:
  template <class Read>
  bool number(Read read) {
    stream_.fill(std::min(left_, kMaxVarint64Bytes));
    const std::size_t here = std::min({left_, kMaxVarint64Bytes, stream_.available()});
    MemoryCursor in(stream_.at_, stream_.at_ + here);
    if (!read(in)) return false;
    const std::size_t used = here - in.left();
    left_ -= used;
    stream_.at_ += used;
    return true;
  }

  RecordStream& stream_;
  std::size_t left_;
};

const char* RecordStream::next_record(RecordShape& shape) {
  fill(kMaxVarint32Bytes);
  MemoryCursor prefix(at_, end_);
  std::int32_t length = 0;
  if (!prefix.varint32(length) || length < 0) return "has no whole length";
  at_ = end_ - prefix.left();
  IgnoreContents ignore;
  const auto size = static_cast<std::size_t>(length);
  if (size > kWindow) {
    LongCursor in(*this, size);
    return parse_record(in, shape, ignore);
  }
  if (!fill(size)) return kCutOff;
  MemoryCursor in(at_, at_ + size);
  at_ += size;
  return parse_record(in, shape, ignore);
}

}  // namespace leat::record
