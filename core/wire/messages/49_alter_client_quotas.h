// AlterClientQuotas (key 49): sets and removes quotas of entities, each of which succeeds or fails for itself.
//
// Entities and keys are those of DescribeClientQuotas.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct AlterClientQuotasRequest {
  static constexpr Api kApi{49, between(0, 1), since(1)};

  struct EntityPart {
    String entity_type;                 // "user", "client-id", "ip"
    Nullable<String> entity_name = "";  // null: the default

    static constexpr auto fields() {
      using M = EntityPart;
      return wire::fields(field<&M::entity_type>(), field<&M::entity_name>().nullable());
    }
  };

  struct Op {
    String key;
    double value = 0;
    bool remove = false;  // the value is ignored

    static constexpr auto fields() {
      using M = Op;
      return wire::fields(field<&M::key>(), field<&M::value>(), field<&M::remove>());
    }
  };

  struct Entry {
    Array<EntityPart> entity;
    Array<Op> ops;

    static constexpr auto fields() {
      using M = Entry;
      return wire::fields(field<&M::entity>(), field<&M::ops>());
    }
  };

  Array<Entry> entries;
  bool validate_only = false;

  static constexpr auto fields() {
    using M = AlterClientQuotasRequest;
    return wire::fields(field<&M::entries>(), field<&M::validate_only>());
  }
};

struct AlterClientQuotasResponse {
  static constexpr Api kApi{49, between(0, 1), since(1)};

  struct EntityPart {
    String entity_type;
    Nullable<String> entity_name = "";  // null: the default

    static constexpr auto fields() {
      using M = EntityPart;
      return wire::fields(field<&M::entity_type>(), field<&M::entity_name>().nullable());
    }
  };

  struct Entry {
    int16_t error_code = 0;
    Nullable<String> error_message = "";
    Array<EntityPart> entity;

    static constexpr auto fields() {
      using M = Entry;
      return wire::fields(field<&M::error_code>(), field<&M::error_message>().nullable(), field<&M::entity>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Entry> entries;

  static constexpr auto fields() {
    using M = AlterClientQuotasResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::entries>());
  }
};

}  // namespace ottla::wire
