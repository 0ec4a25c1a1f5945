#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker/options/broker_options.h"

// The broker's settings with where each came from.
namespace leat {

// A text and who gave it: "--log.dirs", "LEAT_LOG_DIRS", "leatd.conf:3".
struct Setting {
  std::string value;
  std::string origin;
};
using Settings = std::map<std::string, Setting, std::less<>>;

// Alterations while running apply to this broker or to every broker (resource name "").
enum class BrokerScope : std::uint8_t { kThisBroker, kAllBrokers };

// A value: copy it, change the copy, swap. Any thread may read one that nobody changes.
class BrokerConfig {
 public:
  BrokerConfig();  // defaults
  // From what was given at start (canonical or not); the first error names key and origin.
  static StatusOr<BrokerConfig> make(const Settings& given);

  // What all layers say together: this broker's alterations, those for all brokers, start, default.
  const BrokerOptions& options() const { return options_; }
  const Settings& given() const { return given_; }
  const config::Texts& altered(BrokerScope scope) const;

  // Replaces one layer of alterations, from the metadata log or from alter_broker(). Keys that this
  // version does not know or refuses are left out and returned, so that an older broker starts.
  std::vector<std::string> set_altered(BrokerScope scope, const config::Texts& texts);

  // DescribeConfigs of this broker; sorted by name.
  std::vector<config::Description> describe() const;
  // DescribeConfigs of resource "": only what was altered for all brokers.
  std::vector<config::Description> describe_all_brokers() const;

  // Every layer in which one of `keys` is set, winner first, then the defaults: what
  // DescribeConfigs shows as synonyms.
  std::vector<config::Synonym> synonyms(std::span<const std::string_view> keys) const;

 private:
  void resolve();

  Settings given_;
  config::Texts this_broker_;
  config::Texts all_brokers_;
  BrokerOptions options_;
};

// "key = value   # origin" for every key, sorted; secrets masked. With `only_given` no defaults.
std::string print_config(const BrokerConfig& config, bool only_given);

}  // namespace leat
