#pragma once

#include "common/protocol/types.h"

// DescribeClientQuotas (key 48): versions 0-1, flexible since 1.
namespace leat {

struct DescribeClientQuotasResponse;

struct DescribeClientQuotasRequest {
  struct Component {
    std::string entity_type;
    std::int8_t match_type = 0;
    std::optional<std::string> match = std::string{};
  };
  std::vector<Component> components;
  bool strict = false;

  static constexpr std::int16_t kKey = 48;
  using Response = DescribeClientQuotasResponse;
  static const wire::MessageSpec& schema();
};

struct DescribeClientQuotasResponse {
  struct Entity {
    std::string entity_type;
    std::optional<std::string> entity_name = std::string{};
  };
  struct Value {
    std::string key;
    double value = 0;
  };
  struct Entry {
    std::vector<Entity> entity;
    std::vector<Value> values;
  };
  std::int32_t throttle_time_ms = 0;
  std::int16_t error_code = 0;
  std::optional<std::string> error_message = std::string{};
  std::optional<std::vector<Entry>> entries = std::vector<Entry>{};

  static constexpr std::int16_t kKey = 48;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
