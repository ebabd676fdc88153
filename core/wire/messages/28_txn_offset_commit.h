// TxnOffsetCommit (key 28): commits offsets of a group within a transaction: they count when the transaction commits,
// and until then a reader that asks for stable offsets is kept waiting. Goes to the group's coordinator, not the
// transaction's.
//
//   v1  as v0; an answer over quota is sent before the client is muted
//   v2  leader epochs
//   v3  flexible; the committing member is named and checked, so that one that lost its partitions is fenced
//   v4  the error may be TRANSACTION_ABORTABLE
//   v5  of transactions v2: takes the place of AddOffsetsToTxn too
//   v6  topics by id, no longer by name; GROUP_ID_NOT_FOUND, STALE_MEMBER_EPOCH
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct TxnOffsetCommitRequest {
  static constexpr Api kApi{28, between(0, 6), since(3)};

  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;         // of the next record to read
    int32_t committed_leader_epoch = -1;  // of the last record read; -1: unknown
    Nullable<String> committed_metadata = "";

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::committed_offset>(),
                          field<&M::committed_leader_epoch>(since(2)),
                          field<&M::committed_metadata>().nullable());
    }
  };

  struct Topic {
    String name;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(5)), field<&M::topic_id>(since(6)), field<&M::partitions>());
    }
  };

  String transactional_id;
  String group_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  int32_t generation_id_or_member_epoch = -1;  // -1: not a member
  String member_id;
  Nullable<String> group_instance_id;  // of a static member
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = TxnOffsetCommitRequest;
    return wire::fields(field<&M::transactional_id>(),
                        field<&M::group_id>(),
                        field<&M::producer_id>(),
                        field<&M::producer_epoch>(),
                        field<&M::generation_id_or_member_epoch>(since(3)),
                        field<&M::member_id>(since(3)),
                        field<&M::group_instance_id>(since(3)).nullable(),
                        field<&M::topics>());
  }
};

struct TxnOffsetCommitResponse {
  static constexpr Api kApi{28, between(0, 6), since(3)};

  struct Partition {
    int32_t partition_index = 0;
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(), field<&M::error_code>());
    }
  };

  struct Topic {
    String name;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(5)), field<&M::topic_id>(since(6)), field<&M::partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = TxnOffsetCommitResponse;
    return wire::fields(field<&M::throttle_time_ms>(), field<&M::topics>());
  }
};

}  // namespace ottla::wire
