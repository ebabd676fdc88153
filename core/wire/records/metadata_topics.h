// Topics and partitions in the metadata log. Partitions name their topic by id; a partition's record says all,
// changes say what changed.
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct TopicRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 2, only(0), always};

  String name;
  Uuid topic_id;

  static constexpr auto fields() {
    using M = TopicRecord;
    return wire::fields(field<&M::name>(), field<&M::topic_id>());
  }
};

struct PartitionRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 3, between(0, 2), always};

  int32_t partition_id = -1;
  Uuid topic_id;
  Array<int32_t> replicas;  // the preferred leader first
  Array<int32_t> isr;
  Array<int32_t> removing_replicas;
  Array<int32_t> adding_replicas;
  int32_t leader = -1;  // -1: none
  int32_t leader_epoch = -1;
  int32_t partition_epoch = -1;                       // raised with every change
  Array<Uuid> directories;                            // where each replica lies, in their order
  int8_t leader_recovery_state = 0;                   // 1: elected out of sync, and not recovered yet
  Nullable<Array<int32_t>> eligible_leader_replicas;  // may lead though out of sync; null: none
  Nullable<Array<int32_t>> last_known_elr;            // were eligible before an unclean stop; null: none

  static constexpr auto fields() {
    using M = PartitionRecord;
    return wire::fields(field<&M::partition_id>(),
                        field<&M::topic_id>(),
                        field<&M::replicas>(),
                        field<&M::isr>(),
                        field<&M::removing_replicas>(),
                        field<&M::adding_replicas>(),
                        field<&M::leader>(),
                        field<&M::leader_epoch>(),
                        field<&M::partition_epoch>(),
                        field<&M::directories>(since(1)),
                        field<&M::leader_recovery_state>().tagged(0),
                        field<&M::eligible_leader_replicas>(since(2)).nullable().tagged(1),
                        field<&M::last_known_elr>(since(2)).nullable().tagged(2));
  }
};

struct PartitionChangeRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 5, between(0, 2), always};

  int32_t partition_id = -1;
  Uuid topic_id;
  Nullable<Array<int32_t>> isr;  // null: unchanged, here and below
  int32_t leader = -2;           // -2: unchanged, -1: none
  Nullable<Array<int32_t>> replicas;
  Nullable<Array<int32_t>> removing_replicas;
  Nullable<Array<int32_t>> adding_replicas;
  int8_t leader_recovery_state = -1;  // -1: unchanged
  Nullable<Array<int32_t>> eligible_leader_replicas;
  Nullable<Array<int32_t>> last_known_elr;
  Nullable<Array<Uuid>> directories;

  static constexpr auto fields() {
    using M = PartitionChangeRecord;
    return wire::fields(field<&M::partition_id>(),
                        field<&M::topic_id>(),
                        field<&M::isr>().nullable().tagged(0),
                        field<&M::leader>().tagged(1),
                        field<&M::replicas>().nullable().tagged(2),
                        field<&M::removing_replicas>().nullable().tagged(3),
                        field<&M::adding_replicas>().nullable().tagged(4),
                        field<&M::leader_recovery_state>().tagged(5),
                        field<&M::eligible_leader_replicas>(since(2)).nullable().tagged(6),
                        field<&M::last_known_elr>(since(2)).nullable().tagged(7),
                        field<&M::directories>(since(1)).nullable().tagged(8));
  }
};

struct RemoveTopicRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 9, only(0), always};

  Uuid topic_id;  // and with it all its partitions

  static constexpr auto fields() {
    using M = RemoveTopicRecord;
    return wire::fields(field<&M::topic_id>());
  }
};

struct ClearElrRecord {
  static constexpr Record kRecord{RecordFamily::metadata, 28, only(0), always};

  String topic_name;  // empty: of all topics

  static constexpr auto fields() {
    using M = ClearElrRecord;
    return wire::fields(field<&M::topic_name>());
  }
};

}  // namespace ottla::wire
