#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/status.h"
#include "common/base/string_map.h"
#include "common/config/option.h"

// Everything that is done with a table of options. Errors are invalid_argument in Kafka's words
// where Kafka has words: "Invalid value V for configuration K: Not a number of type LONG".
namespace leat::config {

// Canonical texts by key: what was set, and nothing else.
using Texts = std::map<std::string, std::string, std::less<>>;

struct Synonym {
  std::string name;
  std::optional<std::string> value;
  Source source = Source::kDefault;
  bool operator==(const Synonym&) const = default;
};

// A row of DescribeConfigs. Views live as long as the program.
struct Description {
  std::string_view name;
  std::optional<std::string> value;  // null: unset, or sensitive
  Source source = Source::kDefault;
  Type type = Type::kString;
  bool read_only = false;
  bool sensitive = false;
  std::string_view doc;
  std::vector<Synonym> synonyms;  // what was given, winner first, ending with the default
};

// Immutable after construction; any thread. `rows` and `defaults` must outlive it.
class OptionSet {
 public:
  // `defaults` is an object of the table's struct with its member initialisers. `inert` are further
  // rows, without members.
  OptionSet(std::span<const Option> rows, const void* defaults, std::span<const Option> inert = {});

  // Rows with members in the struct's order, then the inert ones.
  const std::vector<const Option*>& rows() const { return rows_; }
  std::vector<const Option*> rows_by_name() const;
  const Option* find(std::string_view key) const;  // null when there is none

  // The text as it will be stored and shown; an error when the row refuses it.
  StatusOr<std::string> canonical(const Option& row, std::string_view text) const;
  // Stores a canonical text into an object of the table's struct; rows without a member: nothing.
  void store(const Option& row, std::string_view canonical, void* object) const;
  // canonical() and store() for a key that may be unknown.
  Status set(std::string_view key, std::string_view text, void* object) const;

  // Null when the default is "unset".
  std::optional<std::string> default_text(const Option& row) const;
  // The value in an object of the table's struct.
  std::optional<std::string> text(const Option& row, const void* object) const;

  // The key most like `key`, or "" when none is near.
  std::string_view nearest(std::string_view key) const;

 private:
  std::vector<const Option*> rows_;
  StringMap<const Option*> by_name_;
  const void* defaults_;
};

// Where `row` keeps its value in `object`.
inline const void* member(const Option& row, const void* object) {
  return static_cast<const char*>(object) + row.offset;
}
inline void* member(const Option& row, void* object) {
  return static_cast<char*>(object) + row.offset;
}

// "Invalid value V for configuration K: why".
std::string invalid_value(std::string_view value, std::string_view key, std::string_view why);

// The candidate nearest to `name` by edit distance; "" when none is near enough to be a slip.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

// Why Leat has no such key although Kafka has (unsupported.inc); "" when there is nothing to say.
std::string_view unsupported_reason(std::string_view key);
struct Unsupported {
  std::string_view key;  // a trailing * stands for any ending
  std::string_view reason;
};
std::span<const Unsupported> unsupported_keys();

// One line of a properties file.
struct FileLine {
  std::string key;
  std::string value;
  int line = 0;
};
// `key = value` lines; blank lines and lines that begin with # or ! are skipped. A line without
// '=', a trailing backslash and a key given twice are errors that name the lines. `name` is the
// file's.
StatusOr<std::vector<FileLine>> parse_properties(std::string_view text, std::string_view name);
// The same from a file of at most 1 MiB.
StatusOr<std::vector<FileLine>> read_properties(const std::string& path);

}  // namespace leat::config
