// DeleteTopics (key 20): removes topics with all their records, each of which succeeds or fails for itself.
//
// Success says that the cluster has forgotten the topic; brokers delete its files later.
//
//   v1  throttle time
//   v2  as v1; an answer over quota is sent before the client is muted
//   v3  TOPIC_DELETION_DISABLED if delete.topic.enable is false; before, INVALID_REQUEST
//   v4  flexible
//   v5  error messages; over controller_mutation_rate a topic is refused, THROTTLING_QUOTA_EXCEEDED
//   v6  topics by name or by id, never by both
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DeleteTopicsRequest {
  static constexpr Api kApi{20, between(0, 6), since(4)};

  struct Topic {
    Nullable<String> name;  // null: by id
    Uuid topic_id;          // zero: by name

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>().nullable(), field<&M::topic_id>());
    }
  };

  Array<Topic> topics;
  Array<String> topic_names;
  int32_t timeout_ms = 0;

  static constexpr auto fields() {
    using M = DeleteTopicsRequest;
    return wire::fields(field<&M::topics>(since(6)), field<&M::topic_names>(until(5)), field<&M::timeout_ms>());
  }
};

struct DeleteTopicsResponse {
  static constexpr Api kApi{20, between(0, 6), since(4)};

  struct Topic {
    Nullable<String> name = "";  // null: asked by an id that is unknown or that the client may not describe
    Uuid topic_id;
    int16_t error_code = 0;
    Nullable<String> error_message;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>().nullable(since(6)),
                          field<&M::topic_id>(since(6)),
                          field<&M::error_code>(),
                          field<&M::error_message>(since(5)).nullable());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> responses;

  static constexpr auto fields() {
    using M = DeleteTopicsResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(1)), field<&M::responses>());
  }
};

}  // namespace ottla::wire
