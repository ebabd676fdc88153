// CreatePartitions (key 37): more partitions for topics, each of which succeeds or fails for itself. There is no way
// back. Records stay where they are, but keys move: a key's partition depends on how many there are.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  a topic over controller_mutation_rate is refused, THROTTLING_QUOTA_EXCEEDED; before, the client was slowed down
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct CreatePartitionsRequest {
  static constexpr Api kApi{37, between(0, 3), since(2)};

  struct Assignment {
    Array<int32_t> broker_ids;  // the first is the preferred leader

    static constexpr auto fields() {
      using M = Assignment;
      return wire::fields(field<&M::broker_ids>());
    }
  };

  struct Topic {
    String name;
    int32_t count = 0;                                // old ones included
    Nullable<Array<Assignment>> assignments = empty;  // of the new ones only, in order; null: the cluster places them

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::count>(), field<&M::assignments>().nullable());
    }
  };

  Array<Topic> topics;
  int32_t timeout_ms = 0;
  bool validate_only = false;

  static constexpr auto fields() {
    using M = CreatePartitionsRequest;
    return wire::fields(field<&M::topics>(), field<&M::timeout_ms>(), field<&M::validate_only>());
  }
};

struct CreatePartitionsResponse {
  static constexpr Api kApi{37, between(0, 3), since(2)};

  struct Topic {
    String name;
    int16_t error_code = 0;
    Nullable<String> error_message;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(), field<&M::error_code>(), field<&M::error_message>().nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> results;

  static constexpr auto fields() {
    using M = CreatePartitionsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::results>());
  }
};

}  // namespace ottla::wire
