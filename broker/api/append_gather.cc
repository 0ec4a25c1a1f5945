#include "broker/api/append_gather.h"

#include <algorithm>
#include <tuple>

#include "common/base/check.h"

namespace leat::api {

bool AppendGather::wants(bool another) {
  return another || !empty() || patience_ > 0 || ++asked_ % kLookEvery == 0;
}

void AppendGather::add(ProduceJob job) {
  jobs_.push_back(std::move(job));
  if (jobs_.size() == 1) executor_.post([this] { run(); });
}

void AppendGather::run() {
  if (jobs_.empty()) return;
  LEAT_CHECK(running_.empty(), "gathered requests are run within each other");
  ++round_;
  patience_ = jobs_.size() > 1 ? kPatience : std::max(0, patience_ - 1);
  running_.swap(jobs_);
  place_all();
  append_all();
  std::shared_ptr<PendingProduces> pending;
  for (ProduceJob& job : running_) job.answer(pending);
  if (pending) pending->start();
  running_.clear();
}

// What is sound, by partition, each in the order of arrival.
void AppendGather::place_all() {
  places_.clear();
  for (std::uint32_t job = 0; job < running_.size(); ++job) {
    auto& items = running_[job].items;
    for (std::uint32_t item = 0; item < items.size(); ++item) {
      if (running_[job].prepare(items[item]))
        places_.push_back({items[item].partition.get(), job, item});
    }
  }
  std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
    return std::tie(a.partition, a.job, a.item) < std::tie(b.partition, b.job, b.item);
  });
}

void AppendGather::append_all() {
  appends_.clear();
  for (const Place& p : places_) appends_.push_back({running_[p.job].items[p.item].batch(), {}});
  for (std::size_t at = 0; at < places_.size();) {
    std::size_t end = at + 1;
    while (end < places_.size() && places_[end].partition == places_[at].partition) ++end;
    places_[at].partition->append(std::span(appends_).subspan(at, end - at));
    at = end;
  }
  for (std::size_t i = 0; i < places_.size(); ++i) {
    ProduceJob& job = running_[places_[i].job];
    job.appended(job.items[places_[i].item], std::move(appends_[i].outcome));
  }
}

}  // namespace leat::api
