// Compares ways to make appends to many files durable. Usage:
//   mechanisms --dir DIR [--reps N] [--workload W] [--condition C] [--mechanism M]
//   mechanisms --dir DIR --crossover
// W, C and M are lists, parted by commas, of names in the tables (or of their beginnings). DIR is
// created and removed; it must be on the file system to be measured. Prints one tab-separated line
// per run to stderr, then tables in Markdown to stdout: p50 / p99 in milliseconds, medians over the
// repetitions.

#include <filesystem>
#include <map>

#include "bench/mechanisms/background.h"
#include "bench/mechanisms/mechanism.h"
#include "bench/mechanisms/workloads.h"

namespace leat::bench {
namespace {

struct Options {
  std::string dir, workload, condition, mechanism;
  int reps = 3;
  bool crossover = false;
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--crossover") {
      options.crossover = true;
      continue;
    }
    const std::string value = i + 1 < argc ? argv[++i] : "";
    if (name == "--dir") options.dir = value;
    if (name == "--reps") options.reps = std::atoi(value.c_str());
    if (name == "--workload") options.workload = value;
    if (name == "--condition") options.condition = value;
    if (name == "--mechanism") options.mechanism = value;
  }
  if (options.dir.empty()) {
    std::fprintf(stderr, "usage: mechanisms --dir DIR (see the head of mechanisms.cc)\n");
    std::exit(2);
  }
  return options;
}

bool starts_with_one_of(const std::string& name, const std::string& prefixes) {
  for (size_t from = 0; from <= prefixes.size();) {
    const size_t to = std::min(prefixes.find(',', from), prefixes.size());
    if (name.starts_with(prefixes.substr(from, to - from))) return true;
    from = to + 1;
  }
  return false;
}

// Keeps those whose name begins with one of `prefixes`.
template <typename T>
std::vector<T> select(std::vector<T> all, const std::string& prefixes) {
  std::erase_if(all, [&](const T& one) { return !starts_with_one_of(one.name, prefixes); });
  return all;
}

struct Cell {
  std::vector<double> p50, p99;  // milliseconds, one per repetition
  std::vector<double> per_second, background;
  size_t samples = 0;

  void add(Result result, double background_rate) {
    samples += result.micros.size();
    p50.push_back(percentile(result.micros, 0.50) / 1000);
    p99.push_back(percentile(result.micros, 0.99) / 1000);
    per_second.push_back(result.per_second);
    background.push_back(background_rate);
  }
  // A p99 with fewer than ten samples above it is marked.
  std::string text() const {
    if (p50.empty()) return "";
    char buffer[64];
    std::snprintf(buffer, sizeof(buffer), "%.3g / %.3g%s", median(p50), median(p99),
                  samples < 1000 ? "*" : "");
    return buffer;
  }
};

using Key = std::pair<std::string, std::string>;  // mechanism, condition
using Table = std::map<Key, Cell>;

void print_line(const std::string& workload, const Key& key, const Cell& cell) {
  std::fprintf(stderr, "%s\t%s\t%s\tp50 %.3f ms\tp99 %.3f ms\t%.0f/s\tbackground %.0f MB/s\n",
               workload.c_str(), key.first.c_str(), key.second.c_str(), cell.p50.back(),
               cell.p99.back(), cell.per_second.back(), cell.background.back());
}

void print_table(const Workload& workload, const std::vector<NamedMechanism>& mechanisms,
                 const std::vector<Condition>& conditions, Table& table) {
  std::printf("\n### %s\n\n| mechanism |", workload.name.c_str());
  for (const Condition& condition : conditions) std::printf(" %s |", condition.name.c_str());
  std::printf("\n|---|");
  for (size_t i = 0; i < conditions.size(); ++i) std::printf("---|");
  std::printf("\n");
  for (const NamedMechanism& mechanism : mechanisms) {
    if (workload.files == 1 && !mechanism.for_single_file) continue;
    std::printf("| %s |", mechanism.name.c_str());
    for (const Condition& condition : conditions) {
      std::printf(" %s |", table[{mechanism.name, condition.name}].text().c_str());
    }
    std::printf("\n");
  }
  std::fflush(stdout);
}

// Repetitions are outermost, so that a drift of the machine meets every mechanism alike.
void compare(const Options& options) {
  const auto workloads = select(all_workloads(), options.workload);
  const auto conditions = select(all_conditions(), options.condition);
  const auto mechanisms = select(all_mechanisms(options.dir), options.mechanism);
  std::vector<std::unique_ptr<Mechanism>> instances;
  for (const NamedMechanism& mechanism : mechanisms) instances.push_back(mechanism.create());
  std::map<std::string, Table> tables;
  for (int rep = 0; rep < options.reps; ++rep) {
    for (const Workload& workload : workloads) {
      for (const Condition& condition : conditions) {
        for (size_t m = 0; m < mechanisms.size(); ++m) {
          if (workload.files == 1 && !mechanisms[m].for_single_file) continue;
          const Background background(condition, options.dir);
          Result result = run_workload(workload, *instances[m], options.dir);
          const Key key{mechanisms[m].name, condition.name};
          Cell& cell = tables[workload.name][key];
          cell.add(std::move(result), background.megabytes_per_second());
          print_line(workload.name, key, cell);
        }
      }
    }
  }
  for (const Workload& workload : workloads) {
    print_table(workload, mechanisms, conditions, tables[workload.name]);
  }
}

// From how many files on is one syncfs faster than an fdatasync for each?
void find_crossover(const Options& options) {
  const std::vector<NamedMechanism> mechanisms = {
      {"fdatasync", true, [] { return make_sequential(false); }},
      {"fdatasync + pre-flush", true, [] { return make_sequential(true); }},
      {"4 threads + pre-flush", true, [] { return make_parallel(4, true); }},
      {"syncfs", true, [] { return make_syncfs(); }},
  };
  const auto all = all_conditions();
  const std::vector<Condition> conditions = {all[0], all[3], all[6]};
  for (const Condition& condition : conditions) {
    std::printf("\n### %s\n\n| files |", condition.name.c_str());
    for (const auto& mechanism : mechanisms) std::printf(" %s |", mechanism.name.c_str());
    std::printf("\n|---|---|---|---|---|\n");
    for (const size_t files : std::vector<size_t>{1, 2, 3, 4, 6, 8, 16, 64}) {
      std::printf("| %zu |", files);
      for (const auto& mechanism : mechanisms) {
        Cell cell;
        const auto instance = mechanism.create();
        for (int rep = 0; rep < options.reps; ++rep) {
          const Background background(condition, options.dir);
          cell.add(run_workload({"", files, 0, 4096, 0, 0.4}, *instance, options.dir), 0);
        }
        std::printf(" %s |", cell.text().c_str());
      }
      std::printf("\n");
      std::fflush(stdout);
    }
  }
}

}  // namespace
}  // namespace leat::bench

int main(int argc, char** argv) {
  const auto options = leat::bench::parse(argc, argv);
  std::filesystem::create_directories(options.dir);
  if (options.crossover) {
    leat::bench::find_crossover(options);
  } else {
    leat::bench::compare(options);
  }
  std::filesystem::remove_all(options.dir);
}
