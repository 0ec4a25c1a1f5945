#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// What cannot be argued about a source file, checked line by line. Every finding names file and
// line and says what to do instead. Made for this code base: no preprocessor, no templates
// understood.
namespace leat::style {

// --- tools/tidy/layers.txt ---

struct Layer {
  std::set<std::string, std::less<>> folders;  // "*" = any
  std::set<std::string, std::less<>> outside;  // "asio", "asio/awaitable.hpp", "CLI"
};
using Layers = std::map<std::string, Layer, std::less<>>;

inline std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> out;
  while (true) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t\r")));
    if (line.empty()) return out;
    out.push_back(line.substr(0, line.find_first_of(" \t\r")));
    line.remove_prefix(out.back().size());
  }
}

inline std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    out.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), out.back().size() + 1));
  }
  return out;
}

inline Layers parse_layers(std::string_view text) {
  Layers layers;
  for (const std::string_view line : lines(text)) {
    if (line.empty() || line[0] == '#') continue;
    const auto colon = line.find(':');
    Layer& layer = layers[std::string(line.substr(0, colon))];
    for (const std::string_view word : words(line.substr(colon + 1))) {
      const bool outside = word.starts_with("asio") || word == "CLI";
      (outside ? layer.outside : layer.folders).emplace(word);
    }
  }
  return layers;
}

// --- names ---

// What stands at the beginning of a line between "namespace {" and its end: constants, types,
// aliases, and functions with their parameters.
inline std::set<std::string> own_names(std::string_view text) {
  static const std::regex constant(R"((?:constexpr|const|constinit|inline)\b.*?\b(k[A-Z]\w*)\b.*)");
  static const std::regex type(R"((?:class|struct|enum class) (\w+).*|using (\w+) =.*)");
  static const std::regex function(
      R"((?!return|template|using)[A-Za-z_][\w:<>,&* ]*?[ &*](\w+\(.*))");
  std::set<std::string> names;
  const auto all = lines(text);
  bool inside = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].starts_with("namespace {")) inside = true;
    if (all[i].starts_with("}  // namespace")) inside = false;
    if (!inside || all[i].empty() || all[i][0] == ' ' || all[i][0] == '}') continue;
    std::string line(all[i]);
    std::smatch found;
    if (std::regex_match(line, found, constant)) {
      names.insert(found[1]);
    } else if (std::regex_match(line, found, type)) {
      names.insert(found[1].matched ? found[1] : found[2]);
    } else if (std::regex_match(line, found, function)) {
      std::string signature = found[1];
      for (std::size_t next = i + 1; signature.find(')') == signature.npos && next < all.size();
           ++next)
        for (const std::string_view word : words(all[next])) signature += fmt::format(" {}", word);
      names.insert(signature.substr(0, signature.find(')') + 1));
    }
  }
  return names;
}

// The line of layers.txt that speaks of `path`: the longest folder that holds it, or "".
inline std::string layer_of(std::string_view path, const Layers& layers) {
  for (auto slash = path.rfind('/'); slash != std::string_view::npos && slash > 0;
       slash = path.rfind('/', slash - 1)) {
    const auto it = layers.find(path.substr(0, slash));
    if (it != layers.end()) return it->first;
  }
  return "";
}

// --- one file ---

// A line without comments and without what strings hold, and its comment.
struct SplitLine {
  std::string code;
  std::string comment;
};

inline SplitLine split_comment(std::string_view line) {
  SplitLine out;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (c == '/' && i + 1 < line.size() && line[i + 1] == '/') {
      out.comment = line.substr(i);
      break;
    } else if (c == '"' ||
               (c == '\'' && (i == 0 || !std::isalnum(static_cast<unsigned char>(line[i - 1]))))) {
      quote = c;
    } else {
      out.code += c;
    }
  }
  return out;
}

// An identifier in its place: `a::b(`, `x.b`, `::b(`.
struct Word {
  std::string_view name;
  std::string_view qualifier = {};  // "a" in a::b
  bool global = false;              // ::b
  bool member = false;              // x.b or x->b
  bool called = false;              // followed by (
  bool after_word = false;          // "int b": a declaration, unless that word is return
};

inline bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

inline Word word_at(std::string_view code, std::size_t begin, std::size_t end) {
  Word word{.name = code.substr(begin, end - begin)};
  const auto next = code.find_first_not_of(' ', end);
  word.called = next != std::string_view::npos && code[next] == '(';
  std::string_view before = code.substr(0, begin);
  if (before.ends_with("::")) {
    before.remove_suffix(2);
    std::size_t start = before.size();
    while (start > 0 && is_word_char(before[start - 1])) --start;
    word.qualifier = before.substr(start);
    word.global = word.qualifier.empty() && !before.ends_with('>');
    return word;
  }
  word.member = before.ends_with('.') || before.ends_with("->");
  const auto last = before.find_last_not_of(' ');
  if (last != std::string_view::npos && (is_word_char(before[last]) || before[last] == '>' ||
                                         before[last] == '*' || before[last] == '&')) {
    word.after_word = !before.substr(0, last + 1).ends_with("return");
  }
  return word;
}

inline std::vector<Word> words_of(std::string_view code) {
  std::vector<Word> out;
  for (std::size_t i = 0; i < code.size();) {
    if (!is_word_char(code[i])) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < code.size() && is_word_char(code[end])) ++end;
    out.push_back(word_at(code, i, end));
    i = end;
  }
  return out;
}

template <std::size_t N>
bool among(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Calls that only the operating system has: flagged however they are written.
inline constexpr std::array<std::string_view, 27> kFileCalls = {
    "openat",          "creat",    "pread",        "preadv",    "preadv2",   "pwrite",
    "pwritev",         "pwritev2", "fsync",        "fdatasync", "ftruncate", "fallocate",
    "posix_fallocate", "unlink",   "unlinkat",     "renameat",  "renameat2", "mkdirat",
    "flock",           "fstatfs",  "statvfs",      "fstatvfs",  "syncfs",    "sync_file_range",
    "fopen",           "opendir",  "posix_fadvise"};
// Names that methods of ours share: flagged when written as the global function.
inline constexpr std::array<std::string_view, 12> kSharedNames = {
    "open", "rename", "truncate", "remove", "mkdir", "rmdir",
    "stat", "fstat",  "lstat",    "statfs", "mmap",  "sync"};
inline constexpr std::array<std::string_view, 7> kStdFiles = {
    "filesystem", "ifstream", "ofstream", "fstream", "fopen", "rename", "remove"};

inline bool is_file_call(const Word& word) {
  if (word.qualifier == "std") return among(word.name, kStdFiles);
  if (!word.called || word.member || !word.qualifier.empty()) return false;
  if (word.global) return among(word.name, kFileCalls) || among(word.name, kSharedNames);
  return !word.after_word && among(word.name, kFileCalls);
}

inline constexpr std::array<std::string_view, 8> kClockAndRandomCalls = {
    "clock_gettime", "gettimeofday", "getrandom", "getentropy", "rand", "srand", "random", "time"};
inline constexpr std::array<std::string_view, 4> kStdRandom = {"random_device", "mt19937",
                                                               "mt19937_64", "rand"};

inline bool is_clock_or_random(const Word& word) {
  if (word.qualifier.ends_with("_clock") && word.name == "now") return true;
  if (word.qualifier == "std") {
    return among(word.name, kStdRandom) || (word.name == "time" && word.called);
  }
  if (!word.called || word.member || !word.qualifier.empty()) return false;
  const bool shared = word.name == "time" || word.name == "random" || word.name == "rand";
  return among(word.name, kClockAndRandomCalls) && (word.global || (!shared && !word.after_word));
}

// A marker of work left over without the name of who will do it.
inline bool lacks_owner(std::string_view comment) {
  for (const std::string_view marker : {"TODO", "FIXME", "XXX"}) {
    const auto at = comment.find(marker);
    if (at == std::string_view::npos) continue;
    const bool whole = at == 0 || !is_word_char(comment[at - 1]);
    const std::string_view after = comment.substr(at + marker.size());
    if (whole && !(after.starts_with('(') && after.find(')') > 1)) return true;
  }
  return false;
}

// A silenced check that does not say which one, or not why.
inline bool lacks_reason(std::string_view comment) {
  const auto at = comment.find("NOLINT");
  if (at == std::string_view::npos || comment.substr(at).starts_with("NOLINTEND")) return false;
  const auto open = comment.find('(', at);
  const auto close = comment.find(')', at);
  if (open == std::string_view::npos || close == std::string_view::npos) return true;
  const std::string_view after = comment.substr(close + 1);
  return !after.starts_with(':') || words(after.substr(1)).empty();
}

// The few places that may reach a file without the FileSystem door.
inline bool may_touch_files(std::string_view path, std::string_view name) {
  if (path == "broker/storage/posix_file_system.cc") return true;
  if (path == "common/config/properties.cc") return name == "ifstream";         // the settings file
  if (path == "broker/main.cc") return name == "ofstream" || name == "rename";  // the port file
  return false;
}

inline bool starts_with_any(std::string_view path,
                            std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view p) { return path.starts_with(p); });
}

class FileCheck {
 public:
  FileCheck(std::string path, const Layers& layers)
      : path_(std::move(path)), layers_(layers), layer_(layer_of(path_, layers)) {}

  std::vector<std::string> run(std::string_view text) {
    if (layer_.empty()) {
      found(1, "this folder is not in tools/tidy/layers.txt; add it with what it may include");
      return std::move(findings_);
    }
    int number = 0;
    for (const std::string_view line : lines(text)) check_line(++number, line);
    return std::move(findings_);
  }

 private:
  void found(int line, std::string_view what) {
    findings_.push_back(fmt::format("{}:{}: {}", path_, line, what));
  }

  void check_line(int number, std::string_view line) {
    if (line.starts_with("#include")) return check_include(number, line);
    const SplitLine split = split_comment(line);
    for (const Word& word : words_of(split.code)) check_word(number, word);
    if (lacks_owner(split.comment)) found(number, "name who will do it: TODO(name): what");
    if (lacks_reason(split.comment)) {
      found(number, "name the check and the reason: NOLINT(check): reason");
    }
  }

  void check_word(int number, const Word& word) {
    const bool free = starts_with_any(path_, {"tests/", "tools/", "bench/"});
    if (!free && !may_touch_files(path_, word.name) && is_file_call(word)) {
      found(number, fmt::format("{}: files are reached through FileSystem (broker/storage/"
                                "file_system.h), or the power cuts of the tests cannot see it",
                                word.name));
    }
    if (!free && !path_.starts_with("common/base/") && is_clock_or_random(word)) {
      found(number,
            fmt::format("{}: take the time from Clock and chance from Random (common/base), "
                        "or tests cannot repeat it",
                        word.name));
    }
  }

  void check_include(int number, std::string_view line) {
    const auto open = line.find_first_of("<\"");
    const auto close = line.find_first_of(">\"", open + 1);
    if (open == std::string_view::npos || close == std::string_view::npos) return;
    const std::string_view header = line.substr(open + 1, close - open - 1);
    if (line[open] == '<') return check_outside(number, header);
    const std::string wanted = layer_of(header, layers_);
    if (wanted.empty()) return found(number, "include by the path from the root of the repository");
    const auto& allowed = layers_.at(layer_).folders;
    if (wanted == layer_ || allowed.contains("*") || allowed.contains(wanted)) return;
    found(number, fmt::format("{} may not include {} (tools/tidy/layers.txt); move what is shared "
                              "down, or hand it in from above",
                              layer_, wanted));
  }

  void check_outside(int number, std::string_view header) {
    const std::string_view library = header.substr(0, header.find('/'));
    if (header == "asio.hpp") return found(number, "include the parts of asio that are used");
    if (library != "asio" && library != "CLI") return;
    const auto& outside = layers_.at(layer_).outside;
    if (outside.contains(library) || outside.contains(header)) return;
    found(number,
          fmt::format("{} may not include <{}> (tools/tidy/layers.txt); use an interface of "
                      "common/base (Executor, Clock) that the layer above implements",
                      layer_, header));
  }

  std::string path_;
  const Layers& layers_;
  std::string layer_;
  std::vector<std::string> findings_;
};

}  // namespace leat::style
