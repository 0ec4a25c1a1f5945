#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tools/leat/app.h"
#include "tools/leat/json_output.h"

// The parts of `leat group`, one file each.
namespace leat::cli {

struct GroupOptions {
  std::string name;
  std::vector<std::string> names;
  std::string pattern;
  std::string state;
  bool yes = false;
};

struct ResetOptions {
  std::string group;
  std::string to;
  std::string file;
  std::vector<std::string> topics;
  bool execute = false;
};

asio::awaitable<int> describe_group(Context& context, std::shared_ptr<GroupOptions> options);
asio::awaitable<int> show_lag(Context& context, std::shared_ptr<GroupOptions> options);
asio::awaitable<int> show_members(Context& context, std::shared_ptr<GroupOptions> options);
asio::awaitable<int> reset_group(Context& context, std::shared_ptr<ResetOptions> options);

// "850 ms", "4.1 s", "3m12s", "2h05m", "4d03h"; "-" for -1.
std::string human_age(std::int64_t ms);
// "-" for -1.
std::string number_or_dash(std::int64_t n);
// null for -1.
Json number_or_null(std::int64_t n);

}  // namespace leat::cli
