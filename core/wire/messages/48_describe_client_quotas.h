// DescribeClientQuotas (key 48): quotas of the entities that match a filter.
//
// An entity is a user, a client id, both, or an address: entity types "user", "client-id" and "ip", the last always
// alone. A null name stands for those without a quota of their own. Keys:
//
//   producer_byte_rate        bytes a second, a broker
//   consumer_byte_rate        bytes a second, a broker
//   request_percentage        time of request and network threads, 100 being one thread
//   controller_mutation_rate  partitions created and deleted a second
//   connection_creation_rate  connections a second, a broker; of addresses only
//
// Every component must match; a type may be named once.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeClientQuotasRequest {
  static constexpr Api kApi{48, between(0, 1), since(1)};

  struct Component {
    String entity_type;           // "user", "client-id", "ip"
    int8_t match_type = 0;        // 0 the name, 1 the default, 2 any name but the default
    Nullable<String> match = "";  // null unless match_type is 0

    static constexpr auto fields() {
      using M = Component;
      return wire::fields(field<&M::entity_type>(), field<&M::match_type>(), field<&M::match>().nullable());
    }
  };

  Array<Component> components;
  bool strict = false;  // entities with further types do not match

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
  Nullable<Array<Entry>> entries = empty;  // null with an error

  static constexpr auto fields() {
    using M = DescribeClientQuotasResponse;
    return wire::fields(field<&M::throttle_time_ms>(),
                        field<&M::error_code>(),
                        field<&M::error_message>().nullable(),
                        field<&M::entries>().nullable());
  }
};

}  // namespace ottla::wire
