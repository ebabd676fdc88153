// CreateTopics (key 19): new topics, each of which succeeds or fails for itself.
//
// The cluster places the replicas, unless assignments does: then it names all partitions, from 0 on without gaps, with
// equally many brokers each, the preferred leader first; and both numbers are -1. If the timeout passes first, topics
// may still come to be.
//
//   v1  may only validate; error messages
//   v2  throttle time
//   v3  as v2; an answer over quota is sent before the client is muted
//   v4  -1 without assignments asks for the cluster's defaults
//   v5  flexible; the answer tells what was created, settings included
//   v6  a topic over controller_mutation_rate is refused, THROTTLING_QUOTA_EXCEEDED; before, the client was slowed down
//   v7  topic ids
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct CreateTopicsRequest {
  static constexpr Api kApi{19, between(0, 7), since(5)};

  struct Assignment {
    int32_t partition_index = 0;
    Array<int32_t> broker_ids;  // the first is the preferred leader

    static constexpr auto fields() {
      using M = Assignment;
      return wire::fields(field<&M::partition_index>(), field<&M::broker_ids>());
    }
  };

  struct Config {
    String name;
    Nullable<String> value = "";  // null is refused

    static constexpr auto fields() {
      using M = Config;
      return wire::fields(field<&M::name>(), field<&M::value>().nullable());
    }
  };

  struct Topic {
    String name;
    int32_t num_partitions = 0;      // -1: default, or as assigned
    int16_t replication_factor = 0;  // -1: default, or as assigned
    Array<Assignment> assignments;   // where the replicas go, for all partitions or none
    Array<Config> configs;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(),
                          field<&M::num_partitions>(),
                          field<&M::replication_factor>(),
                          field<&M::assignments>(),
                          field<&M::configs>());
    }
  };

  Array<Topic> topics;
  int32_t timeout_ms = 60000;
  bool validate_only = false;

  static constexpr auto fields() {
    using M = CreateTopicsRequest;
    return wire::fields(field<&M::topics>(), field<&M::timeout_ms>(), field<&M::validate_only>(since(1)));
  }
};

struct CreateTopicsResponse {
  static constexpr Api kApi{19, between(0, 7), since(5)};

  struct Config {
    String name;
    Nullable<String> value = "";  // null: sensitive or unset
    bool read_only = false;
    int8_t config_source = -1;  // as in DescribeConfigs
    bool is_sensitive = false;

    static constexpr auto fields() {
      using M = Config;
      return wire::fields(field<&M::name>(),
                          field<&M::value>().nullable(),
                          field<&M::read_only>(),
                          field<&M::config_source>(),
                          field<&M::is_sensitive>());
    }
  };

  struct Topic {
    String name;
    Uuid topic_id;
    int16_t error_code = 0;
    Nullable<String> error_message = "";
    int32_t num_partitions = -1;              // -1: may not be seen, or an error
    int16_t replication_factor = -1;          // -1: may not be seen, or an error
    Nullable<Array<Config>> configs = empty;  // null: may not be seen
    int16_t topic_config_error_code = 0;      // TOPIC_AUTHORIZATION_FAILED if what was created may not be seen

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(),
                          field<&M::topic_id>(since(7)),
                          field<&M::error_code>(),
                          field<&M::error_message>(since(1)).nullable(),
                          field<&M::num_partitions>(since(5)),
                          field<&M::replication_factor>(since(5)),
                          field<&M::configs>(since(5)).nullable(),
                          field<&M::topic_config_error_code>(since(5)).tagged(0));
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = CreateTopicsResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(2)), field<&M::topics>());
  }
};

}  // namespace ottla::wire
