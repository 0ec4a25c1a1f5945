#pragma once

#include <string>

#include "bench/load/broker_link.h"

namespace leat::bench {

// Makes the topic unless it exists, and returns when all partitions in use have a leader.
void prepare_topic(BrokerLink& link, const Settings& settings);
void delete_topic(BrokerLink& link, const Settings& settings);

inline constexpr std::int64_t kEarliest = -2, kLatest = -1;
// First offset, or the one after the last.
std::int64_t list_offset(BrokerLink& link, const Settings& settings, int partition,
                         std::int64_t which);

// Of the topic, for the report: "commit" or "relaxed" where the broker knows leat.durability, else
// "kafka defaults" or "flush.messages=N"; "unknown" where it does not say.
std::string durability(const Settings& settings);

// Milliseconds until the broker answered a metadata request and, with settings.fetch_when_ready,
// gave the first batch of each of the topic's settings.partitions; tries again until then.
double wait_until_ready(const Settings& settings);

}  // namespace leat::bench
