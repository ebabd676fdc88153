// OffsetFetch (key 9).
#pragma once

#include "core/wire/fields.h"

namespace ottla::wire {

struct OffsetFetchRequest {
  static constexpr Api kApi{9, between(0, 10), since(6)};

  struct Topic {
    String name;
    Uuid topic_id;
    Array<int32_t> partition_indexes;

    static constexpr auto fields() {
      using M = Topic;
      return wire::fields(field<&M::name>(until(9)), field<&M::topic_id>(since(10)), field<&M::partition_indexes>());
    }
  };

  struct Group {
    String group_id;
    Nullable<String> member_id;
    int32_t member_epoch = -1;
    Nullable<Array<Topic>> topics = empty;

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(field<&M::group_id>(),
                          field<&M::member_id>(since(9)).nullable(),
                          field<&M::member_epoch>(since(9)),
                          field<&M::topics>().nullable());
    }
  };

  String group_id;
  Nullable<Array<Topic>> topics = empty;
  Array<Group> groups;
  bool require_stable = false;

  static constexpr auto fields() {
    using M = OffsetFetchRequest;
    return wire::fields(field<&M::group_id>(until(7)),
                        field<&M::topics>(until(7)).nullable(since(2)),
                        field<&M::groups>(since(8)),
                        field<&M::require_stable>(since(7)));
  }
};

struct OffsetFetchResponse {
  static constexpr Api kApi{9, between(0, 10), since(6)};

  struct Partition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    Nullable<String> metadata = "";
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Partition;
      return wire::fields(field<&M::partition_index>(),
                          field<&M::committed_offset>(),
                          field<&M::committed_leader_epoch>(since(5)),
                          field<&M::metadata>().nullable(),
                          field<&M::error_code>());
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

  struct Group {
    String group_id;
    Array<Topic> topics;
    int16_t error_code = 0;

    static constexpr auto fields() {
      using M = Group;
      return wire::fields(field<&M::group_id>(), field<&M::topics>(), field<&M::error_code>());
    }
  };

  int32_t throttle_time_ms = 0;
  Array<Topic> topics;
  int16_t error_code = 0;
  Array<Group> groups;

  static constexpr auto fields() {
    using M = OffsetFetchResponse;
    return wire::fields(field<&M::throttle_time_ms>(since(3)),
                        field<&M::topics>(until(7)),
                        field<&M::error_code>(between(2, 7)),
                        field<&M::groups>(since(8)));
  }
};

}  // namespace ottla::wire
