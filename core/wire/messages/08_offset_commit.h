// OffsetCommit (key 8).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct OffsetCommitRequest {
  static constexpr Api kApi{8, between(0, 10), since(8)};

  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    int64_t commit_timestamp = -1;
    Nullable<String> committed_metadata = "";

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::committed_offset>(),
                          field<&M::committed_leader_epoch>(since(6)),
                          field<&M::commit_timestamp>(only(1)),
                          field<&M::committed_metadata>().nullable());
    }
  };

  struct Topic {
    String name;
    Uuid topic_id;
    Array<Partition> partitions;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(9)), field<&M::topic_id>(since(10)), field<&M::partitions>());
    }
  };

  String group_id;
  int32_t generation_id_or_member_epoch = -1;
  String member_id;
  Nullable<String> group_instance_id;
  int64_t retention_time_ms = -1;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = OffsetCommitRequest;
    return wire::fields(field<&M::group_id>(),
                        field<&M::generation_id_or_member_epoch>(since(1)),
                        field<&M::member_id>(since(1)),
                        field<&M::group_instance_id>(since(7)).nullable(),
                        field<&M::retention_time_ms>(between(2, 4)),
                        field<&M::topics>());
  }
};

struct OffsetCommitResponse {
  static constexpr Api kApi{8, between(0, 10), since(8)};

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
      return wire::fields(field<&M::name>(until(9)), field<&M::topic_id>(since(10)), field<&M::partitions>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;

  static constexpr auto fields() {
    using M = OffsetCommitResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(3)), field<&M::topics>());
  }
};

}  // namespace ottla::wire
