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

const Api* find(ApiKey key) {
  static const std::array<Api, kMaxApiKey + 1> kApis = [] {
    std::array<Api, kMaxApiKey + 1> apis{};
#define LEAT_API(key, api_name)                                                            \
  apis.at(key) = {#api_name, &api_name##Request::schema(), &api_name##Response::schema()}; \
  static_assert(api_name##Request::kKey == key && api_name##Response::kKey == key);
#define LEAT_API_UNKNOWN(key, api_name) apis.at(key) = {#api_name};
#include "common/protocol/api_keys.inc"
#undef LEAT_API
#undef LEAT_API_UNKNOWN
    return apis;
  }();
  const auto index = static_cast<std::size_t>(key);
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
