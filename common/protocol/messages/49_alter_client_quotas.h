#pragma once

#include "common/protocol/types.h"

// AlterClientQuotas (key 49): versions 0-1, flexible since 1.
namespace leat {

struct AlterClientQuotasResponse;

struct AlterClientQuotasRequest {
  struct Entity {
    std::string entity_type;
    std::optional<std::string> entity_name = std::string{};
  };
  struct Op {
    std::string key;
    double value = 0;
    bool remove = false;
  };
  struct Entry {
    std::vector<Entity> entity;
    std::vector<Op> ops;
  };
  std::vector<Entry> entries;
  bool validate_only = false;

  static constexpr std::int16_t kKey = 49;
  using Response = AlterClientQuotasResponse;
  static const wire::MessageSpec& schema();
};

struct AlterClientQuotasResponse {
  struct Entity {
    std::string entity_type;
    std::optional<std::string> entity_name = std::string{};
  };
  struct Entry {
    std::int16_t error_code = 0;
    std::optional<std::string> error_message = std::string{};
    std::vector<Entity> entity;
  };
  std::int32_t throttle_time_ms = 0;
  std::vector<Entry> entries;

  static constexpr std::int16_t kKey = 49;
  static const wire::MessageSpec& schema();
};

}  // namespace leat
