#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "common/base/bytes.h"

namespace leat {

// A range of a file as the kernel sees it, for sendfile. A copy keeps the descriptor open. fd is -1
// where there is no kernel file (the simulated disk): such a range is never made, bytes are read.
struct FileRange {
  std::shared_ptr<const void> keep_open;
  int fd = -1;
  std::uint64_t position = 0;
  std::uint64_t size = 0;
};

// What goes out on a socket, in order: bytes in memory and ranges of files. Cheap to move; owns or
// keeps alive everything it refers to.
class Payload {
 public:
  using Piece = std::variant<SharedBytes, FileRange>;

  void append(SharedBytes bytes) {
    if (bytes.size() == 0) return;
    size_ += bytes.size();
    pieces_.emplace_back(std::move(bytes));
  }
  void append(FileRange range) {
    if (range.size == 0) return;
    size_ += range.size;
    pieces_.emplace_back(std::move(range));
  }
  void append(Payload more) {
    size_ += more.size_;
    for (auto& piece : more.pieces_) pieces_.push_back(std::move(piece));
  }
  // Forgets the first `n` bytes (n <= size()).
  void drop_front(std::uint64_t n) {
    size_ -= n;
    auto piece = pieces_.begin();
    while (n > 0) {
      auto* range = std::get_if<FileRange>(&*piece);
      const std::uint64_t held = range ? range->size : std::get<SharedBytes>(*piece).size();
      if (n < held) {
        if (range) {
          range->position += n;
          range->size -= n;
        } else {
          auto& bytes = std::get<SharedBytes>(*piece);
          bytes = bytes.slice(n, held - n);
        }
        break;
      }
      n -= held;
      ++piece;
    }
    pieces_.erase(pieces_.begin(), piece);
  }
  std::uint64_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const std::vector<Piece>& pieces() const { return pieces_; }
  std::vector<Piece>& pieces() { return pieces_; }

 private:
  std::vector<Piece> pieces_;
  std::uint64_t size_ = 0;
};

// The bytes in one piece. There must be no file range among them.
inline Bytes flatten(const Payload& payload) {
  Bytes all;
  all.reserve(payload.size());
  for (const auto& piece : payload.pieces()) append(all, std::get<SharedBytes>(piece).view());
  return all;
}

}  // namespace leat
