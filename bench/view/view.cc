#include "bench/view/view.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>

#include "bench/view/diff.h"
#include "bench/view/plot.h"

namespace leat::bench {
namespace {

constexpr int kFailed = 1, kBadUsage = 2;

struct Files {
  std::string a, b, baseline, out, output = "table";
  std::vector<std::string> results;
};

int failed(const Status& status) {
  fmt::print(stderr, "leat-bench: {}\n", message(status));
  return kFailed;
}

int run_diff(const Files& files) {
  const auto a = read_result(files.a), b = read_result(files.b);
  if (!a.ok()) return failed(a.status());
  if (!b.ok()) return failed(b.status());
  const Comparison comparison = compare(*a, *b);
  if (files.output == "json") {
    fmt::print("{}\n", to_json(comparison));
  } else {
    fmt::print("{}", to_table(*a, *b, comparison));
  }
  return 0;
}

int run_plot(const Files& files) {
  std::vector<Result> results;
  for (const std::string& path : files.results) {
    auto result = read_result(path);
    if (!result.ok()) return failed(result.status());
    results.push_back(*std::move(result));
  }
  StatusOr<Result> baseline = Result();
  if (!files.baseline.empty()) baseline = read_result(files.baseline);
  if (!baseline.ok()) return failed(baseline.status());
  const std::string picture = plot(results, files.baseline.empty() ? nullptr : &*baseline);
  if (files.out.empty()) {
    fmt::print("{}", picture);
    return 0;
  }
  std::ofstream file(files.out, std::ios::binary);
  file << picture;
  file.close();
  return file ? 0 : failed(unavailable("{} cannot be written", files.out));
}

}  // namespace

bool is_view_command(std::string_view command) {
  return command == "diff" || command == "plot";
}

int run_view(int argc, char** argv) {
  Files files;
  CLI::App app("Looks at what leat-bench --output json wrote; a file has one run, or one a line.");
  app.require_subcommand(1);
  CLI::App* diff = app.add_subcommand("diff", "B by A, figure by figure, and settings that differ");
  diff->add_option("A", files.a, "before")->required();
  diff->add_option("B", files.b, "after")->required();
  diff->add_option("--output", files.output, "table or json")
      ->capture_default_str()
      ->check(CLI::IsMember({"table", "json"}));
  CLI::App* picture = app.add_subcommand("plot", "writes an SVG that needs no other file");
  picture->add_option("RESULT", files.results, "up to six files")
      ->required()
      ->expected(1, static_cast<int>(kMostSeries));
  picture->add_option("--baseline", files.baseline, "a file; bars show how the others compare");
  picture->add_option("--out", files.out, "the SVG; otherwise standard output");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : kBadUsage;
  }
  return diff->parsed() ? run_diff(files) : run_plot(files);
}

}  // namespace leat::bench
