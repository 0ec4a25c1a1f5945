#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leat::cli {

// Columns for people: headers in capitals, two spaces between, numbers to the right where asked.
// Widths count characters, not bytes (UTF-8), without combining or wide ones.
class Table {
 public:
  // A header that begins with '>' makes a column whose cells are right-aligned.
  explicit Table(std::vector<std::string> headers);

  void row(std::vector<std::string> cells);  // as many as there are headers
  bool empty() const { return rows_.empty(); }
  // Every line ends in '\n'; nothing but the headers when there are no rows.
  std::string text() const;

 private:
  std::vector<std::string> headers_;
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

// "1,204,511"
std::string with_commas(std::int64_t n);
// "0 B", "812 B", "35.8 MiB"
std::string human_bytes(std::int64_t bytes);
// "3 topics", "1 topic"
std::string counted(std::int64_t n, std::string_view noun);

}  // namespace leat::cli
