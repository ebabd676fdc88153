// CreatePartitions (key 37): gives topics more partitions. Records stay where they are, so keys may hash to other
// partitions from then on.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  flexible
//   v3  THROTTLING_QUOTA_EXCEEDED
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct CreatePartitionsRequest {
  static constexpr Api kApi{37, between(0, 3), since(2)};

  struct Assignment {
    Array<int32_t> broker_ids;

    static constexpr auto fields() {
      using M = Assignment;
      return wire::fields(field<&M::broker_ids>());
    }
  };

  struct Topic {
    String name;
    int32_t count = 0;                                // of all partitions, the old ones too
    Nullable<Array<Assignment>> assignments = empty;  // of the new partitions; null: the cluster decides

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
