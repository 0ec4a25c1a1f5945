#include "broker/options/broker_config.h"

#include <algorithm>

#include "broker/options/topic_options.h"
#include "common/base/check.h"

namespace leat {
namespace {

using config::Option;
using config::Source;
using config::Synonym;

Status unknown_key(std::string_view key) {
  const std::string_view reason = config::unsupported_reason(key);
  if (!reason.empty()) return invalid_argument("{} is not supported: {}", key, reason);
  const std::string_view near = broker_option_set().nearest(key);
  if (near.empty()) return invalid_argument("unknown configuration key {}", key);
  return invalid_argument("unknown configuration key {}; did you mean {}?", key, near);
}

// broker.id and node.id are one setting with two names.
Status unite_names(Settings& given) {
  const auto node = given.find("node.id");
  const auto broker = given.find("broker.id");
  if (node != given.end() && broker != given.end()) {
    if (node->second.value == broker->second.value) return Status();
    return invalid_argument("node.id ({}, {}) and broker.id ({}, {}) must be the same",
                            node->second.value, node->second.origin, broker->second.value,
                            broker->second.origin);
  }
  if (node != given.end()) given.emplace("broker.id", node->second);
  if (broker != given.end()) given.emplace("node.id", broker->second);
  return Status();
}

// Layers in which `key` may be set, winner first.
template <class Given>
void add_synonyms(const Given& layer, Source source, std::span<const std::string_view> keys,
                  std::vector<Synonym>& out) {
  for (const std::string_view key : keys) {
    const auto it = layer.find(key);
    if (it == layer.end()) continue;
    const Option* row = broker_option_set().find(key);
    std::optional<std::string> value;
    if constexpr (std::is_same_v<Given, Settings>) {
      value = it->second.value;
    } else {
      value = it->second;
    }
    if (row != nullptr && row->sensitive) value = std::nullopt;
    out.push_back({std::string(key), std::move(value), source});
  }
}

std::span<const std::string_view> names_of(const Option& row) {
  if (row.synonyms[0].empty()) return {&row.key, 1};
  const auto end = std::find(row.synonyms.begin(), row.synonyms.end(), std::string_view{});
  return {row.synonyms.begin(), static_cast<std::size_t>(end - row.synonyms.begin())};
}

}  // namespace

BrokerConfig::BrokerConfig() = default;

StatusOr<BrokerConfig> BrokerConfig::make(const Settings& given) {
  const auto& set = broker_option_set();
  BrokerConfig made;
  for (const auto& [key, setting] : given) {
    const Option* row = set.find(key);
    if (row == nullptr) return with_context(unknown_key(key), setting.origin);
    auto canonical = set.canonical(*row, setting.value);
    if (!canonical.ok()) return with_context(canonical.status(), setting.origin);
    made.given_[key] = {*std::move(canonical), setting.origin};
  }
  RETURN_IF_ERROR(unite_names(made.given_));
  made.resolve();
  RETURN_IF_ERROR(check_together(made.options_));
  RETURN_IF_ERROR(with_context(check_topic(leat::resolve({}, made.options_), TopicKind::kUser),
                               "defaults of topics"));
  return made;
}

const config::Texts& BrokerConfig::altered(BrokerScope scope) const {
  return scope == BrokerScope::kThisBroker ? this_broker_ : all_brokers_;
}

std::vector<std::string> BrokerConfig::set_altered(BrokerScope scope, const config::Texts& texts) {
  const auto& set = broker_option_set();
  std::vector<std::string> left_out;
  config::Texts kept;
  for (const auto& [key, value] : texts) {
    const Option* row = set.find(key);
    auto canonical = row == nullptr || row->read_only()
                         ? StatusOr<std::string>(invalid_argument("not alterable"))
                         : set.canonical(*row, value);
    if (canonical.ok()) {
      kept.emplace(key, *std::move(canonical));
    } else {
      left_out.push_back(key);
    }
  }
  (scope == BrokerScope::kThisBroker ? this_broker_ : all_brokers_) = std::move(kept);
  resolve();
  return left_out;
}

void BrokerConfig::resolve() {
  const auto& set = broker_option_set();
  options_ = BrokerOptions{};
  for (const auto& [key, setting] : given_) set.store(*set.find(key), setting.value, &options_);
  for (const auto* layer : {&all_brokers_, &this_broker_}) {
    for (const auto& [key, value] : *layer) set.store(*set.find(key), value, &options_);
  }
}

std::vector<Synonym> BrokerConfig::synonyms(std::span<const std::string_view> keys) const {
  std::vector<Synonym> all;
  add_synonyms(this_broker_, Source::kDynamicBroker, keys, all);
  add_synonyms(all_brokers_, Source::kDynamicDefault, keys, all);
  add_synonyms(given_, Source::kStatic, keys, all);
  for (const std::string_view key : keys) {
    const Option* row = broker_option_set().find(key);
    LEAT_CHECK(row != nullptr, "no broker key {}", key);
    auto value = broker_option_set().default_text(*row);
    if (value) all.push_back({std::string(key), std::move(value), Source::kDefault});
  }
  return all;
}

std::vector<config::Description> BrokerConfig::describe() const {
  const auto& set = broker_option_set();
  std::vector<config::Description> rows;
  for (const Option* row : set.rows_by_name()) {
    auto names = synonyms(names_of(*row));
    // As Kafka: of the names of one setting, a row shows its own and what that wins over.
    const auto own = [&](const Synonym& s) { return s.name == row->key; };
    names.erase(names.begin(), std::find_if(names.begin(), names.end(), own));
    const Source source = names.empty() ? Source::kDefault : names.front().source;
    // A row without a member keeps what was set in its layer only.
    auto value = row->has_member() || names.empty() ? set.text(*row, &options_) : names[0].value;
    if (row->sensitive) value = std::nullopt;
    rows.push_back({row->key, std::move(value), source, row->ops->type, row->read_only(),
                    row->sensitive, row->doc, std::move(names)});
  }
  return rows;
}

std::vector<config::Description> BrokerConfig::describe_all_brokers() const {
  std::vector<config::Description> rows;
  for (const auto& [key, value] : all_brokers_) {
    const Option* row = broker_option_set().find(key);
    std::optional<std::string> shown;
    if (!row->sensitive) shown = value;
    rows.push_back({row->key,
                    shown,
                    Source::kDynamicDefault,
                    row->ops->type,
                    row->read_only(),
                    row->sensitive,
                    row->doc,
                    {{key, shown, Source::kDynamicDefault}}});
  }
  return rows;
}

std::string print_config(const BrokerConfig& config, bool only_given) {
  const auto& set = broker_option_set();
  std::string text;
  for (const Option* row : set.rows_by_name()) {
    const auto given = config.given().find(row->key);
    if (only_given && given == config.given().end()) continue;
    const bool is_given = given != config.given().end();
    const auto value = is_given ? given->second.value : set.default_text(*row);
    text +=
        fmt::format("{} = {}  # {}\n", row->key, row->sensitive ? "[hidden]" : value.value_or(""),
                    is_given ? given->second.origin
                    : value  ? "default"
                             : "default: unset");
  }
  return text;
}

}  // namespace leat
