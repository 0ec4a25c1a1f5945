#include "bench/load/group_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <asio/io_context.hpp>
#include <functional>
#include <map>
#include <set>

#include "bench/load/broker_link.h"
#include "bench/support.h"
#include "client/group/group_member.h"
#include "client/spawn.h"
#include "common/base/random.h"

namespace leat::bench {
namespace {

constexpr Duration kGiveUp = std::chrono::minutes(2);

MonotonicTime now() { return system_clock().monotonic(); }
double ms_since(MonotonicTime start) {
  return std::chrono::duration<double, std::milli>(now() - start).count();
}

// The members, and which partition has been without an owner since when.
class GroupOfMembers {
 public:
  GroupOfMembers(asio::io_context& io, const Settings& settings)
      : io_(io),
        settings_(settings),
        name_(fmt::format("{}-{:x}", settings.topic, entropy())),
        changed_(io.get_executor()) {}

  void start_one() {
    ClientOptions options;
    options.bootstrap = {Endpoint(settings_.host, static_cast<std::uint16_t>(settings_.port))};
    options.client_id = "leat-bench";
    clients_.push_back(Client::make(io_.get_executor(), std::move(options)));
    members_.push_back(GroupMember::make(clients_.back(), member_options(), handlers()));
    members_.back()->start();
  }
  asio::awaitable<void> leave_one() {
    const std::shared_ptr<GroupMember> member = std::move(members_.back());
    members_.pop_back();
    co_await member->leave();
    clients_.back()->close();
    clients_.pop_back();
  }
  asio::awaitable<void> settle() {
    const MonotonicTime deadline = now() + kGiveUp;
    while (!settled()) {
      if (now() >= deadline) BrokerLink::fail(absl::DeadlineExceededError("the group did not settle"));
      for (const auto& member : members_)
        if (!member->failure().ok())
          BrokerLink::fail(absl::InternalError(member->failure().describe()));
      co_await changed_.wait_until(deadline);
    }
  }
  // The longest wait for an owner since the last call.
  double take_pause() { return std::exchange(pause_ms_, 0); }
  void close() {
    for (const auto& member : members_) member->close();
    for (const auto& client : clients_) client->close();
  }

 private:
  GroupMemberOptions member_options() const {
    GroupMemberOptions options(name_, {settings_.topic});
    options.assignors = {*parse_assignor(settings_.assignor)};
    options.heartbeat_interval = std::chrono::milliseconds(settings_.heartbeat_ms);
    return options;
  }
  RebalanceHandlers handlers() {
    RebalanceHandlers handlers;
    handlers.assigned = [this](TopicPartitions partitions) -> asio::awaitable<void> {
      for (const TopicPartition& p : partitions) {
        if (const auto waiting = ownerless_.find(p); waiting != ownerless_.end()) {
          pause_ms_ = std::max(pause_ms_, ms_since(waiting->second));
          ownerless_.erase(waiting);
        }
      }
      changed_.notify_all();
      co_return;
    };
    handlers.revoked = [this](TopicPartitions partitions) -> asio::awaitable<void> {
      for (const TopicPartition& p : partitions) ownerless_[p] = now();
      co_return;
    };
    handlers.lost = handlers.revoked;
    return handlers;
  }
  // One generation, every partition owned, shares that differ by one at most.
  bool settled() const {
    std::size_t owned = 0, least = ~std::size_t{0}, most = 0;
    for (const auto& member : members_) {
      const Membership& state = member->state();
      if (!state.is_stable() || state.generation() != members_.front()->state().generation())
        return false;
      owned += state.owned().size();
      least = std::min(least, state.owned().size());
      most = std::max(most, state.owned().size());
    }
    return owned == static_cast<std::size_t>(settings_.partitions) && most <= least + 1;
  }

  asio::io_context& io_;
  const Settings& settings_;
  std::string name_;
  Signal changed_;
  std::vector<std::shared_ptr<Client>> clients_;
  std::vector<std::shared_ptr<GroupMember>> members_;
  std::map<TopicPartition, MonotonicTime> ownerless_;
  double pause_ms_ = 0;
};

asio::awaitable<void> measure(GroupOfMembers& group, const Settings& settings, GroupRun& run) {
  MonotonicTime start = now();
  for (std::size_t i = 1; i < settings.members; ++i) group.start_one();
  co_await group.settle();
  run.form = ms_since(start);
  (void)group.take_pause();

  start = now();
  group.start_one();
  co_await group.settle();
  run.join = ms_since(start);
  run.join_pause = group.take_pause();

  start = now();
  co_await group.leave_one();
  co_await group.settle();
  run.leave = ms_since(start);
  run.leave_pause = group.take_pause();
  group.close();
}

struct Figure {
  const char* name;
  double GroupRun::* value;
};
constexpr std::array<Figure, 5> kFigures = {{{"form_ms", &GroupRun::form},
                                             {"join_ms", &GroupRun::join},
                                             {"join_pause_ms", &GroupRun::join_pause},
                                             {"leave_ms", &GroupRun::leave},
                                             {"leave_pause_ms", &GroupRun::leave_pause}}};

std::vector<double> values(const std::vector<GroupRun>& runs, const Figure& figure) {
  std::vector<double> out;
  for (const GroupRun& run : runs) out.push_back(run.*figure.value);
  return out;
}

}  // namespace

std::vector<GroupRun> run_group(const Settings& settings) {
  std::vector<GroupRun> runs;
  for (int i = 0; i < settings.runs; ++i) {
    asio::io_context io(1);
    GroupOfMembers group(io, settings);
    spawn(io.get_executor(), measure(group, settings, runs.emplace_back()));
    io.run();
  }
  return runs;
}

std::string to_json(const Settings& s, const std::vector<GroupRun>& runs) {
  std::string out = "{\"workload\":\"group\"";
  for (const Figure& figure : kFigures) {
    const std::vector<double> all = values(runs, figure);
    out += fmt::format(",\"{}\":{:.6g},\"{}_of_each_run\":[{:.6g}]", figure.name, median(all),
                       figure.name, fmt::join(all, ","));
  }
  out += fmt::format(
      ",\"settings\":{{\"topic\":\"{}\",\"partitions\":{},\"members\":{},\"assignor\":\"{}\","
      "\"heartbeat_ms\":{},\"runs\":{}}}}}",
      s.topic, s.partitions, s.members, s.assignor, s.heartbeat_ms, s.runs);
  return out;
}

std::string to_table(const Settings& s, const std::vector<GroupRun>& runs) {
  std::string out = fmt::format("{:<20} group, {} members, {} partitions, {}\n", "workload",
                                s.members, s.partitions, s.assignor);
  for (const Figure& figure : kFigures) {
    const std::vector<double> all = values(runs, figure);
    out += fmt::format("{:<20} {:.1f} ({:.1f} to {:.1f})\n", figure.name, median(all),
                       *std::min_element(all.begin(), all.end()),
                       *std::max_element(all.begin(), all.end()));
  }
  return out;
}

}  // namespace leat::bench
