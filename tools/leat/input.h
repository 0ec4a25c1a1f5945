#pragma once

#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "client/error.h"
#include "client/signal.h"
#include "common/base/bytes.h"

namespace leat::cli {

// Bytes from a file or from standard input, which may be a terminal or a pipe on which nothing comes
// for hours: those are read by a thread of their own, so that what was read before goes out
// meanwhile, and their descriptors keep their flags (they are shared with the shell).
class Input {
 public:
  // "-" is standard input.
  static Result<std::unique_ptr<Input>> open(asio::any_io_executor executor,
                                             const std::string& path);
  virtual ~Input() = default;

  // The next bytes, valid until the next call; empty at the end.
  virtual asio::awaitable<Result<std::string_view>> next() = 0;
};

// Everything there is to read in `path`, "-" is standard input. An error when it is more than `most`
// bytes.
asio::awaitable<Result<std::string>> read_all(asio::any_io_executor executor, std::string path,
                                              std::size_t most);

// Cuts a stream of bytes into lines.
class LineSplitter {
 public:
  // What next_line() cuts from now on; borrowed until it has returned false.
  void feed(std::string_view chunk) { rest_ = chunk; }
  // The next whole line without its '\n', valid until the next call; false when none is left, and
  // the beginning of an unfinished one is kept.
  bool next_line(std::string_view& line);
  // The last line of a stream that does not end in '\n'; false when there is none.
  bool last_line(std::string_view& line);

 private:
  std::string_view rest_;
  std::string begun_;
  bool begun_given_ = false;
};

}  // namespace leat::cli
