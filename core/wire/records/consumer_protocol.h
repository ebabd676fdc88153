// What members of a classic consumer group tell each other through the coordinator: the metadata of JoinGroup and the
// assignments of SyncGroup, for protocol type "consumer".
//
// A reader that meets a newer version than it knows reads it as the newest that it knows: new members are added at
// the end, and nothing else changes.
//
//   v1  the partitions that the member owns: cooperative rebalancing
//   v2  the generation in which it got them, to tell old claims from new ones
//   v3  rack
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct ConsumerProtocolSubscription {
  static constexpr Record kRecord{RecordFamily::versioned, -1, between(0, 3)};

  struct TopicPartitions {
    String topic;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(field<&M::topic>(), field<&M::partitions>());
    }
  };

  Array<String> topics;
  Nullable<Bytes> user_data;  // the assignor's own
  Array<TopicPartitions> owned_partitions;
  int32_t generation_id = -1;  // -1: unknown
  Nullable<String> rack_id;

  static constexpr auto fields() {
    using M = ConsumerProtocolSubscription;
    return wire::fields(field<&M::topics>(),
                        field<&M::user_data>().nullable(),
                        field<&M::owned_partitions>(since(1)),
                        field<&M::generation_id>(since(2)),
                        field<&M::rack_id>(since(3)).nullable());
  }
};

struct ConsumerProtocolAssignment {
  static constexpr Record kRecord{RecordFamily::versioned, -1, between(0, 3)};

  struct TopicPartitions {
    String topic;
    Array<int32_t> partitions;

    static constexpr auto fields() {
      using M = TopicPartitions;
      return wire::fields(field<&M::topic>(), field<&M::partitions>());
    }
  };

  Array<TopicPartitions> assigned_partitions;
  Nullable<Bytes> user_data;  // the assignor's own

  static constexpr auto fields() {
    using M = ConsumerProtocolAssignment;
    return wire::fields(field<&M::assigned_partitions>(), field<&M::user_data>().nullable());
  }
};

}  // namespace ottla::wire
