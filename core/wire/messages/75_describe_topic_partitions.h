// DescribeTopicPartitions (key 75): what Metadata says about partitions, in pages, and who else may become leader.
//
// Topics come sorted by name, whatever the order of the request, and partitions by index, until the limit is reached.
// next_cursor then names what comes next; sent back with the same topics, it goes on from there. Topics that the
// client may not describe stand at the end of the page.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct DescribeTopicPartitionsRequest {
  static constexpr Api kApi{75, only(0), always};

  struct Topic {
    String name;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>());
    }
  };

  struct Cursor {
    String topic_name;
    int32_t partition_index = 0;

    static constexpr auto fields() {
      using M = Cursor;
      return wire::fields(field<&M::topic_name>(), field<&M::partition_index>());
    }
  };

  Array<Topic> topics;                      // empty: all
  int32_t response_partition_limit = 2000;  // the broker's max.request.partition.size.limit bounds it
  Nullable<Cursor> cursor;                  // null: from the beginning; its topic must be one of topics

  static constexpr auto fields() {
    using M = DescribeTopicPartitionsRequest;
    return wire::fields(field<&M::topics>(), field<&M::response_partition_limit>(), field<&M::cursor>().nullable());
  }
};

struct DescribeTopicPartitionsResponse {
  static constexpr Api kApi{75, only(0), always};

  struct Partition {
    int16_t error_code = 0;
    int32_t partition_index = 0;
    int32_t leader_id = 0;  // -1: none
    int32_t leader_epoch = -1;
    Array<int32_t> replica_nodes;
    Array<int32_t> isr_nodes;
    Nullable<Array<int32_t>> eligible_leader_replicas;  // not in sync, yet with all that was committed
    Nullable<Array<int32_t>> last_known_elr;            // whom to try first once no replica is in sync or eligible
    Array<int32_t> offline_replicas;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::error_code>(),
                          field<&M::partition_index>(),
                          field<&M::leader_id>(),
                          field<&M::leader_epoch>(),
                          field<&M::replica_nodes>(),
                          field<&M::isr_nodes>(),
                          field<&M::eligible_leader_replicas>().nullable(),
                          field<&M::last_known_elr>().nullable(),
                          field<&M::offline_replicas>());
    }
  };

  struct Topic {
    int16_t error_code = 0;
    Nullable<String> name = "";
    Uuid topic_id;
    bool is_internal = false;
    Array<Partition> partitions;
    int32_t topic_authorized_operations = INT32_MIN;  // a bit an operation; INT32_MIN: not asked for

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::error_code>(),
                          field<&M::name>().nullable(),
                          field<&M::topic_id>(),
                          field<&M::is_internal>(),
                          field<&M::partitions>(),
                          field<&M::topic_authorized_operations>());
    }
  };

  struct Cursor {
    String topic_name;
    int32_t partition_index = 0;

    static constexpr auto fields() {
      using M = Cursor;
      return wire::fields(field<&M::topic_name>(), field<&M::partition_index>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;
  Nullable<Cursor> next_cursor;  // null: that was all

  static constexpr auto fields() {
    using M = DescribeTopicPartitionsResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::topics>(), field<&M::next_cursor>().nullable());
  }
};

}  // namespace ottla::wire
