// TxnOffsetCommit (key 28).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct TxnOffsetCommitRequest {
  static constexpr Api kApi{28, between(0, 6), since(3)};

  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
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
  int32_t generation_id_or_member_epoch = -1;
  String member_id;
  Nullable<String> group_instance_id;
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
