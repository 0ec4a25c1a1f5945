#include "common/protocol/api_keys.h"

#include <array>

#include "common/protocol/all_messages.h"

namespace leat {
namespace {

struct Api {
  std::string_view name;
  const wire::MessageSpec* request = nullptr;
  const wire::MessageSpec* response = nullptr;
};

constexpr std::size_t kKafkas = kMaxApiKey + 1;
constexpr std::size_t kAll = kKafkas + (kMaxOwnApiKey + 1 - kFirstOwnApiKey);

// Ours lie behind Kafka's; kAll and more for what is neither.
constexpr std::size_t slot(std::int16_t key) {
  if (key >= kFirstOwnApiKey) return kKafkas + static_cast<std::size_t>(key - kFirstOwnApiKey);
  return 0 <= key && key <= kMaxApiKey ? static_cast<std::size_t>(key) : kAll;
}

const Api* find(ApiKey key) {
  static const std::array<Api, kAll> kApis = [] {
    std::array<Api, kAll> apis{};
#define LEAT_API(key, api_name)                                                                  \
  apis.at(slot(key)) = {#api_name, &api_name##Request::schema(), &api_name##Response::schema()}; \
  static_assert(api_name##Request::kKey == key && api_name##Response::kKey == key);
#define LEAT_API_UNKNOWN(key, api_name) apis.at(slot(key)) = {#api_name};
#include "common/protocol/api_keys.inc"
#undef LEAT_API
#undef LEAT_API_UNKNOWN
    return apis;
  }();
  const std::size_t index = slot(static_cast<std::int16_t>(key));
  return index < kApis.size() ? &kApis[index] : nullptr;
}

}  // namespace

std::string_view name(ApiKey key) {
  const Api* api = find(key);
  return api != nullptr ? api->name : "Unknown";
}

namespace wire {

const MessageSpec* find_request_spec(ApiKey key) {
  const Api* api = find(key);
  return api != nullptr ? api->request : nullptr;
}

const MessageSpec* find_response_spec(ApiKey key) {
  const Api* api = find(key);
  return api != nullptr ? api->response : nullptr;
}

}  // namespace wire
}  // namespace leat
