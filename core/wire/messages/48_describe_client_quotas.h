// DescribeClientQuotas (key 48): quotas of users, client ids and addresses. An entity is named by one or more parts,
// a user with a client id for instance; the components of the request are a filter on the parts.
//
//   v1  flexible
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeClientQuotasRequest {
  static constexpr Api kApi{48, between(0, 1), since(1)};

  struct Component {
    String entity_type;           // "user", "client-id", "ip"
    int8_t match_type = 0;        // 0 the name, 1 the default, 2 any name
    Nullable<String> match = "";  // null unless a name

    static constexpr auto fields() {
      using M = Component;
      return wire::fields(field<&M::entity_type>(), field<&M::match_type>(), field<&M::match>().nullable());
    }
  };

  Array<Component> components;
  bool strict = false;  // entities with further parts do not match

  static constexpr auto fields() {
    using M = DescribeClientQuotasRequest;
    return wire::fields(field<&M::components>(), field<&M::strict>());
  }
};

struct DescribeClientQuotasResponse {
  static constexpr Api kApi{48, between(0, 1), since(1)};

  struct EntityPart {
    String entity_type;
    Nullable<String> entity_name = "";  // null: the default

    static constexpr auto fields() {
      using M = EntityPart;
      return wire::fields(field<&M::entity_type>(), field<&M::entity_name>().nullable());
    }
  };

  struct Value {
    String key;
    double value = 0;

    static constexpr auto fields() {
      using M = Value;
      return wire::fields(field<&M::key>(), field<&M::value>());
    }
  };

  struct Entry {
    Array<EntityPart> entity;
    Array<Value> values;

    static constexpr auto fields() {
      using M = Entry;
      return wire::fields(field<&M::entity>(), field<&M::values>());
    }
  };

  int32_t throttle_time_ms = 0;
  int16_t error_code = 0;
  Nullable<String> error_message = "";
  Nullable<Array<Entry>> entries = empty;  // null: an error

  static constexpr auto fields() {
    using M = DescribeClientQuotasResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::entries>().nullable());
  }
};

}  // namespace ottla::wire
